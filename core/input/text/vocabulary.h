#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::text {

/// Tokens and their ids, both ways. A token has two forms: its text, as tokenizer.json writes it, and the
/// bytes it stands for: what the text spells in the byte alphabet, or the text itself where it uses other
/// characters.
class Vocabulary {
 public:
  /// Ids run from 0 to this; real vocabularies hold 30,000 to 300,000 tokens.
  static constexpr std::int64_t kMaxId = (1 << 22) - 1;

  enum class Added { kYes, kTextTaken, kIdTaken };

  Vocabulary();

  /// `id` must lie in 0…kMaxId; `text` must be UTF-8.
  Added add(std::string_view text, std::int32_t id) { return add(text, id, text); }
  /// The same for a token that is written as `written` when decoded.
  Added add(std::string_view text, std::int32_t id, std::string_view written);

  std::optional<std::int32_t> find(std::string_view text) const;
  bool contains(std::int32_t id) const;
  /// Empty for an id that is not there. Valid until the next add.
  std::string_view text(std::int32_t id) const;
  std::string_view bytes(std::int32_t id) const;

  std::int32_t count() const { return count_; }
  /// Largest id + 1.
  std::int32_t size() const { return static_cast<std::int32_t>(entries_.size()); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::int32_t id = -1;  ///< -1: free
  };
  struct Entry {
    std::uint32_t text_at = 0, text_length = 0;
    std::uint32_t bytes_at = 0, bytes_length = 0;
    bool used = false;
  };

  std::size_t slot_of(std::string_view text, std::uint32_t hash) const;
  void grow();

  std::uint64_t seed_;
  std::vector<Slot> slots_;     ///< open addressing, a power of two, at most half full
  std::vector<Entry> entries_;  ///< by id
  std::string storage_;
  std::int32_t count_ = 0;
};

}  // namespace fovea::text
