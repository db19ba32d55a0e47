#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea {

/// Reads numbers out of one object and remembers the first that is missing or out of range.
class JsonReader {
 public:
  JsonReader(const nlohmann::json& object, std::string where) : object_(object), where_(std::move(where)) {}

  std::int64_t integer(const char* key, std::int64_t low, std::int64_t high,
                       std::optional<std::int64_t> otherwise = {}) {
    const nlohmann::json* v = find(key);
    if (v == nullptr) return otherwise ? *otherwise : missing(key);
    if (!v->is_number_integer()) return wrong(key, "is not a whole number");
    const auto n = v->get<std::int64_t>();
    if (n < low || n > high) {
      return wrong(key, "is " + std::to_string(n) + ", outside " + std::to_string(low) + " to " +
                            std::to_string(high));
    }
    return n;
  }

  double number(const char* key, double low, double high, double otherwise) {
    const nlohmann::json* v = find(key);
    if (v == nullptr) return otherwise;
    if (!v->is_number()) {
      wrong(key, "is not a number");
      return otherwise;
    }
    const double n = v->get<double>();
    if (!(n >= low && n <= high)) wrong(key, "is out of range");
    return n;
  }

  bool flag(const char* key, bool otherwise) {
    const nlohmann::json* v = find(key);
    if (v == nullptr) return otherwise;
    if (!v->is_boolean()) wrong(key, "is neither true nor false");
    return v->is_boolean() && v->get<bool>();
  }

  std::string word(const char* key, const char* otherwise) {
    const nlohmann::json* v = find(key);
    if (v == nullptr) return otherwise;
    if (!v->is_string()) {
      wrong(key, "is not text");
      return otherwise;
    }
    return v->get<std::string>();
  }

  std::vector<std::int64_t> integers(const char* key, std::int64_t low, std::int64_t high, std::size_t most) {
    const nlohmann::json* v = find(key);
    std::vector<std::int64_t> out;
    if (v == nullptr) {
      missing(key);
      return out;
    }
    if (!v->is_array() || v->size() > most) {
      wrong(key, "is not a short list of whole numbers");
      return out;
    }
    for (const nlohmann::json& n : *v) {
      if (!n.is_number_integer() || n.get<std::int64_t>() < low || n.get<std::int64_t>() > high) {
        wrong(key, "holds a value out of range");
        return out;
      }
      out.push_back(n.get<std::int64_t>());
    }
    return out;
  }

  const nlohmann::json* find(const char* key) const {
    const auto it = object_.find(key);
    return it == object_.end() || it->is_null() ? nullptr : &*it;
  }

  std::int64_t wrong(const char* key, const std::string& what) {
    if (problem_.empty()) problem_ = where_ + key + " " + what;
    return 1;
  }

  const std::string& problem() const { return problem_; }

 private:
  std::int64_t missing(const char* key) { return wrong(key, "is missing"); }

  const nlohmann::json& object_;
  std::string where_;
  std::string problem_;
};

}  // namespace fovea
