#pragma once

#include "core/api/error.h"
#include "core/output/structured/json_grammar.h"

#include <memory>
#include <string>
#include <string_view>

namespace fovea {

/// A JSON Schema as the grammar of the JSON texts that may be written for it. Immutable; any thread.
///
/// Keywords: type, properties, required, additionalProperties, enum, const, items, minItems, maxItems,
/// minLength, maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum, anyOf, $ref (to #,
/// #/$defs/NAME or #/definitions/NAME); title, description, default, examples, $schema and $id are ignored.
/// Any other keyword is refused, since an answer would not keep to it.
///
/// The texts are a subset of what the schema allows: members stand in the order of `properties` and no others
/// are added where `properties` is given; a single space may follow ':' and ','; integers have at most 15
/// digits, other numbers 15 before and 15 behind the point and no exponent. Bounds of integers are exact;
/// bounds of other numbers must be whole and inclusive. $ref, anyOf and enum/const stand alone, but for
/// `type` beside the last.
class JsonSchema {
 public:
  static constexpr std::size_t kMaxBytes = 64U << 10;
  static constexpr int kMaxDepth = 32;
  static constexpr std::int64_t kMaxCount = 4096;  ///< of minLength, maxLength, minItems, maxItems

  /// Errors: kInvalidArgument, with the JSON pointer of the keyword at fault as its field.
  static Result<JsonSchema> compile(std::string_view text);
  /// Any JSON object.
  static JsonSchema any_object();

  const std::shared_ptr<const JsonGrammar>& grammar() const { return grammar_; }

 private:
  explicit JsonSchema(std::shared_ptr<const JsonGrammar> grammar) : grammar_(std::move(grammar)) {}
  std::shared_ptr<const JsonGrammar> grammar_;
};

}  // namespace fovea
