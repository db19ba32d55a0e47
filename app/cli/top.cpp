#include "app/cli/alerts.h"
#include "app/cli/argument_parser.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/monitor_file.h"
#include "app/cli/network_line.h"
#include "app/cli/report.h"
#include "app/cli/top_look.h"
#include "app/cli/verb.h"
#include "core/watch/monitor_ring.h"

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

constexpr double kFirstLook = 0.5;  // seconds to a second look, so that there are rates

struct TopOptions {
  bool once = false;
  bool json = false;
  bool watch = false;
  bool history = false;
  bool no_record = false;
  std::optional<double> interval;
  std::optional<double> hours;
  std::optional<std::string> ring;
  std::optional<std::string> sort;
  std::vector<std::string> servers;
  std::vector<std::string> rules;
  AlertPlaces alerts;
};

void declare(ArgumentParser& parser, TopOptions& options) {
  parser.example("fovea top");
  parser.example("fovea top --once --json");
  parser.example("fovea top --watch --rule \"p99>4 for 1m\" --notify --log alerts.log");
  parser.example("fovea top --history | jq -r '[.time, .vram] | @csv'");
  parser.section("What is shown");
  parser.flag("--once", "One look, taken over half a second, and end", options.once);
  parser.flag("--json", "With --once: a JSON object", options.json);
  parser.flag("--watch", "Nothing is shown: record and apply the rules until Ctrl+C", options.watch);
  parser.flag("--history", "What was recorded, oldest first, one JSON object a line", options.history);
  parser.number("--interval", "Seconds from look to look", "2", {0.2, 3600.0}, options.interval);
  parser.choice("--sort", {"cpu", "memory", "pid"}, "Which process comes first", "cpu", options.sort);
  parser.texts("--server", "URL", "A server beside those found on this machine", options.servers);
  parser.section("What is kept");
  parser.text("--ring", "FILE", "Where the looks are recorded; its size is fixed", standard_monitor_file(),
              options.ring);
  parser.number("--hours", "Hours that it holds", "12", {0.1, 10'000.0}, options.hours);
  parser.flag("--no-record", "Record nothing", options.no_record);
  parser.section("Rules");
  parser.texts("--rule", "RULE", "\"vram>90 for 5m\"; without one: vram>90 for 5m and refused>0",
               options.rules);
  parser.text("--log", "FILE", "Add a line of each alert to this file", "none", options.alerts.log);
  parser.flag("--notify", "A desktop notification of each, by notify-send", options.alerts.desktop);
  parser.text("--webhook", "URL", "Send each there as JSON, by POST", "none", options.alerts.webhook);
  std::string names;
  for (const std::string_view name : watch::gauge_names())
    names.append(names.empty() ? "" : ", ").append(name);
  parser.footnote("Rules know: " + names + ". docs/command-line.md says what each is.");
  parser.footnote(
      "Keys: q ends it, s changes the order. Servers of this program on this machine are found by themselves "
      "and "
      "asked for their /metrics; FOVEA_SERVER_KEY is the key for those that want one.");
}

double now() {
  using Clock = std::chrono::system_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

/// Keys as they are pressed, without echo; the terminal is as before afterwards.
class RawTerminal {
 public:
  RawTerminal() {
    taken_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!taken_) return;
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // Ctrl+C stays a signal
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  ~RawTerminal() {
    if (taken_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
  bool taken_ = false;
};

/// The other screen of a terminal, without a cursor; what was there comes back.
class OtherScreen {
 public:
  explicit OtherScreen(Output& out) : out_(out) { out_.write("\x1b[?1049h\x1b[?25l"); }
  ~OtherScreen() { out_.write("\x1b[?25h\x1b[?1049l"); }
  OtherScreen(const OtherScreen&) = delete;
  OtherScreen& operator=(const OtherScreen&) = delete;

 private:
  Output& out_;
};

/// The next key within so many seconds; 0 if there was none, or Ctrl+C came.
char next_key(const Interrupt& interrupt, bool keys, double seconds) {
  pollfd wait[2] = {{interrupt.wake_descriptor(), POLLIN, 0}, {keys ? STDIN_FILENO : -1, POLLIN, 0}};
  if (poll(wait, 2, static_cast<int>(seconds * 1000.0)) <= 0 || (wait[1].revents & POLLIN) == 0) return 0;
  char key = 0;
  return read(STDIN_FILENO, &key, 1) == 1 ? key : 'q';  // its end
}

TopOrder order_of(const std::optional<std::string>& name) {
  if (name == "memory") return TopOrder::kMemory;
  return name == "pid" ? TopOrder::kNumber : TopOrder::kCpu;
}

const char* order_name(TopOrder order) {
  if (order == TopOrder::kMemory) return "memory";
  return order == TopOrder::kNumber ? "pid" : "cpu";
}

int failed(const Error& error, Host& host) {
  print_error(host.err, error);
  return error.code == ErrorCode::kInvalidArgument ? kWrongArguments
         : error.code == ErrorCode::kDiskFull      ? kDiskFull
                                                   : kAnswerFailed;
}

int show_history(const TopOptions& options, Host& host) {
  const Result<std::vector<watch::MonitorRecord>> records =
      watch::MonitorRing::read(options.ring.value_or(standard_monitor_file()));
  if (!records) return failed(records.error(), host);
  for (const watch::MonitorRecord& record : *records) {
    if (!host.out.write(record_json(record).dump() + "\n")) break;
  }
  return kOk;
}

Result<std::vector<watch::Rule>> rules_of(const TopOptions& options) {
  if (options.rules.empty()) return watch::standard_rules();
  std::vector<watch::Rule> rules;
  for (const std::string& text : options.rules) {
    const Result<watch::Rule> rule = watch::parse_rule(text);
    if (!rule) return rule.error();
    rules.push_back(*rule);
  }
  return rules;
}

TopProbe probe_of(const TopOptions& options, const Host& host) {
  const char* key = std::getenv("FOVEA_SERVER_KEY");
  std::vector<std::string> servers = options.servers;
  for (std::string& server : servers) {
    while (server.ends_with('/')) server.pop_back();
  }
  return {std::move(servers), key == nullptr ? std::string() : std::string(key), host.ledger};
}

int look_once(const TopOptions& options, Host& host) {
  TopProbe probe = probe_of(options, host);
  probe.look(now());
  next_key(host.interrupt, false, kFirstLook);
  const TopLook look = probe.look(now());
  if (options.json) {
    print_json(host, top_json(look));
  } else {
    print_text(host, top_text(look, order_of(options.sort), host.out.columns()));
  }
  return kOk;
}

/// Looks until told to end.
int run_on(const TopOptions& options, const std::vector<watch::Rule>& rules,
           std::optional<watch::MonitorRing> ring, Host& host) {
  const bool shown = !options.watch;
  const double interval = options.interval.value_or(2.0);
  TopProbe probe = probe_of(options, host);
  watch::RuleWatch watched(rules, std::max(60.0, 3.0 * interval));
  std::optional<RawTerminal> keys;
  std::optional<OtherScreen> screen;
  if (shown) {
    keys.emplace();
    screen.emplace(host.out);
  }
  TopOrder order = order_of(options.sort);
  std::vector<watch::Alert> alerts;
  TopLook look = probe.look(now());
  double wait = std::min(kFirstLook, interval);
  while (!host.interrupt.requested() && host.out.fault() == Output::Fault::kNone) {
    const char key = next_key(host.interrupt, shown, wait);
    if (key == 'q' || host.interrupt.requested()) break;
    if (key == 's') {
      order = static_cast<TopOrder>((static_cast<int>(order) + 1) % 3);
    } else {
      look = probe.look(now());
      const watch::MonitorRecord record = watch::record_of(look.machine, look.processes, look.servers);
      if (ring) {
        if (const Result<void> kept = ring->append(record); !kept) {
          screen.reset();
          return failed(kept.error(), host);
        }
      }
      for (const watch::Alert& alert : watched.look(record)) {
        tell(alert, options.alerts, host);
        alerts.push_back(alert);
      }
      look.standing = watched.standing();
      wait = interval;
    }
    if (shown) {
      std::string text = "\x1b[H\x1b[J" + top_text(look, order, host.out.columns());
      if (!alerts.empty()) text += "Last alert: " + alerts.back().text() + "\n";
      host.out.write(text + "\nq ends, s sorts by " +
                     order_name(static_cast<TopOrder>((static_cast<int>(order) + 1) % 3)) + "\n");
    }
  }
  screen.reset();
  host.err.write(network_lines(*host.ledger, Style(host.err)));
  return kOk;
}

int run_top(const std::vector<std::string>& arguments, Host& host) {
  TopOptions options;
  ArgumentParser parser("top", "what the machine, this program's processes and its servers use");
  declare(parser, options);
  const Result<bool> help = parser.parse(arguments);
  if (!help) return failed(help.error(), host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  const int modes =
      static_cast<int>(options.once) + static_cast<int>(options.watch) + static_cast<int>(options.history);
  if (modes > 1) return failed(wrong_argument("--once, --watch and --history exclude each other."), host);
  if (options.json && !options.once)
    return failed(wrong_argument("--json is for --once.", "Add --once.", "--json"), host);
  if (options.history) return show_history(options, host);
  Result<std::vector<watch::Rule>> rules = rules_of(options);
  if (!rules) return failed(rules.error(), host);
  if (options.once) return look_once(options, host);
  if (!options.watch && !(host.out.terminal() && host.in.terminal())) {
    return failed(wrong_argument("A refreshing view needs a terminal.", "`fovea top --once` looks once.", {}),
                  host);
  }
  std::optional<watch::MonitorRing> ring;
  if (!options.no_record) {
    const double records = std::ceil(options.hours.value_or(12.0) * 3600.0 / options.interval.value_or(2.0));
    if (records > watch::MonitorRing::kMostRecords)
      return failed(wrong_argument("--hours and --interval make more than a million records.",
                                   "Look less often.", "--hours"),
                    host);
    Result<watch::MonitorRing> opened = watch::MonitorRing::open(
        options.ring.value_or(standard_monitor_file()), static_cast<std::uint32_t>(records));
    // Whoever only looks on does so beside the process that records.
    if (!opened && (options.watch || opened.error().code != ErrorCode::kBusy)) {
      Error error = opened.error();
      if (error.code == ErrorCode::kBusy)
        error.remedy = "Is the window open? It records too. --no-record applies the rules alone.";
      return failed(error, host);
    }
    if (opened) ring = std::move(*opened);
  }
  take_termination();
  return run_on(options, *rules, std::move(ring), host);
}

}  // namespace

Verb top_verb() {
  return {"top", "What the machine, this program and its servers use, now and over hours", false, run_top};
}

}  // namespace fovea::cli
