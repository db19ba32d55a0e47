#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace fovea {

/// What the tokenizer knows about ids, handed in as functions so that output needs no tokenizer.
struct TokenText {
  std::function<std::string_view(std::int32_t)>
      bytes_of;                                  ///< raw bytes of a token; empty if the id is unknown
  std::function<bool(std::int32_t)> is_special;  ///< special tokens have no text (<think> is not special)
};

/// Turns ids into text as they come. Only whole characters come out; bytes that could still become one are
/// held back. Whatever the pieces, their concatenation is what tokenizers' decode(ids,
/// skip_special_tokens=true) gives for the whole list: special tokens are skipped, the bytes of the others
/// joined, and each stretch that is no character becomes U+FFFD (byte-level decoder, from_utf8_lossy). Used
/// by one thread at a time.
class Detokenizer {
 public:
  explicit Detokenizer(TokenText tokens) : tokens_(std::move(tokens)) {}

  /// Appends to `text` what this token completes; may append nothing.
  void push(std::int32_t id, std::string& text);

  /// Nothing comes after: a character that is still incomplete is appended as U+FFFD.
  void flush(std::string& text);

 private:
  TokenText tokens_;
  std::string held_;  ///< at most 3 bytes between calls
};

}  // namespace fovea
