#pragma once

#include "core/input/text/merge_table.h"
#include "core/input/text/pre_tokenizer.h"
#include "core/input/text/vocabulary.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fovea::text {

/// Byte-level BPE: words to ids. Immutable; any thread.
class BpeModel {
 public:
  /// `vocabulary` must outlive the model and holds the BPE model's tokens in the ids for which `is_own`
  /// holds.
  BpeModel(const Vocabulary& vocabulary, MergeTable merges, bool ignore_merges, std::vector<bool> is_own);

  /// Appends the ids of `words`, parts of `text`, to `out`. Words that come again are not worked out again.
  void encode(std::string_view text, const std::vector<Span>& words, std::vector<std::int32_t>& out) const;

 private:
  void encode_word(std::string_view word, std::vector<std::int32_t>& scratch,
                   std::vector<std::int32_t>& out) const;

  const Vocabulary& vocabulary_;
  MergeTable merges_;
  bool ignore_merges_;
  std::vector<bool> is_own_;
  std::array<std::int32_t, 256> byte_ids_;  ///< -1: the vocabulary lacks that byte
};

}  // namespace fovea::text
