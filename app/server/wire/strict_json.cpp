#include "app/server/wire/strict_json.h"

#include "app/server/wire/long_strings.h"
#include "core/api/utf8.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fovea::server {
namespace {

using nlohmann::json;

using nlohmann::ordered_json;

constexpr std::size_t kMostOrderedMembers = 16384;
constexpr std::size_t kLongString = 4096;  // bytes; shorter ones cost as much to set aside as to parse

/// Builds the value while it checks what nlohmann's own parser lets pass.
class StrictBuilder : public nlohmann::json_sax<json> {
 public:
  StrictBuilder(PartlyOrderedJson& root, LongStrings& strings, std::span<const std::string_view> path)
      : root_(root), builder_(root.value, false), strings_(strings), path_(path) {}

  bool null() override {
    return build([](auto& to) { return to.null(); });
  }
  bool boolean(bool value) override {
    return build([value](auto& to) { return to.boolean(value); });
  }
  bool number_integer(number_integer_t value) override {
    return build([value](auto& to) { return to.number_integer(value); });
  }
  bool number_unsigned(number_unsigned_t value) override {
    return build([value](auto& to) { return to.number_unsigned(value); });
  }
  bool number_float(number_float_t value, const string_t& text) override {
    return build([&](auto& to) { return to.number_float(value, text); });
  }
  bool string(string_t& value) override {
    restore(value);
    if (value.find('\0') != std::string::npos) return fail(ErrorCode::kInvalidText, "A text holds NUL.");
    return build([&](auto& to) { return to.string(value); });
  }
  bool binary(binary_t& value) override {
    return build([&](auto& to) { return to.binary(value); });
  }

  bool start_object(std::size_t elements) override {
    const bool on_path = std::exchange(continues_path_, false);
    if (on_path && ++on_path_ == path_.size()) {
      root_.ordered.emplace();
      ordered_.emplace(*root_.ordered, false);
    }
    names_.emplace_back();
    return deeper() && build([elements](auto& to) { return to.start_object(elements); });
  }
  bool key(string_t& name) override {
    restore(name);
    if (name.find('\0') != std::string::npos) return fail(ErrorCode::kInvalidText, "A name holds NUL.");
    if (!names_.back().insert(name).second) {
      return fail(ErrorCode::kInvalidArgument, "An object names \"" + name.substr(0, 60) + "\" twice.");
    }
    if (ordered_ && ++ordered_members_ > kMostOrderedMembers) {
      return fail(ErrorCode::kTooLarge,
                  "The schema has more than " + std::to_string(kMostOrderedMembers) + " members.");
    }
    const bool built = build([&](auto& to) { return to.key(name); });
    continues_path_ = follows_path() && on_path_ < path_.size() && name == path_[on_path_];
    return built;
  }
  bool end_object() override {
    const bool built = build([](auto& to) { return to.end_object(); });
    if (follows_path() && on_path_ > 0 && on_path_-- == path_.size()) ordered_.reset();
    names_.pop_back();
    return built;
  }
  bool start_array(std::size_t elements) override {
    names_.emplace_back();
    return deeper() && build([elements](auto& to) { return to.start_array(elements); });
  }
  bool end_array() override {
    names_.pop_back();
    return build([](auto& to) { return to.end_array(); });
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& fault) override {
    if (fault.id == 406) return fail(ErrorCode::kInvalidArgument, "A number is too large.");
    return fail(ErrorCode::kInvalidArgument,
                "It is no JSON from byte " + std::to_string(strings_.original_position(position)) + " on.");
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  bool deeper() {
    if (names_.size() <= kMostJsonDepth) return true;
    return fail(ErrorCode::kInvalidArgument,
                "It is nested deeper than " + std::to_string(kMostJsonDepth) + " levels.");
  }
  bool fail(ErrorCode code, std::string message) {
    error_ = Error{code, "The body cannot be read. " + std::move(message), {}, {}};
    return false;
  }

  /// Whether the innermost open object is the one that the members of the path so far lead to.
  bool follows_path() const { return names_.size() == on_path_ + 1; }

  void restore(string_t& text) {
    if (const std::string_view* content = strings_.next()) text = *content;
  }

  template <typename Event>
  bool build(const Event& event) {
    continues_path_ = false;
    return (!ordered_ || event(*ordered_)) && event(builder_);
  }

  template <typename Json>
  using Builder = nlohmann::detail::json_sax_dom_parser<Json>;

  PartlyOrderedJson& root_;
  Builder<json> builder_;
  std::optional<Builder<ordered_json>> ordered_;  ///< while the path's object is open
  std::size_t ordered_members_ = 0;
  LongStrings& strings_;
  std::span<const std::string_view> path_;
  std::size_t on_path_ = 0;                   ///< members of the path that the open objects follow
  bool continues_path_ = false;               ///< the value that comes next is the path's next
  std::vector<std::set<std::string>> names_;  ///< of the objects that are open; empty ones for arrays
  std::optional<Error> error_;
};

}  // namespace

Result<PartlyOrderedJson> parse_strict_json(std::string_view text, std::span<const std::string_view> path) {
  if (!is_utf8(text)) return Error{ErrorCode::kInvalidText, "The body is not UTF-8 text.", {}, {}};
  PartlyOrderedJson root;
  LongStrings strings(text, kLongString);
  StrictBuilder builder(root, strings, path);
  const std::string_view shortened = strings.shortened();
  if (!json::sax_parse(shortened.begin(), shortened.end(), &builder)) {
    if (builder.error()) return *builder.error();
    return Error{ErrorCode::kInvalidArgument, "The body is no JSON.", {}, {}};
  }
  return root;
}

Result<json> parse_strict_json(std::string_view text) {
  Result<PartlyOrderedJson> parsed = parse_strict_json(text, {});
  if (!parsed) return parsed.error();
  return std::move(parsed->value);
}

}  // namespace fovea::server
