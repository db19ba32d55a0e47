#pragma once

#include "core/output/structured/json_automaton.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fovea {

/// The bytes of all tokens in order, so that tokens with the same beginning are looked at together.
/// Immutable; any thread; made once a model.
class TokenBytes {
 public:
  /// `tokens[id]`: the bytes of token id; empty for what stands for no text, which is never allowed.
  explicit TokenBytes(std::vector<std::string> tokens);

  struct Entry {
    std::int32_t id = 0;
    std::uint32_t shared = 0;  ///< bytes in common with the entry before
    std::uint32_t begin = 0;   ///< in the packed bytes
    std::uint32_t length = 0;
  };
  std::span<const Entry> sorted() const { return sorted_; }
  std::string_view bytes(const Entry& entry) const {
    return std::string_view(packed_).substr(entry.begin, entry.length);
  }
  /// The token that stands for just this text.
  std::optional<std::int32_t> find(std::string_view text) const;
  const std::string& bytes(std::int32_t id) const { return tokens_[static_cast<std::size_t>(id)]; }
  std::size_t size() const { return tokens_.size(); }

 private:
  std::vector<std::string> tokens_;
  std::vector<Entry> sorted_;
  std::string packed_;  ///< all bytes in the order of sorted_, so that a pass reads memory in order
};

/// Which tokens may come next in one answer that must keep to a grammar. One thread at a time.
class TokenMask {
 public:
  TokenMask(std::shared_ptr<const JsonGrammar> grammar, std::shared_ptr<const TokenBytes> tokens);

  /// A bit for each token, id i at bit i % 64 of word i / 64; valid until the next call. End-of-text tokens
  /// have no bytes: whether they may come is may_end(). Cost: one pass over the vocabulary, or a look-up
  /// where the automaton has been in this state before.
  std::span<const std::uint64_t> allowed();
  /// Goes on by a token. False, and nothing changes, when it is not allowed.
  bool advance(std::int32_t id);
  /// The same by text.
  bool advance(std::string_view text);

  bool may_end() const { return automaton_.complete(state_); }
  bool must_end() const { return may_end() && automaton_.exhausted(state_); }

 private:
  static constexpr std::size_t kMaxMasks = 128;  ///< 19 KB each for 151k tokens

  JsonAutomaton automaton_;
  std::shared_ptr<const TokenBytes> tokens_;
  JsonAutomaton::State state_;
  std::unordered_map<JsonAutomaton::State, std::vector<std::uint64_t>> masks_;
};

}  // namespace fovea
