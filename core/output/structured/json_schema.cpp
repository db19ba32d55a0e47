#include "core/output/structured/json_schema.h"

#include "core/output/structured/json_parts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using Json = nlohmann::ordered_json;

struct Refusal {
  std::string place;
  std::string problem;
};

std::string below(const std::string& place, std::string_view key) {
  std::string pointer = place + "/";
  for (const char c : key) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return pointer;
}

/// Turns one schema into parts of a grammar. Throws Refusal, which does not leave this file.
class Compiler {
 public:
  Compiler(JsonGrammar& grammar, const Json& root) : grammar_(grammar), parts_(grammar), root_(root) {}

  int run() {
    const int start = target("#", "#");
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      const auto [place, part] = pending_[i];
      const Json* schema = find(place);
      if (schema == nullptr) throw Refusal{place, "$ref leads nowhere"};
      write(*schema, place == "#" ? "" : place.substr(1), part, 0);
    }
    refuse_circles();
    return start;
  }

 private:
  /// The part of a schema that $ref may lead to; written later, so that schemas may contain themselves.
  int target(const std::string& reference, const std::string& place) {
    if (find(reference) == nullptr) throw Refusal{place, "$ref leads nowhere or is of an unsupported form"};
    const auto [known, added] = targets_.try_emplace(reference, JsonGrammar::kNone);
    if (added) {
      known->second = grammar_.add();
      pending_.emplace_back(reference, known->second);
    }
    return known->second;
  }

  const Json* find(const std::string& reference) const {
    if (reference == "#") return &root_;
    for (const std::string_view room : {"$defs", "definitions"}) {
      const std::string prefix = "#/" + std::string(room) + "/";
      if (reference.rfind(prefix, 0) != 0 || !root_.is_object() || !root_.contains(room)) continue;
      const Json& all = root_.at(std::string(room));
      const std::string name = reference.substr(prefix.size());
      if (all.is_object() && all.contains(name)) return &all.at(name);
    }
    return nullptr;
  }

  /// Makes `part` (a fresh state) begin every text of `schema`.
  void write(const Json& schema, const std::string& place, int part, int depth) {
    if (depth > JsonSchema::kMaxDepth) throw Refusal{place, "The schema is nested too deep"};
    if (schema.is_boolean() && schema.get<bool>()) return grammar_.free(part, parts_.any());
    if (!schema.is_object()) throw Refusal{place, "A schema must be an object or true"};
    check_keywords(schema, place);
    if (schema.contains("$ref")) {
      alone(schema, place, {"$ref"});
      if (!schema["$ref"].is_string()) throw Refusal{below(place, "$ref"), "$ref must be text"};
      link(part, target(schema["$ref"].get<std::string>(), below(place, "$ref")));
    } else if (schema.contains("anyOf")) {
      alone(schema, place, {"anyOf"});
      const Json& choices = schema["anyOf"];
      if (!choices.is_array() || choices.empty())
        throw Refusal{below(place, "anyOf"), "anyOf must be a list of schemas"};
      for (std::size_t i = 0; i < choices.size(); ++i)
        link(part, child(choices[i], below(below(place, "anyOf"), std::to_string(i)), depth));
    } else if (schema.contains("enum") || schema.contains("const")) {
      write_values(schema, place, part);
    } else {
      for (const std::string& type : types(schema, place)) write_type(type, schema, place, part, depth);
    }
    if (grammar_.states.size() > JsonGrammar::kMaxStates) throw Refusal{place, "The schema is too large"};
  }

  int child(const Json& schema, const std::string& place, int depth) {
    const int part = grammar_.add();
    write(schema, place, part, depth + 1);
    return part;
  }

  void link(int from, int to) {
    grammar_.free(from, to);
    links_[from].push_back(to);
  }

  static bool annotation(const std::string& key) {
    static const std::set<std::string> kIgnored = {"title",   "description", "default", "examples",
                                                   "$schema", "$id",         "$defs",   "definitions"};
    return kIgnored.contains(key);
  }

  static void check_keywords(const Json& schema, const std::string& place) {
    static const std::set<std::string> kKnown = {"type",
                                                 "properties",
                                                 "required",
                                                 "additionalProperties",
                                                 "enum",
                                                 "const",
                                                 "items",
                                                 "minItems",
                                                 "maxItems",
                                                 "minLength",
                                                 "maxLength",
                                                 "minimum",
                                                 "maximum",
                                                 "exclusiveMinimum",
                                                 "exclusiveMaximum",
                                                 "anyOf",
                                                 "$ref"};
    for (const auto& [key, value] : schema.items())
      if (!kKnown.contains(key) && !annotation(key))
        throw Refusal{below(place, key), "The keyword \"" + key + "\" is not supported"};
  }

  static void alone(const Json& schema, const std::string& place, const std::set<std::string>& allowed) {
    for (const auto& [key, value] : schema.items())
      if (!allowed.contains(key) && !annotation(key))
        throw Refusal{below(place, key), "\"" + key + "\" cannot stand beside \"" + *allowed.begin() + "\""};
  }

  static std::vector<std::string> types(const Json& schema, const std::string& place) {
    static const std::vector<std::string> kAll = {"object", "array", "string", "number", "boolean", "null"};
    if (!schema.contains("type")) return kAll;
    std::vector<std::string> named;
    const Json list = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    for (const Json& type : list) {
      if (!type.is_string() ||
          (type != "integer" && std::ranges::find(kAll, type.get<std::string>()) == kAll.end()))
        throw Refusal{below(place, "type"), "This type is unknown"};
      named.push_back(type.get<std::string>());
    }
    if (named.empty()) throw Refusal{below(place, "type"), "The list of types is empty"};
    return named;
  }

  static bool is_of(const Json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    if (type == "null") return value.is_null();
    return value.is_number_integer();
  }

  void write_values(const Json& schema, const std::string& place, int part) {
    const std::string keyword = schema.contains("enum") ? "enum" : "const";
    alone(schema, place, {keyword, "type"});
    const Json values = keyword == "enum" ? schema[keyword] : Json::array({schema[keyword]});
    if (!values.is_array()) throw Refusal{below(place, keyword), "enum must be a list"};
    const std::vector<std::string> allowed = types(schema, place);
    bool any = false;
    for (const Json& value : values) {
      if (std::ranges::none_of(allowed, [&](const std::string& type) { return is_of(value, type); }))
        continue;
      end_at(grammar_.literal(part, value.dump()));
      any = true;
    }
    if (!any) throw Refusal{below(place, keyword), "No value is left"};
  }

  void end_at(int state) { grammar_.states[static_cast<std::size_t>(state)].ends = true; }

  void write_type(const std::string& type, const Json& schema, const std::string& place, int part,
                  int depth) {
    if (type == "object") {
      grammar_.free(part, object(schema, place, depth));
    } else if (type == "array") {
      const auto [least, most] = counts(schema, place, "minItems", "maxItems");
      const int item =
          schema.contains("items") ? child(schema["items"], below(place, "items"), depth) : parts_.any();
      grammar_.free(part, parts_.array(item, least, most));
    } else if (type == "string") {
      const auto [least, most] = counts(schema, place, "minLength", "maxLength");
      grammar_.free(part, parts_.string(least, most));
    } else if (type == "boolean") {
      for (const std::string_view word : {"true", "false"}) end_at(grammar_.literal(part, word));
    } else if (type == "null") {
      end_at(grammar_.literal(part, "null"));
    } else {
      const bool whole = type == "integer";
      const std::int64_t low = bound(schema, place, "minimum", "exclusiveMinimum", whole, true);
      const std::int64_t high = bound(schema, place, "maximum", "exclusiveMaximum", whole, false);
      if (low > high) throw Refusal{place, "No number lies within the bounds"};
      grammar_.free(part, whole ? parts_.integer(low, high) : parts_.number(low, high));
    }
  }

  static std::pair<std::int64_t, std::int64_t> counts(const Json& schema, const std::string& place,
                                                      const char* least_key, const char* most_key) {
    const auto read = [&](const char* key, std::int64_t absent) {
      if (!schema.contains(key)) return absent;
      const Json& value = schema[key];
      if (!value.is_number_unsigned() || value.get<std::uint64_t>() > JsonSchema::kMaxCount)
        throw Refusal{below(place, key), std::string(key) + " must be a whole number from 0 to 4096"};
      return value.get<std::int64_t>();
    };
    const std::int64_t least = read(least_key, 0);
    const std::int64_t most = read(most_key, -1);
    if (most >= 0 && most < least)
      throw Refusal{below(place, most_key), "The largest count is below the least"};
    return {least, most};
  }

  static std::int64_t bound(const Json& schema, const std::string& place, const char* inclusive,
                            const char* exclusive, bool whole, bool lower) {
    std::int64_t tightest = lower ? -JsonParts::kLargest : JsonParts::kLargest;
    for (const char* key : {inclusive, exclusive}) {
      if (!schema.contains(key)) continue;
      const std::string at = below(place, key);
      if (!schema[key].is_number()) throw Refusal{at, std::string(key) + " must be a number"};
      const double value = schema[key].get<double>();
      if (!(std::abs(value) <= static_cast<double>(JsonParts::kLargest)))
        throw Refusal{at, std::string(key) + " has more than 15 digits"};
      const bool open = key == exclusive;
      if (!whole && (open || value != std::floor(value)))
        throw Refusal{at, "Bounds of numbers that may have a fraction must be whole and inclusive"};
      const double rounded = lower ? std::ceil(value) : std::floor(value);
      auto limit = static_cast<std::int64_t>(rounded);
      if (open && rounded == value) limit += lower ? 1 : -1;
      tightest = lower ? std::max(tightest, limit) : std::min(tightest, limit);
    }
    return tightest;
  }

  int object(const Json& schema, const std::string& place, int depth) {
    const Json more = schema.value("additionalProperties", Json(true));
    const Json properties = schema.value("properties", Json::object());
    const Json required = schema.value("required", Json::array());
    if (!properties.is_object()) throw Refusal{below(place, "properties"), "properties must be an object"};
    if (!required.is_array()) throw Refusal{below(place, "required"), "required must be a list of names"};
    std::set<std::string> needed;
    for (const Json& name : required) {
      if (!name.is_string() || !properties.contains(name.get<std::string>()))
        throw Refusal{below(place, "required"), "required names what is not in properties"};
      needed.insert(name.get<std::string>());
    }
    if (properties.empty() && more != Json(false))
      return more == Json(true) ? parts_.any_object()
                                : parts_.map(child(more, below(place, "additionalProperties"), depth));
    if (!more.is_boolean() && !more.is_object())
      throw Refusal{below(place, "additionalProperties"), "A schema must be an object or true"};

    const int start = grammar_.add();
    const int end = grammar_.add();
    end_at(end);
    // `fresh`: nothing written yet; `written`: something is, so that a comma comes first.
    int fresh = grammar_.literal(start, "{");
    int written = grammar_.add();
    for (const auto& [name, value] : properties.items()) {
      const int next_fresh = grammar_.add();
      const int next_written = grammar_.add();
      const int value_part = child(value, below(below(place, "properties"), name), depth);
      const int key = grammar_.add();
      grammar_.free(fresh, key);
      grammar_.free(parts_.mark(written, ','), key);
      const int colon = parts_.mark(grammar_.literal(key, Json(name).dump()), ':');
      grammar_.free(grammar_.call(colon, value_part), next_written);
      if (!needed.contains(name)) {
        grammar_.free(fresh, next_fresh);
        grammar_.free(written, next_written);
      }
      fresh = next_fresh;
      written = next_written;
    }
    grammar_.bytes(fresh, '}', '}', end);
    grammar_.bytes(written, '}', '}', end);
    return start;
  }

  /// A schema that is itself by way of $ref and anyOf alone says nothing.
  void refuse_circles() const {
    std::map<int, int> marks;  // 1: on the way, 2: done
    for (const auto& [root, unused] : links_) {
      std::vector<std::pair<int, std::size_t>> path;
      if (marks[root] == 0) path.emplace_back(root, 0);
      while (!path.empty()) {
        auto& [part, next] = path.back();
        marks[part] = 1;
        const auto links = links_.find(part);
        if (links == links_.end() || next == links->second.size()) {
          marks[part] = 2;
          path.pop_back();
          continue;
        }
        const int to = links->second[next++];
        if (marks[to] == 1) throw Refusal{"", "A $ref leads back to itself without a value in between"};
        if (marks[to] == 0) path.emplace_back(to, 0);
      }
    }
  }

  JsonGrammar& grammar_;
  JsonParts parts_;
  const Json& root_;
  std::map<std::string, int> targets_;
  std::vector<std::pair<std::string, int>> pending_;
  std::map<int, std::vector<int>> links_;
};

Error refused(const std::string& place, const std::string& problem) {
  return {ErrorCode::kInvalidArgument,
          "The JSON Schema cannot be used: " + problem + (place.empty() ? "." : " (at " + place + ")."),
          "Simplify the schema.", place};
}

}  // namespace

Result<JsonSchema> JsonSchema::compile(std::string_view text) {
  if (text.size() > kMaxBytes) return refused("", "it is larger than 64 KB");
  bool deep = false;
  Json root;
  try {
    root = Json::parse(text, [&deep](int depth, Json::parse_event_t, Json&) {
      deep = deep || depth > 3 * kMaxDepth;
      return !deep;
    });
  } catch (const nlohmann::json::exception&) {
    return refused("", "it is not valid JSON");
  }
  if (deep) return refused("", "it is nested too deep");
  auto grammar = std::make_shared<JsonGrammar>();
  try {
    grammar->start = Compiler(*grammar, root).run();
  } catch (const Refusal& refusal) {
    return refused(refusal.place, refusal.problem);
  }
  grammar->measure();
  if (grammar->states[static_cast<std::size_t>(grammar->start)].calls_needed > JsonGrammar::kMaxCalls)
    return refused("", "no finite value fits it");
  return JsonSchema(std::move(grammar));
}

JsonSchema JsonSchema::any_object() {
  auto grammar = std::make_shared<JsonGrammar>();
  grammar->start = JsonParts(*grammar).any_object();
  grammar->measure();
  return JsonSchema(std::move(grammar));
}

}  // namespace fovea
