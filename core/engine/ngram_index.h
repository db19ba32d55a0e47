#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace fovea {

/// A text of token ids that grows at its end, and where runs of one, two and three ids stood in it last. What
/// followed such a run before is a good guess of what follows it now (prompt lookup: A. Saxena, "Prompt
/// Lookup Decoding", 2023). One owner; no torch.
///
/// Ids from 0 to 2^21 − 2 are told apart; above that a continuation may be one of other ids. Appending costs
/// three places in a hash map, some 150 bytes and a fifth of a microsecond.
class NgramIndex {
 public:
  /// The longest run that is looked for, and up to which a match is measured.
  static constexpr std::size_t kLongest = 3;
  static constexpr std::size_t kLongestMatch = 8;

  explicit NgramIndex(std::span<const std::int32_t> ids);

  void append(std::int32_t id);

  struct Continuation {
    std::size_t matched = 0;            ///< ids at the text's end that stand there too, up to kLongestMatch
    std::span<const std::int32_t> ids;  ///< what followed them; valid until the next call
  };

  /// What followed the last ids of the text where they stood before: the longest run of them that did, at the
  /// last place where it did; nothing if none did. `most` ids: where fewer follow, they repeat, as a text
  /// with that period would.
  Continuation continuation(std::size_t most);

  std::span<const std::int32_t> ids() const { return ids_; }

 private:
  /// The last `n` ids as one number; n is at most their count.
  std::uint64_t last(std::size_t n) const;

  std::vector<std::int32_t> ids_;
  /// By length: the place behind a run's last occurrence, that at the text's end not counted.
  std::array<std::unordered_map<std::uint64_t, std::size_t>, kLongest> behind_;
  std::vector<std::int32_t> found_;
};

}  // namespace fovea
