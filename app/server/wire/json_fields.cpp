#include "app/server/wire/json_fields.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fovea::server {

using nlohmann::json;

JsonFields::JsonFields(const json& object, std::string path) : object_(object), path_(std::move(path)) {
  if (!object.is_object()) {
    error_ = Error{ErrorCode::kInvalidArgument,
                   path_.empty() ? "The body must be a JSON object." : path_ + " must be an object.",
                   {},
                   path_};
  }
}

void JsonFields::fail(const char* name, std::string what) {
  if (error_) return;
  const std::string path = path_of(name);
  error_ = Error{ErrorCode::kInvalidArgument, path + " " + std::move(what), {}, path};
}

const json* JsonFields::value(const char* name) {
  asked_.emplace_back(name);
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<double> JsonFields::number(const char* name) {
  const json* found = value(name);
  if (found == nullptr) return std::nullopt;
  if (found->is_number()) return found->get<double>();
  fail(name, "must be a number.");
  return std::nullopt;
}

std::optional<std::int64_t> JsonFields::integer(const char* name, std::int64_t low, std::int64_t high) {
  const json* found = value(name);
  if (found == nullptr) return std::nullopt;
  const std::string range =
      "must be a whole number between " + std::to_string(low) + " and " + std::to_string(high) + ".";
  double number = 0.0;
  if (found->is_number()) number = found->get<double>();
  if (!found->is_number() || number != std::floor(number) || number < static_cast<double>(low) ||
      number > static_cast<double>(high)) {
    fail(name, range);
    return std::nullopt;
  }
  if (found->is_number_float()) return static_cast<std::int64_t>(number);
  return found->get<std::int64_t>();
}

std::optional<bool> JsonFields::flag(const char* name) {
  const json* found = value(name);
  if (found == nullptr) return std::nullopt;
  if (found->is_boolean()) return found->get<bool>();
  fail(name, "must be true or false.");
  return std::nullopt;
}

std::optional<std::string> JsonFields::text(const char* name) {
  const json* found = value(name);
  if (found == nullptr) return std::nullopt;
  if (found->is_string()) return found->get<std::string>();
  fail(name, "must be a text.");
  return std::nullopt;
}

const json* JsonFields::object(const char* name) {
  const json* found = value(name);
  if (found == nullptr || found->is_object()) return found;
  fail(name, "must be an object.");
  return nullptr;
}

const json* JsonFields::list(const char* name) {
  const json* found = value(name);
  if (found == nullptr || found->is_array()) return found;
  fail(name, "must be a list.");
  return nullptr;
}

void JsonFields::require(const char* name) {
  if (value(name) == nullptr) fail(name, "is missing.");
}

void JsonFields::refuse_others(std::initializer_list<std::string_view> known) {
  if (!object_.is_object()) return;
  for (const auto& [name, ignored] : object_.items()) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    fail(name.substr(0, 80).c_str(), "is not known here.");
  }
}

}  // namespace fovea::server
