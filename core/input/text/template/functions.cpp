#include "core/input/text/template/functions.h"

#include "core/input/text/template/bind.h"
#include "core/input/text/template/iteration.h"
#include "core/input/text/template/value_text.h"

#include <clocale>
#include <ctime>
#include <memory>

namespace fovea::jinja {
namespace {

constexpr std::int64_t kLongestRange = 100'000;  // the sandbox's MAX_RANGE

std::int64_t whole(const Value& value) {
  value.require_defined();
  if (!value.is_integral()) fail("'range' needs whole numbers, not " + value.type_name() + ".");
  return value.integer();
}

Value make_range(Runtime&, Arguments& arguments) {
  const std::vector<Value>& given = arguments.positional;
  if (given.empty() || given.size() > 3 || !arguments.named.empty())
    fail("'range' needs one to three numbers.");
  Range range;
  range.start = given.size() == 1 ? 0 : whole(given[0]);
  range.stop = whole(given[given.size() == 1 ? 0 : 1]);
  range.step = given.size() == 3 ? whole(given[2]) : 1;
  if (range.step == 0) fail("The step of a range is zero.");
  // Distance and step as magnitudes: they fit 64 bits without a sign.
  const auto unsigned_of = [](std::int64_t number) { return static_cast<std::uint64_t>(number); };
  const bool forward = range.step > 0;
  const bool empty = forward ? range.start >= range.stop : range.start <= range.stop;
  const std::uint64_t distance = forward ? unsigned_of(range.stop) - unsigned_of(range.start)
                                         : unsigned_of(range.start) - unsigned_of(range.stop);
  const std::uint64_t stride = forward ? unsigned_of(range.step) : 0U - unsigned_of(range.step);
  const std::uint64_t length = empty ? 0 : (distance - 1) / stride + 1;
  if (length > static_cast<std::uint64_t>(kLongestRange)) fail_budget("A range holds over 100000 numbers.");
  range.length = static_cast<std::int64_t>(length);
  return Value(std::make_shared<const Range>(range));
}

/// dict(mapping or pairs, name=value, …).
Dict make_entries(Runtime& runtime, const Arguments& arguments) {
  if (arguments.positional.size() > 1) fail("'dict' and 'namespace' take one dictionary at most.");
  Dict dict;
  if (!arguments.positional.empty()) {
    const Value& source = arguments.positional.front();
    if (source.is_dict()) {
      for (const auto& [key, value] : source.dict().entries()) runtime.set(dict, key, value);
    } else {
      const std::shared_ptr<Iterator> pairs = iterate(source);
      Value pair;
      while (pairs->next(runtime, pair)) {
        std::vector<Value> both = collect(pair, runtime);
        if (both.size() != 2) fail("'dict' needs pairs of a key and a value.");
        runtime.set(dict, std::move(both[0]), std::move(both[1]));
      }
    }
  }
  for (const auto& [name, value] : arguments.named) runtime.set(dict, Value(name), value);
  return dict;
}

Value make_dict(Runtime& runtime, Arguments& arguments) {
  return Value::dict(make_entries(runtime, arguments));
}

Value make_namespace(Runtime& runtime, Arguments& arguments) {
  const Dict entries = make_entries(runtime, arguments);
  Value made = runtime.make_namespace();
  Namespace& space = **made.as<std::shared_ptr<Namespace>>();
  for (const auto& [key, value] : entries.entries()) {
    if (!key.is_string()) fail_unsupported("A namespace needs strings as names.");
    space.set(key.bytes(), value);
  }
  return made;
}

Value raise_exception(Runtime& runtime, Arguments& arguments) {
  const Bound bound("raise_exception", arguments, {"message"}, 1);
  throw Failure{ErrorCode::kInvalidArgument, to_text(*bound[0], runtime), 0, true};
}

/// strftime of the C locale, whatever the program's is.
std::string format_time(const std::string& format, const std::tm& when) {
  const auto free_locale = [](locale_t locale) { ::freelocale(locale); };
  const std::unique_ptr<std::remove_pointer_t<locale_t>, decltype(free_locale)> plain(
      ::newlocale(LC_ALL_MASK, "C", nullptr), free_locale);
  if (plain == nullptr) fail("The date cannot be written.");
  // The leading mark tells an empty result from a buffer that was too small.
  const std::string marked = "." + format;
  std::string out(marked.size() * 4 + 256, '\0');
  const std::size_t size = ::strftime_l(out.data(), out.size(), marked.c_str(), &when, plain.get());
  if (size == 0) fail("The date does not fit its format.");
  out.resize(size);
  return out.substr(1);
}

Value strftime_now(Runtime& runtime, Arguments& arguments) {
  const Bound bound("strftime_now", arguments, {"format"}, 1);
  const std::string& format = bound.string(0);
  if (format.size() > 1000) fail("The format of a date is too long.");
  static constexpr std::string_view kKnown = "aAbBcdHIjmMpSUwWxXyYeDFTRrnhtugGVCklsP%-_0^#";
  for (std::size_t at = format.find('%'); at != std::string::npos; at = format.find('%', at + 2)) {
    const std::size_t letter = format.find_first_not_of("-_0^#", at + 1);
    if (letter == std::string::npos || kKnown.find(format[letter]) == std::string_view::npos) {
      fail_unsupported("This format of a date is not supported: " + quoted(format) + ".");
    }
  }
  if (format.find('\0') != std::string::npos) fail("The format of a date holds a NUL.");
  return runtime.text(format_time(format, runtime.now()));
}

Value make_function(std::string_view name, Value (*call)(Runtime&, Arguments&)) {
  auto function = std::make_shared<Callable>();
  function->name = name;
  function->call = call;
  return Value(std::shared_ptr<const Callable>(std::move(function)));
}

Value refuse(std::string_view name) {
  auto function = std::make_shared<Callable>();
  function->name = name;
  function->call = [text = std::string(name)](Runtime&, Arguments&) -> Value {
    fail_unsupported("The function '" + text + "' is not supported.");
  };
  return Value(std::shared_ptr<const Callable>(std::move(function)));
}

}  // namespace

std::optional<Value> global_function(std::string_view name) {
  if (name == "range") return make_function(name, make_range);
  if (name == "dict") return make_function(name, make_dict);
  if (name == "namespace") return make_function(name, make_namespace);
  if (name == "raise_exception") return make_function(name, raise_exception);
  if (name == "strftime_now") return make_function(name, strftime_now);
  if (name == "cycler" || name == "joiner" || name == "lipsum") return refuse(name);
  return std::nullopt;
}

}  // namespace fovea::jinja
