#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

}  // namespace fovea
