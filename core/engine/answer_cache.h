#pragma once

#include "core/api/generation_event.h"

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fovea {

/// A whole answer as its events told it.
struct KeptAnswer {
  std::vector<TextDelta> deltas;  ///< without their times
  FinishReason reason = FinishReason::kEndOfText;
  std::string stop_string;
  std::int64_t completion_tokens = 0;
  std::int64_t reasoning_tokens = 0;

  /// What it takes in memory, about.
  std::uint64_t bytes() const;
};

/// Greedy answers by answer_key(), in a budget of bytes, keys counted; the least recently used go first. Any
/// thread.
class AnswerCache {
 public:
  struct Use {
    std::uint64_t bytes = 0;
    std::int64_t hits = 0;
    std::int64_t misses = 0;
  };

  /// `budget`: bytes; 0 keeps nothing.
  explicit AnswerCache(std::uint64_t budget) : budget_(budget) {}

  std::uint64_t budget() const { return budget_; }

  /// The answer under a key, now the most recently used; null if there is none. Counts a hit or a miss.
  std::shared_ptr<const KeptAnswer> find(std::string_view key);

  /// Keeps an answer unless it is larger than the whole budget. One that is there stays.
  void keep(std::string key, KeptAnswer answer);

  /// Lets everything go.
  void clear();

  Use use() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const KeptAnswer> answer;
    std::uint64_t bytes = 0;
  };

  void drop_last();

  const std::uint64_t budget_;
  mutable std::mutex mutex_;  // guards everything below
  std::list<Entry> entries_;  ///< most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> places_;
  Use use_;
};

}  // namespace fovea
