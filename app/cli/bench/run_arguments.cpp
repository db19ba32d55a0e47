#include "app/cli/bench/run_arguments.h"

#include "app/cli/argument_parser.h"
#include "app/cli/exit_code.h"
#include "app/cli/report.h"
#include "core/bench/report/run_bundle.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace fovea::cli {
namespace {

constexpr std::string_view kResume = "--resume";

/// The value of --resume; nothing if it isn't there, or has none.
std::optional<std::string> resumed_folder(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].starts_with("--resume=")) return arguments[i].substr(kResume.size() + 1);
    if (arguments[i] == kResume && i + 1 < arguments.size()) return arguments[i + 1];
  }
  return std::nullopt;
}

std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> out(1);
  for (const char c : name) {
    if (c == ' ') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

Result<std::vector<std::string>> arguments_of_run(const std::string& verb,
                                                  const std::vector<std::string>& typed,
                                                  const std::string& folder) {
  const Result<bench::RunRecord> run = bench::read_bundle(folder);
  if (!run) return run.error();
  const std::vector<std::string> words = words_of(verb);
  std::vector<std::string> before = without_output(run->arguments);
  if (before.size() < words.size() || !std::equal(words.begin(), words.end(), before.begin())) {
    return wrong_argument("The run in " + folder + " is not one of `fovea " + verb + "`.",
                          "It began as: " + run->command(), "--resume");
  }
  if (names_server(before)) {
    return wrong_argument("The run in " + folder + " was measured on a server.",
                          "Give its whole command again, with --resume instead of --out.", "--resume");
  }
  before.erase(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(words.size()));
  before.insert(before.end(), typed.begin(), typed.end());
  return before;
}

}  // namespace

std::vector<std::string> without_output(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& one = arguments[i];
    if (one == "--json" || one == "--quiet" || one.starts_with("--out=") || one.starts_with("--resume="))
      continue;
    if (one == "--out" || one == kResume) {
      ++i;
    } else {
      out.push_back(one);
    }
  }
  return out;
}

bool names_server(const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const std::string& one) { return one.starts_with("--server"); });
}

Verb resumable(Verb verb) {
  const auto run = verb.run;
  const std::string name = verb.name;
  verb.run = [run, name](const std::vector<std::string>& arguments, Host& host) -> int {
    const std::optional<std::string> folder = resumed_folder(arguments);
    if (!folder || !without_output(arguments).empty()) return run(arguments, host);
    const Result<std::vector<std::string>> whole = arguments_of_run(name, arguments, *folder);
    if (!whole) {
      print_error(host.err, whole.error());
      return exit_code_of_input(whole.error());
    }
    return run(*whole, host);
  };
  return verb;
}

}  // namespace fovea::cli
