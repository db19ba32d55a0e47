#include "app/window/monitoring.h"

#include "app/cli/alerts.h"
#include "app/cli/monitor_file.h"
#include "app/cli/top_look.h"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace fovea {
namespace {

double now() {
  using Clock = std::chrono::system_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

/// Looks as `fovea top` does; made anew when the window's own server is another.
class Looker {
 public:
  explicit Looker(std::shared_ptr<OutboundLedger> ledger) : ledger_(std::move(ledger)) {}

  watch::MonitorRecord look(const ui::WatchedServer& own) {
    if (!probe_ || own != own_) {
      own_ = own;
      const char* key = std::getenv("FOVEA_SERVER_KEY");
      std::vector<std::string> urls;
      if (!own.url.empty()) urls.push_back(own.url);
      probe_ = std::make_unique<cli::TopProbe>(std::move(urls),
                                               !own.key.empty() ? own.key
                                               : key != nullptr ? std::string(key)
                                                                : std::string(),
                                               ledger_);
    }
    const cli::TopLook look = probe_->look(now());
    return watch::record_of(look.machine, look.processes, look.servers);
  }

 private:
  std::shared_ptr<OutboundLedger> ledger_;
  ui::WatchedServer own_;
  std::unique_ptr<cli::TopProbe> probe_;
};

}  // namespace

ui::MonitorServices make_monitor(std::shared_ptr<OutboundLedger> ledger) {
  ui::MonitorServices services;
  services.ring = cli::standard_monitor_file();
  services.look = [looker = std::make_shared<Looker>(ledger)](const ui::WatchedServer& own) {
    return looker->look(own);
  };
  services.pass_on = [ledger = std::move(ledger)](const watch::Alert& alert, const ui::AlertRoads& roads) {
    cli::AlertPlaces places;
    if (!roads.log.empty()) places.log = roads.log;
    if (!roads.webhook.empty()) places.webhook = roads.webhook;
    return cli::pass_on(alert, places, *ledger);
  };
  return services;
}

}  // namespace fovea
