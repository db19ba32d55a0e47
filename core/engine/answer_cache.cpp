#include "core/engine/answer_cache.h"

#include <utility>

namespace fovea {

std::uint64_t KeptAnswer::bytes() const {
  std::uint64_t bytes = sizeof(*this) + stop_string.size();
  for (const TextDelta& delta : deltas) {
    bytes += sizeof(delta) + delta.text.capacity() + delta.ids.size() * sizeof(std::int32_t);
    for (const TokenLogprob& logprob : delta.logprobs) {
      bytes += sizeof(logprob) + logprob.bytes.size();
      for (const LikelyToken& token : logprob.top) bytes += sizeof(token) + token.bytes.size();
    }
  }
  return bytes;
}

std::shared_ptr<const KeptAnswer> AnswerCache::find(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(key);
  if (place == places_.end()) {
    ++use_.misses;
    return nullptr;
  }
  ++use_.hits;
  entries_.splice(entries_.begin(), entries_, place->second);
  return place->second->answer;
}

void AnswerCache::keep(std::string key, KeptAnswer answer) {
  const std::uint64_t bytes = sizeof(Entry) + key.size() + answer.bytes();
  if (bytes > budget_) return;
  const std::lock_guard lock(mutex_);
  if (places_.contains(key)) return;
  while (use_.bytes + bytes > budget_) drop_last();
  entries_.push_front({std::move(key), std::make_shared<const KeptAnswer>(std::move(answer)), bytes});
  places_.emplace(entries_.front().key, entries_.begin());
  use_.bytes += bytes;
}

void AnswerCache::clear() {
  const std::lock_guard lock(mutex_);
  while (!entries_.empty()) drop_last();
}

AnswerCache::Use AnswerCache::use() const {
  const std::lock_guard lock(mutex_);
  return use_;
}

void AnswerCache::drop_last() {
  use_.bytes -= entries_.back().bytes;
  places_.erase(entries_.back().key);
  entries_.pop_back();
}

}  // namespace fovea
