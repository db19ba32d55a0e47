#include "app/cli/alerts.h"

#include "app/cli/report.h"
#include "core/watch/http.h"

#include <array>
#include <cmath>
#include <ctime>
#include <fstream>

#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

constexpr double kWebhookSeconds = 5.0;

std::string stamp(double time) {
  const auto whole = static_cast<std::time_t>(time);
  std::tm parts{};
  std::array<char, 40> text{};
  gmtime_r(&whole, &parts);
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string line_of(const watch::Alert& alert) {
  return stamp(alert.time) + " " + alert.text();
}

/// False if there is no notify-send, or no desktop that it reaches.
bool notify(const std::string& text) {
  std::array<std::string, 4> words = {"notify-send", "--app-name=Fovea", "Fovea", text};
  std::array<char*, 5> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  pid_t child = 0;
  if (posix_spawnp(&child, words[0].c_str(), nullptr, nullptr, arguments.data(), environ) != 0) return false;
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

std::string alert_json(const watch::Alert& alert) {
  using Json = nlohmann::ordered_json;
  return Json({{"time", stamp(alert.time)},
               {"rule", alert.rule.text()},
               {"gauge", watch::gauge_name(alert.rule.gauge)},
               {"limit", alert.rule.limit},
               {"for_seconds", alert.rule.seconds},
               {"value", std::isnan(alert.value) ? Json() : Json(alert.value)},
               {"state", alert.ended ? "ended" : "began"},
               {"text", alert.text()}})
      .dump();
}

std::vector<std::string> pass_on(const watch::Alert& alert, const AlertPlaces& places,
                                 OutboundLedger& ledger) {
  std::vector<std::string> faults;
  if (places.log) {
    std::ofstream log(*places.log, std::ios::app);
    log << line_of(alert) << "\n";
    if (!log.flush()) faults.push_back(*places.log + " could not be written.");
  }
  if (places.webhook) {
    const Result<void> posted =
        watch::http_post_json(*places.webhook, alert_json(alert), kWebhookSeconds, {ledger, kWhyAlert});
    if (!posted) faults.push_back(posted.error().message);
  }
  return faults;
}

void tell(const watch::Alert& alert, const AlertPlaces& places, Host& host) {
  print_line(host.err, line_of(alert));
  if (places.desktop && !notify(alert.text()))
    print_note(host.err, "notify-send did not work: no notification.");
  for (const std::string& fault : pass_on(alert, places, *host.ledger)) print_note(host.err, fault);
}

}  // namespace fovea::cli
