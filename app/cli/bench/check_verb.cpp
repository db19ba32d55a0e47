#include "app/cli/argument_parser.h"
#include "app/cli/bench/bench_values.h"
#include "app/cli/bench/comparison_text.h"
#include "app/cli/bench/run_arguments.h"
#include "app/cli/bench/run_verbs.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/report/run_bundle.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;

/// Takes what is written and keeps nothing.
class NoOutput : public Output {
 public:
  bool write(std::string_view) override { return true; }
  Fault fault() const override { return Fault::kNone; }
  bool terminal() const override { return false; }
  bool colour() const override { return false; }
  int columns() const override { return 80; }
};

/// A folder of its own, gone afterwards.
class TemporaryRun {
 public:
  TemporaryRun() {
    std::error_code fault;
    std::string name = (fs::temp_directory_path(fault) / "fovea-check-XXXXXX").string();
    if (!fault && mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  ~TemporaryRun() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  TemporaryRun(const TemporaryRun&) = delete;
  TemporaryRun& operator=(const TemporaryRun&) = delete;
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

Result<bench::RunRecord> measured_again(const bench::RunRecord& baseline, const std::vector<Verb>& more,
                                        const fs::path& folder, bool quiet, Host& host) {
  if (names_server(baseline.arguments)) {
    return wrong_argument("The baseline was measured on a server.",
                          "Measure it again with --out RUN, then `fovea bench check BASELINE RUN`.");
  }
  std::vector<std::string> arguments = without_output(baseline.arguments);
  std::vector<Verb> verbs = standard_verbs();
  verbs.insert(verbs.end(), more.begin(), more.end());
  for (const Verb& verb : verbs) {
    const auto words = 1 + std::count(verb.name.begin(), verb.name.end(), ' ');
    if (!verb.name.starts_with("bench ") || verb.name == "bench check" || std::ssize(arguments) < words)
      continue;
    std::string name = arguments.front();
    for (std::ptrdiff_t i = 1; i < words; ++i) name += " " + arguments[static_cast<std::size_t>(i)];
    if (name != verb.name) continue;
    arguments.erase(arguments.begin(), arguments.begin() + words);
    arguments.insert(arguments.end(), {"--out", folder.string()});
    if (quiet) arguments.emplace_back("--quiet");
    NoOutput nowhere;
    Host silent{nowhere,      host.err,       host.in,     host.interrupt,
                host.engines, host.resources, host.places, host.connect_server};
    const int status = verb.run(arguments, silent);
    if (host.interrupt.requested()) return Error{ErrorCode::kCancelled, "Stopped.", {}, {}};
    if (status != kOk)
      return Error{ErrorCode::kInvalidArgument, "The baseline's run can't be repeated here.", {}, {}};
    return bench::read_bundle(folder);
  }
  return wrong_argument("The baseline is no run that can be repeated.");
}

int judge(const bench::RunComparison& comparison, double most, bool json, Host& host) {
  const std::vector<bench::FigureDifference> worse = bench::regressions(comparison, most);
  if (json) {
    nlohmann::ordered_json object = comparison_json(comparison);
    object["max_regression"] = most;
    object["regressions"] = worse.size();
    print_json(host, object);
  } else {
    std::string text = comparison_text(comparison) + "\n";
    for (const bench::FigureDifference& one : worse) {
      text += "Regression: " + one.group + ", " + one.figure + " (" + one.statistic + ") is " +
              change_text(one.worsening()) + " worse.\n";
    }
    if (worse.empty())
      text += "Nothing is shown to be more than " + change_text(most).substr(1) + " worse.\n";
    print_text(host, text);
  }
  return worse.empty() ? kOk : kAnswerFailed;
}

int run_check(const std::vector<std::string>& arguments, const std::vector<Verb>& more, Host& host) {
  std::vector<std::string> folders;
  std::optional<std::string> most_text;
  std::optional<std::string> out;
  bool json = false;
  bool quiet = false;
  ArgumentParser parser("bench check", "whether a run became worse than a baseline");
  parser.usage("BASELINE [RUN]");
  parser.example("fovea bench check baseline --max-regression 5%");
  parser.example("fovea bench check baseline run-of-today");
  parser.positionals(folders);
  parser.text("--max-regression", "SHARE", "How much worse a figure may be", "5%", most_text);
  parser.text("--out", "FOLDER", "Keep the new run there", "", out);
  parser.flag("--json", "A JSON object with every difference", json);
  parser.flag("--quiet", "No progress", quiet);
  parser.footnote(
      "Without RUN the baseline's command is run again, here and now. The exit status is 1 if a figure is "
      "worse by "
      "more than that and the 99 % band of its change leaves out 0, so that noise alone fails no check.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  const Result<double> most = percent_of(most_text.value_or("5%"), "--max-regression");
  if (!most) return fail(most.error(), kWrongArguments, host);
  if (folders.empty() || folders.size() > 2) {
    return fail(wrong_argument("Name the folder of the baseline, and of a run if you have one."),
                kWrongArguments, host);
  }
  const Result<bench::RunRecord> baseline = bench::read_bundle(folders[0]);
  if (!baseline) return fail(baseline.error(), exit_code_of_input(baseline.error()), host);
  const TemporaryRun temporary;
  if (folders.size() == 1 && !quiet) print_line(host.err, "Measuring again: " + baseline->command());
  const Result<bench::RunRecord> now =
      folders.size() == 2
          ? bench::read_bundle(folders[1])
          : measured_again(*baseline, more, out ? fs::path(*out) : temporary.folder(), quiet, host);
  if (!now) {
    if (now.error().code == ErrorCode::kCancelled) return kInterrupted;
    return fail(now.error(), exit_code_of_input(now.error()), host);
  }
  return judge(bench::compare_runs(*baseline, *now), *most, json, host);
}

}  // namespace

Verb bench_check_verb() {
  return bench_check_verb_with({});
}

Verb bench_check_verb_with(std::vector<Verb> more) {
  return {"bench check", "Whether a run became worse than a baseline, for scripts", false,
          [more = std::move(more)](const std::vector<std::string>& arguments, Host& host) {
            return run_check(arguments, more, host);
          }};
}

}  // namespace fovea::cli
