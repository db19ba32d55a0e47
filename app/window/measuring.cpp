#include "app/window/measuring.h"

#include "app/cli/bench/watched_output.h"
#include "app/cli/exit_code.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace fovea {
namespace {

constexpr std::chrono::milliseconds kLook{50};

/// Keeps what is written; nobody looks at it as a terminal.
class KeptOutput : public cli::Output {
 public:
  bool write(std::string_view bytes) override {
    text += bytes;
    return true;
  }
  Fault fault() const override { return Fault::kNone; }
  bool terminal() const override { return false; }
  bool colour() const override { return false; }
  int columns() const override { return 80; }

  std::string text;
};

/// Standard error: what is said is kept, how far the run is goes to the window.
class WatchedError : public cli::WatchedOutput {
 public:
  explicit WatchedError(const ui::RunWatcher& watcher) : watcher_(watcher) {}

  bool write(std::string_view bytes) override { return kept_.write(bytes); }
  Fault fault() const override { return kept_.fault(); }
  bool terminal() const override { return false; }
  bool colour() const override { return false; }
  int columns() const override { return kept_.columns(); }
  void progressed(const bench::RunProgress& progress, const bench::RunRecord& record) override {
    if (watcher_) watcher_(progress, record);
  }
  const std::string& text() const { return kept_.text; }

 private:
  const ui::RunWatcher& watcher_;
  KeptOutput kept_;
};

class NoInput : public cli::Input {
 public:
  std::ptrdiff_t read(char* /*buffer*/, std::size_t /*size*/) override { return 0; }
  bool terminal() const override { return false; }
};

/// Asks now and then whether the user stops, and tells the verb as Ctrl+C does.
class StopWatch {
 public:
  StopWatch(const bench::Stopped& stopped, cli::Interrupt& interrupt)
      : thread_([this, &stopped, &interrupt] {
          std::unique_lock lock(mutex_);
          while (!over_) {
            if (stopped() && !interrupt.requested()) interrupt.trigger();
            changed_.wait_for(lock, kLook);
          }
        }) {}
  ~StopWatch() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  StopWatch(const StopWatch&) = delete;
  StopWatch& operator=(const StopWatch&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

/// The message of print_error(): its first line without the program's name, and the remedy below it.
Error said(const std::string& text, int status) {
  constexpr std::string_view kName = "fovea: ";
  const ErrorCode code =
      status == cli::kWrongArguments ? ErrorCode::kInvalidArgument : ErrorCode::kModelError;
  const std::size_t at = text.rfind(kName);
  if (at == std::string::npos)
    return {code, "The run ended with status " + std::to_string(status) + ".", {}, {}};
  std::string message = text.substr(at + kName.size());
  std::string remedy;
  if (const std::size_t end = message.find('\n'); end != std::string::npos) {
    remedy = message.substr(std::min(message.find_first_not_of(' ', end + 1), message.size()));
    message.erase(end);
  }
  while (!remedy.empty() && remedy.back() == '\n') remedy.pop_back();
  return {code, std::move(message), std::move(remedy), {}};
}

struct FoundVerb {
  cli::Verb verb;
  std::ptrdiff_t words = 0;  ///< of the arguments that are its name
};

Result<FoundVerb> find_verb(const std::vector<std::string>& arguments, const std::vector<cli::Verb>& more) {
  std::vector<cli::Verb> verbs = cli::standard_verbs();
  verbs.insert(verbs.end(), more.begin(), more.end());
  for (cli::Verb& verb : verbs) {
    const auto words = 1 + std::count(verb.name.begin(), verb.name.end(), ' ');
    if (!verb.name.starts_with("bench ") || std::ssize(arguments) < words) continue;
    std::string name = arguments.front();
    for (std::ptrdiff_t i = 1; i < words; ++i) name += " " + arguments[static_cast<std::size_t>(i)];
    if (name == verb.name) return FoundVerb{std::move(verb), words};
  }
  return Error{ErrorCode::kInvalidArgument, "This is no run that can be measured.", {}, {}};
}

}  // namespace

ui::RunMeasurer make_measurer(cli::EngineFactories engines, Resources resources, ModelPlaces places,
                              std::vector<cli::Verb> more, std::shared_ptr<OutboundLedger> ledger) {
  return [engines = std::move(engines), resources = std::move(resources), places = std::move(places),
          more = std::move(more),
          ledger = std::move(ledger)](const ui::RunOrder& order, const ui::RunWatcher& watcher,
                                      const bench::Stopped& stopped) -> Result<void> {
    Result<FoundVerb> found = find_verb(order.arguments, more);
    if (!found) return found.error();
    KeptOutput out;
    WatchedError err(watcher);
    NoInput in;
    cli::Interrupt interrupt;
    cli::Host host{out, err, in, interrupt, engines, resources, places};
    host.ledger = ledger;
    std::vector<std::string> arguments(order.arguments.begin() + found->words, order.arguments.end());
    arguments.insert(arguments.end(), {"--out", order.folder, "--quiet"});
    const StopWatch watch(stopped, interrupt);
    const int status = found->verb.run(arguments, host);
    if (status == cli::kOk || interrupt.requested()) return {};
    return said(err.text(), status);
  };
}

}  // namespace fovea
