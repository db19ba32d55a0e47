#pragma once

#include "core/api/error.h"
#include "core/input/text/added_tokens.h"
#include "core/input/text/merge_table.h"
#include "core/input/text/vocabulary.h"

#include <string>
#include <string_view>
#include <vector>

namespace fovea::text {

/// What a tokenizer.json says, checked but not yet put to work.
struct TokenizerFile {
  Vocabulary vocabulary;  ///< the BPE model's own; added tokens are not in it unless it lists them too
  MergeTable merges;
  bool ignore_merges = false;  ///< a word that is a token as a whole stays whole
  std::vector<AddedToken> added_tokens;
  bool nfc = false;
  std::vector<std::string> split_patterns;  ///< in the file's own syntax (Oniguruma's)
};

/// Largest tokenizer.json that is read, in bytes. Qwen3's has 11 MB.
inline constexpr std::size_t kMaxTokenizerFile = 64 << 20;
/// Longest added token, and all added tokens together, in bytes.
inline constexpr std::size_t kMaxAddedToken = 512, kMaxAddedTokens = 1 << 20;

/// Reads a tokenizer.json in the format of Hugging Face's `tokenizers`. The post-processor is not looked at:
/// chat templates write every special token themselves. Time and memory are linear in the file's size.
/// Errors: kDamagedModel (not JSON, duplicate or impossible ids, merges of tokens that are not there, …);
/// kUnsupported, naming the part (another model than byte-level BPE, another normaliser, …).
Result<TokenizerFile> read_tokenizer_file(std::string_view json);

}  // namespace fovea::text
