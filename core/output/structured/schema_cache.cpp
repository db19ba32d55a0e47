#include "core/output/structured/schema_cache.h"

#include <algorithm>

namespace fovea {

std::shared_ptr<GrammarMasks> CompiledSchema::masks(const std::shared_ptr<const TokenBytes>& tokens) {
  const std::lock_guard lock(mutex_);
  if (!masks_ || masks_->crowded()) masks_ = std::make_shared<GrammarMasks>(grammar_, tokens);
  return masks_;
}

std::size_t CompiledSchema::bytes() const {
  const std::lock_guard lock(mutex_);
  return grammar_->bytes() + (masks_ ? masks_->bytes() : 0);
}

Result<std::shared_ptr<CompiledSchema>> SchemaCache::get(const std::string& text) {
  {
    const std::lock_guard lock(mutex_);
    if (auto kept = found(text)) {
      ++hits_;
      return kept;
    }
    ++misses_;
  }
  const Result<JsonSchema> compiled = JsonSchema::compile(text);
  if (!compiled) return compiled.error();
  auto schema = std::make_shared<CompiledSchema>(*compiled);
  const std::lock_guard lock(mutex_);
  if (auto kept = found(text)) return kept;  // of a question that came at the same time
  entries_.push_front({text, schema});
  while (entries_.size() > kMostSchemas || (!entries_.empty() && bytes() > kMostBytes)) entries_.pop_back();
  return schema;
}

void SchemaCache::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

SchemaCache::Use SchemaCache::use() const {
  const std::lock_guard lock(mutex_);
  return {entries_.size(), bytes(), hits_, misses_};
}

std::shared_ptr<CompiledSchema> SchemaCache::found(const std::string& text) {
  const auto entry = std::ranges::find(entries_, text, &Entry::text);
  if (entry == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, entry);
  return entries_.front().schema;
}

std::size_t SchemaCache::bytes() const {
  std::size_t sum = 0;
  for (const Entry& entry : entries_) sum += entry.text.size() + entry.schema->bytes();
  return sum;
}

}  // namespace fovea
