#pragma once

#include "core/api/error.h"
#include "core/output/structured/grammar_masks.h"
#include "core/output/structured/json_schema.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace fovea {

/// A schema with what answers under it have learnt. Any thread.
class CompiledSchema {
 public:
  explicit CompiledSchema(const JsonSchema& schema) : grammar_(schema.grammar()) {}

  /// Those of all answers so far; new ones once these are crowded. `tokens`: the model's, always the same.
  std::shared_ptr<GrammarMasks> masks(const std::shared_ptr<const TokenBytes>& tokens);
  /// Memory, roughly.
  std::size_t bytes() const;

 private:
  const std::shared_ptr<const JsonGrammar> grammar_;
  mutable std::mutex mutex_;
  std::shared_ptr<GrammarMasks> masks_;
};

/// The schemas that were asked with last, by their text, so that a program that asks with the same one all
/// day pays once for compiling it and once for each of its masks: with 151k tokens a mask is a pass of some
/// 1 ms, and an answer goes through tens of them. Any thread.
class SchemaCache {
 public:
  static constexpr std::size_t kMostSchemas = 32;
  static constexpr std::size_t kMostBytes = 64U << 20;  ///< the oldest are forgotten until less is held

  /// Errors as JsonSchema::compile's; they are not kept.
  Result<std::shared_ptr<CompiledSchema>> get(const std::string& text);
  void clear();

  struct Use {
    std::size_t schemas = 0;
    std::size_t bytes = 0;
    std::int64_t hits = 0;
    std::int64_t misses = 0;
  };
  Use use() const;

 private:
  struct Entry {
    std::string text;
    std::shared_ptr<CompiledSchema> schema;
  };

  /// The schema of this text, moved to the front; null if it isn't kept. The mutex is held.
  std::shared_ptr<CompiledSchema> found(const std::string& text);
  std::size_t bytes() const;

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  ///< the one asked with last first
  std::int64_t hits_ = 0;
  std::int64_t misses_ = 0;
};

}  // namespace fovea
