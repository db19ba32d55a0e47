#pragma once

#include "core/api/device_choice.h"
#include "core/api/error.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::cli {

/// A range of numbers that an option takes.
struct NumberRange {
  double low = 0.0;
  double high = 0.0;
  bool above_low = false;  ///< `low` itself is not allowed
};

/// The options of one verb: what is accepted, what the help says and where the values go, declared once.
/// Parsing is CLI11's. References given to the declaring functions must live until `parse` returns; an
/// option that was not given leaves its variable alone.
class ArgumentParser {
 public:
  /// `verb` as it is typed ("ask", "models list"); `summary`: one sentence.
  ArgumentParser(std::string verb, std::string summary)
      : verb_(std::move(verb)), summary_(std::move(summary)) {}

  /// What follows the verb in the usage line: `[PATH...] "QUESTION"`.
  void usage(std::string arguments) { usage_ = std::move(arguments); }
  void example(std::string command) { examples_.push_back(std::move(command)); }
  /// The options declared from here on stand under this title in the help.
  void section(std::string title) { section_ = std::move(title); }
  /// A paragraph below the options.
  void footnote(std::string text) { footnotes_.push_back(std::move(text)); }

  /// `names`: "-m,--model". `otherwise`: the default as the help shows it, or empty.
  void flag(std::string names, std::string help, bool& into);
  void text(std::string names, std::string value_name, std::string help, std::string otherwise,
            std::optional<std::string>& into);
  /// May be given several times, one value each.
  void texts(std::string names, std::string value_name, std::string help, std::vector<std::string>& into);
  void number(std::string names, std::string help, std::string otherwise, NumberRange range,
              std::optional<double>& into);
  void integer(std::string names, std::string help, std::string otherwise, std::int64_t low,
               std::int64_t high, std::optional<std::int64_t>& into);
  /// An amount of memory in megabytes (10^6): "8000", or with a unit "8G", "1.5GB", "800M". Whole megabytes
  /// come of it.
  void megabytes(std::string names, std::string help, std::string otherwise, std::int64_t low,
                 std::int64_t high, std::optional<std::int64_t>& into);
  /// Where a model computes: auto, cpu, cpu:operators, cuda:N.
  void device(std::string names, std::string help, std::optional<DeviceChoice>& into);
  void choice(std::string names, std::vector<std::string> choices, std::string help, std::string otherwise,
              std::optional<std::string>& into);
  /// Arguments that are no options, in order. Without it there may be none.
  void positionals(std::vector<std::string>& into) { positionals_ = &into; }

  /// Puts the values where they belong. The errors are kInvalidArgument (kInvalidText for what is not UTF-8
  /// and no file's name either) and name the option. True if help was asked for: nothing else counts then.
  Result<bool> parse(const std::vector<std::string>& arguments);

  /// Examples first, then the options with their defaults, in lines of at most `columns` characters.
  std::string help(int columns) const;

 private:
  struct Declared {
    std::string names;
    std::string value_name;  ///< empty: a flag
    std::string help;
    std::string otherwise;
    std::string section;
    bool repeats = false;
    std::function<Result<void>(const std::vector<std::string>&)> take;
  };

  void declare(std::string names, std::string value_name, std::string help, std::string otherwise,
               std::function<Result<void>(const std::string&)> take);
  Error unknown(const std::string& argument) const;
  /// An argument such as "-model", which would be read as -m with the value "odel"; nullptr if there is none.
  const std::string* single_dash(const std::vector<std::string>& arguments) const;
  std::string ask_for_help() const { return "`fovea " + verb_ + " --help` lists the options."; }

  std::string verb_;
  std::string summary_;
  std::string usage_;
  std::string section_ = "Options";
  std::vector<std::string> examples_;
  std::vector<std::string> footnotes_;
  std::vector<Declared> declared_;
  std::vector<std::string>* positionals_ = nullptr;
};

/// The error for an argument that makes no sense.
Error wrong_argument(std::string message, std::string remedy = {}, std::string field = {});

}  // namespace fovea::cli
