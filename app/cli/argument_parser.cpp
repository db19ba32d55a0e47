#include "app/cli/argument_parser.h"

#include "app/cli/plain_text.h"
#include "core/api/utf8.h"
#include "core/hub/near_names.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <filesystem>
#include <system_error>

#include <CLI/CLI.hpp>

namespace fovea::cli {
namespace {

// CLI11 takes "[a,b]" apart into a and b, which would tear such a question to pieces. A character that no one
// types, put before it on the way in and taken off on the way out, keeps it whole.
constexpr char kGuard = '\x1f';

std::string guarded(const std::string& argument) {
  if (argument.empty() || (argument.front() != '[' && argument.front() != kGuard)) return argument;
  return kGuard + argument;
}

void remove_guard(std::string& argument) {
  if (!argument.empty() && argument.front() == kGuard) argument.erase(0, 1);
}

/// The arguments as CLI11 wants them: reversed, guarded, and "--name=" as a name and an empty value, which
/// CLI11 would fill with the next argument.
std::vector<std::string> prepared(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  bool options_ended = false;
  for (const std::string& argument : arguments) {
    if (!options_ended && argument.size() > 3 && argument.starts_with("--") && argument.ends_with('=')) {
      out.push_back(argument.substr(0, argument.size() - 1));
      out.emplace_back();
    } else {
      out.push_back(guarded(argument));
    }
    options_ended = options_ended || argument == "--";
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<std::string> split_names(const std::string& names) {
  return CLI::detail::split(names, ',');
}

/// The name that messages use: the long one.
std::string long_name(const std::string& names) {
  return split_names(names).back();
}

std::string range_text(const NumberRange& range) {
  const auto plain = [](double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  };
  const std::string low = range.above_low ? "above " + plain(range.low) : "from " + plain(range.low);
  if (std::isinf(range.high)) return range.above_low ? "a number " + low : "a number " + low + " up";
  return "a number " + low + (range.above_low ? " and at most " : " to ") + plain(range.high);
}

/// The whole of `text` as a number in the C locale's notation.
template <typename Number>
bool parse_number(const std::string& text, Number& value) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (begin != end && *begin == '+') ++begin;
  const auto [stop, fault] = std::from_chars(begin, end, value);
  return begin != end && stop == end && fault == std::errc();
}

/// The number in front of a unit; a bare one must be whole.
std::optional<double> megabytes_of(std::string text) {
  std::int64_t whole = 0;
  if (parse_number(text, whole)) return static_cast<double>(whole);
  if (!text.empty() && (text.back() == 'B' || text.back() == 'b')) text.pop_back();
  if (text.empty()) return std::nullopt;
  constexpr double kGigabyte = 1000.0;
  double factor = 0.0;
  if (text.back() == 'G' || text.back() == 'g') factor = kGigabyte;
  if (text.back() == 'M' || text.back() == 'm') factor = 1.0;
  if (text.back() == 'T' || text.back() == 't') factor = kGigabyte * kGigabyte;
  text.pop_back();
  double number = 0.0;
  if (factor == 0.0 || !parse_number(text, number) || !std::isfinite(number)) return std::nullopt;
  return number * factor;
}

Error refused_value(const std::string& name, const std::string& wanted, const std::string& given) {
  return wrong_argument(name + " takes " + wanted + ", not \"" + fitted(given, 40) + "\".", {}, name);
}

}  // namespace

Error wrong_argument(std::string message, std::string remedy, std::string field) {
  return Error{ErrorCode::kInvalidArgument, std::move(message), std::move(remedy), std::move(field)};
}

void ArgumentParser::declare(std::string names, std::string value_name, std::string help,
                             std::string otherwise, std::function<Result<void>(const std::string&)> take) {
  declared_.push_back(
      {std::move(names), std::move(value_name), std::move(help), std::move(otherwise), section_, false,
       [take = std::move(take)](const std::vector<std::string>& values) { return take(values.back()); }});
}

void ArgumentParser::flag(std::string names, std::string help, bool& into) {
  declare(std::move(names), {}, std::move(help), {}, [&into](const std::string&) {
    into = true;
    return Result<void>();
  });
}

void ArgumentParser::text(std::string names, std::string value_name, std::string help, std::string otherwise,
                          std::optional<std::string>& into) {
  declare(std::move(names), std::move(value_name), std::move(help), std::move(otherwise),
          [&into](const std::string& value) {
            into = value;
            return Result<void>();
          });
}

void ArgumentParser::texts(std::string names, std::string value_name, std::string help,
                           std::vector<std::string>& into) {
  declared_.push_back({std::move(names),
                       std::move(value_name),
                       std::move(help),
                       {},
                       section_,
                       true,
                       [&into](const std::vector<std::string>& values) {
                         into = values;
                         return Result<void>();
                       }});
}

void ArgumentParser::number(std::string names, std::string help, std::string otherwise, NumberRange range,
                            std::optional<double>& into) {
  const std::string name = long_name(names);
  declare(std::move(names), "NUMBER", std::move(help), std::move(otherwise),
          [&into, name, range](const std::string& text) -> Result<void> {
            double value = 0.0;
            // Not finite is refused by its own test: every comparison with NaN is false.
            if (!parse_number(text, value) || !std::isfinite(value) || value < range.low ||
                value > range.high || (range.above_low && value <= range.low)) {
              return refused_value(name, range_text(range), text);
            }
            into = value;
            return {};
          });
}

void ArgumentParser::integer(std::string names, std::string help, std::string otherwise, std::int64_t low,
                             std::int64_t high, std::optional<std::int64_t>& into) {
  const std::string name = long_name(names);
  declare(std::move(names), "N", std::move(help), std::move(otherwise),
          [&into, name, low, high](const std::string& text) -> Result<void> {
            std::int64_t value = 0;
            if (!parse_number(text, value) || value < low || value > high) {
              return refused_value(
                  name, "a whole number from " + std::to_string(low) + " to " + std::to_string(high), text);
            }
            into = value;
            return {};
          });
}

void ArgumentParser::megabytes(std::string names, std::string help, std::string otherwise, std::int64_t low,
                               std::int64_t high, std::optional<std::int64_t>& into) {
  const std::string name = long_name(names);
  declare(std::move(names), "MB|8G", std::move(help), std::move(otherwise),
          [&into, name, low, high](const std::string& text) -> Result<void> {
            const std::optional<double> value = megabytes_of(text);
            if (!value || *value < static_cast<double>(low) || *value > static_cast<double>(high)) {
              return refused_value(name,
                                   "megabytes from " + std::to_string(low) + " to " + std::to_string(high) +
                                       ", or an amount like 8G",
                                   text);
            }
            into = static_cast<std::int64_t>(*value);
            return {};
          });
}

void ArgumentParser::device(std::string names, std::string help, std::optional<DeviceChoice>& into) {
  const std::string name = long_name(names);
  declare(std::move(names), "auto|cpu|cpu:operators|cuda:N", std::move(help), "auto",
          [&into, name](const std::string& text) -> Result<void> {
            into = parse_device(text);
            if (!into)
              return refused_value(name, "auto, cpu, cpu:operators, cuda:0 or another GPU's number", text);
            return {};
          });
}

void ArgumentParser::choice(std::string names, std::vector<std::string> choices, std::string help,
                            std::string otherwise, std::optional<std::string>& into) {
  const std::string name = long_name(names);
  std::string value_name = CLI::detail::join(choices, "|");
  declare(std::move(names), std::move(value_name), std::move(help), std::move(otherwise),
          [&into, name, choices = std::move(choices)](const std::string& text) -> Result<void> {
            if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
              return refused_value(name, CLI::detail::join(choices, ", "), text);
            }
            into = text;
            return {};
          });
}

Error ArgumentParser::unknown(const std::string& argument) const {
  if (!argument.starts_with('-')) {
    return wrong_argument("`fovea " + verb_ + "` does not take \"" + fitted(argument, 60) + "\".",
                          ask_for_help());
  }
  const std::string name = argument.substr(0, argument.find('='));
  std::vector<std::string> known = {"--help"};
  for (const Declared& option : declared_) known.push_back(long_name(option.names));
  const std::vector<std::string> meant = near_names(name, known, 1);
  if (!meant.empty())
    return wrong_argument("There is no option " + fitted(name, 60) + ".",
                          "Did you mean " + meant.front() + "?");
  return wrong_argument("There is no option " + fitted(name, 60) + ".",
                        ask_for_help() + " Text that begins with a dash goes after --.");
}

const std::string* ArgumentParser::single_dash(const std::vector<std::string>& arguments) const {
  for (const std::string& argument : arguments) {
    if (argument == "--") return nullptr;
    if (!argument.starts_with('-') || argument.starts_with("--")) continue;
    const std::string doubled = "-" + argument.substr(0, argument.find('='));
    for (const Declared& option : declared_) {
      if (long_name(option.names) == doubled) return &argument;
    }
  }
  return nullptr;
}

Result<bool> ArgumentParser::parse(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    std::error_code ignored;
    if (!is_utf8(argument) && !(positionals_ != nullptr && std::filesystem::exists(argument, ignored))) {
      return Error{ErrorCode::kInvalidText,
                   "\"" + fitted(repaired_utf8(argument), 60) + "\" is not UTF-8 text.",
                   "Set the terminal to UTF-8.",
                   {}};
    }
  }
  if (const std::string* slip = single_dash(arguments)) return unknown(*slip);
  CLI::App app;
  app.set_help_flag();
  bool wants_help = false;
  app.add_flag("-h,--help", wants_help);
  std::deque<std::vector<std::string>> values(declared_.size());
  std::deque<bool> flags(declared_.size(), false);
  for (std::size_t i = 0; i < declared_.size(); ++i) {
    if (declared_[i].value_name.empty()) {
      app.add_flag(declared_[i].names, flags[i]);
    } else {
      app.add_option(declared_[i].names, values[i])->expected(1)->allow_extra_args(false)->take_all();
    }
  }
  std::vector<std::string> plain;
  if (positionals_ != nullptr) app.add_option("arguments", plain);
  try {
    app.parse(prepared(arguments));
  } catch (const CLI::ExtrasError&) {
    std::vector<std::string> left = app.remaining();
    for (std::string& argument : left) remove_guard(argument);
    const auto option =
        std::find_if(left.begin(), left.end(), [](const auto& a) { return a.starts_with('-'); });
    return unknown(option == left.end() ? left.front() : *option);
  } catch (const CLI::ArgumentMismatch& fault) {
    const std::string what = fault.what();
    return wrong_argument(what.substr(0, what.find(':')) + " needs a value.", ask_for_help());
  } catch (const CLI::Error&) {
    return wrong_argument("The arguments make no sense together.", ask_for_help());
  }
  if (wants_help) return true;
  for (std::size_t i = 0; i < declared_.size(); ++i) {
    if (flags[i]) values[i] = {"true"};
    if (values[i].empty()) continue;
    for (std::string& value : values[i]) remove_guard(value);
    if (Result<void> taken = declared_[i].take(values[i]); !taken) return taken.error();
  }
  for (std::string& argument : plain) remove_guard(argument);
  if (positionals_ != nullptr) *positionals_ = std::move(plain);
  return false;
}

}  // namespace fovea::cli
