#include "app/server/wire/strict_json.h"

#include "core/api/utf8.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fovea::server {
namespace {

using nlohmann::json;

/// Builds the value while it checks what nlohmann's own parser lets pass.
class StrictBuilder : public nlohmann::json_sax<json> {
 public:
  explicit StrictBuilder(json& root) : builder_(root, false) {}

  bool null() override { return builder_.null(); }
  bool boolean(bool value) override { return builder_.boolean(value); }
  bool number_integer(number_integer_t value) override { return builder_.number_integer(value); }
  bool number_unsigned(number_unsigned_t value) override { return builder_.number_unsigned(value); }
  bool number_float(number_float_t value, const string_t& text) override {
    return builder_.number_float(value, text);
  }
  bool string(string_t& value) override {
    if (value.find('\0') != std::string::npos) return fail(ErrorCode::kInvalidText, "A text holds NUL.");
    return builder_.string(value);
  }
  bool binary(binary_t& value) override { return builder_.binary(value); }

  bool start_object(std::size_t elements) override {
    names_.emplace_back();
    return deeper() && builder_.start_object(elements);
  }
  bool key(string_t& name) override {
    if (name.find('\0') != std::string::npos) return fail(ErrorCode::kInvalidText, "A name holds NUL.");
    if (!names_.back().insert(name).second) {
      return fail(ErrorCode::kInvalidArgument, "An object names \"" + name.substr(0, 60) + "\" twice.");
    }
    return builder_.key(name);
  }
  bool end_object() override {
    names_.pop_back();
    return builder_.end_object();
  }
  bool start_array(std::size_t elements) override {
    names_.emplace_back();
    return deeper() && builder_.start_array(elements);
  }
  bool end_array() override {
    names_.pop_back();
    return builder_.end_array();
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& fault) override {
    if (fault.id == 406) return fail(ErrorCode::kInvalidArgument, "A number is too large.");
    return fail(ErrorCode::kInvalidArgument, "It is no JSON from byte " + std::to_string(position) + " on.");
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

  nlohmann::detail::json_sax_dom_parser<json> builder_;
  std::vector<std::set<std::string>> names_;  ///< of the objects that are open; empty ones for arrays
  std::optional<Error> error_;
};

}  // namespace

Result<json> parse_strict_json(std::string_view text) {
  if (!is_utf8(text)) return Error{ErrorCode::kInvalidText, "The body is not UTF-8 text.", {}, {}};
  json root;
  StrictBuilder builder(root);
  if (!json::sax_parse(text.begin(), text.end(), &builder)) {
    if (builder.error()) return *builder.error();
    return Error{ErrorCode::kInvalidArgument, "The body is no JSON.", {}, {}};
  }
  return root;
}

}  // namespace fovea::server
