#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace fovea::server {

/// Reads an object's members with their types and ranges and keeps the first thing that is wrong, which names
/// the member by its path ("messages[0].content"). A null counts as left out, as OpenAI's clients send it.
class JsonFields {
 public:
  /// `object` must outlive this; what is no object is the first error.
  JsonFields(const nlohmann::json& object, std::string path);

  std::optional<double> number(const char* name);
  std::optional<std::int64_t> integer(const char* name, std::int64_t low, std::int64_t high);
  std::optional<bool> flag(const char* name);
  std::optional<std::string> text(const char* name);
  /// Any value, nullptr if it is left out.
  const nlohmann::json* value(const char* name);
  const nlohmann::json* object(const char* name);
  const nlohmann::json* list(const char* name);
  void require(const char* name);

  /// Members that no function above asked for and `known` doesn't name are an error.
  void refuse_others(std::initializer_list<std::string_view> known);

  std::string path_of(const char* name) const { return path_.empty() ? name : path_ + "." + name; }
  void fail(const char* name, std::string what);
  const std::optional<Error>& error() const { return error_; }

 private:
  const nlohmann::json& object_;
  std::string path_;
  std::optional<Error> error_;
  std::vector<std::string> asked_;
};

}  // namespace fovea::server
