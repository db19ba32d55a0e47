#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fovea::text {

/// A token beside the BPE vocabulary, found in the text as it is.
struct AddedToken {
  std::int32_t id = 0;
  std::string content;
  bool single_word = false;  ///< only where no word character touches it
  bool lstrip = false;       ///< takes the white space before it too
  bool rstrip = false;       ///< takes the white space behind it too
  bool normalized = false;   ///< looked for in the normalised text, not in the raw one
  bool special = false;      ///< not shown to a reader
};

/// Finds added tokens in text: the leftmost first, of those that begin at the same place the longest, then on
/// behind it. Immutable; any thread. Time: length of the text times the length of the longest token at worst.
class AddedTokenMatcher {
 public:
  struct Piece {
    std::int32_t id = -1;  ///< -1: text between added tokens
    std::string_view text;
  };

  /// Contents must not be empty; of equal ones the first counts.
  explicit AddedTokenMatcher(std::vector<AddedToken> tokens);

  bool empty() const { return tokens_.empty(); }
  /// Cuts `text` (UTF-8) into pieces in order and appends them to `out`, without empty texts.
  void split(std::string_view text, std::vector<Piece>& out) const;

 private:
  struct Match {
    std::int32_t token = -1;
    std::size_t length = 0;
  };

  static std::uint64_t edge(std::uint32_t node, char byte) {
    return (static_cast<std::uint64_t>(node) << 8) | static_cast<unsigned char>(byte);
  }
  Match longest_at(std::string_view text, std::size_t at) const;

  std::vector<AddedToken> tokens_;
  std::vector<std::int32_t>
      token_at_;  ///< for each node of a trie (0: the root) the token that ends there, or -1
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;
  std::array<bool, 256> begins_{};  ///< whether a token begins with that byte
};

}  // namespace fovea::text
