#include "core/input/text/bpe_model.h"

#include "core/input/text/byte_level.h"
#include "core/input/text/hash.h"

#include <algorithm>
#include <bit>

namespace fovea::text {
namespace {

/// Where in text and output the words met last stand, so that a word met again is copied. Bounded: a word
/// that falls on another's place takes it.
class RecentWords {
 public:
  struct Place {
    std::uint64_t hash = 0;
    std::uint32_t begin = 0, length = 0;     ///< in the text; length 0: free
    std::uint32_t ids_begin = 0, count = 0;  ///< in the output
  };

  static constexpr std::size_t kLongest = 64;

  /// Few words get few places: texts may be cut into very many short pieces.
  explicit RecentWords(std::size_t words) : places_(std::bit_ceil(std::clamp<std::size_t>(words, 1, 2048))) {}
  Place& place(std::uint64_t hash) { return places_[hash & (places_.size() - 1)]; }

 private:
  std::vector<Place> places_;
};

}  // namespace

BpeModel::BpeModel(const Vocabulary& vocabulary, MergeTable merges, bool ignore_merges,
                   std::vector<bool> is_own)
    : vocabulary_(vocabulary),
      merges_(std::move(merges)),
      ignore_merges_(ignore_merges),
      is_own_(std::move(is_own)) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char text = static_cast<char>(byte);
    const auto id = vocabulary.find(token_of_bytes({&text, 1}));
    byte_ids_[byte] = id && is_own_[static_cast<std::size_t>(*id)] ? *id : -1;
  }
}

void BpeModel::encode_word(std::string_view word, std::vector<std::int32_t>& scratch,
                           std::vector<std::int32_t>& out) const {
  if (ignore_merges_) {
    const auto whole = vocabulary_.find(token_of_bytes(word));
    if (whole && is_own_[static_cast<std::size_t>(*whole)]) {
      out.push_back(*whole);
      return;
    }
  }
  scratch.clear();
  for (char byte : word) {
    const std::int32_t id = byte_ids_[static_cast<unsigned char>(byte)];
    if (id >= 0) scratch.push_back(id);
  }
  apply_merges(merges_, scratch, out);
}

void BpeModel::encode(std::string_view text, const std::vector<Span>& words,
                      std::vector<std::int32_t>& out) const {
  RecentWords recent(words.size());
  std::vector<std::int32_t> scratch;
  const std::uint64_t seed = process_hash_seed();
  for (const Span& span : words) {
    const std::string_view word = text.substr(span.begin, span.end - span.begin);
    if (word.size() > RecentWords::kLongest) {
      encode_word(word, scratch, out);
      continue;
    }
    const std::uint64_t hash = hash_bytes(word, seed);
    RecentWords::Place& place = recent.place(hash);
    if (place.hash == hash && text.substr(place.begin, place.length) == word) {
      for (std::uint32_t k = 0; k < place.count; ++k) out.push_back(out[place.ids_begin + k]);
      continue;
    }
    const std::size_t begin = out.size();
    encode_word(word, scratch, out);
    place = {hash, span.begin, static_cast<std::uint32_t>(word.size()), static_cast<std::uint32_t>(begin),
             static_cast<std::uint32_t>(out.size() - begin)};
  }
}

}  // namespace fovea::text
