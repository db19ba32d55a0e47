#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// A checkpoint's tokenizer: byte-level BPE as Hugging Face's `tokenizers` runs it from tokenizer.json.
/// Immutable after loading, cheap to copy, to be used from any thread.
class Tokenizer {
 public:
  /// Longest text that encode takes, in bytes: four million tokens at least, far beyond any model's context.
  static constexpr std::size_t kMaxText = 16 << 20;

  /// Reads tokenizer.json in `model_folder`. Qwen3's 11 MB take a tenth of a second.
  /// Errors: kNotFound; kDamagedModel with what is wrong; kUnsupported, naming the part that is.
  static Result<Tokenizer> load(const std::filesystem::path& model_folder);
  /// The same from the file's content.
  static Result<Tokenizer> from_json(std::string_view json);

  /// The ids of a text. Added tokens in it (`<|im_start|>`) are recognised wherever they stand; none are put
  /// around it. Bytes that the vocabulary lacks are left out, as in the reference. Time n log n in the text's
  /// length. Errors: kInvalidText (not UTF-8); kTooLong (over kMaxText, or splitting took five seconds of
  /// computing).
  Result<std::vector<std::int32_t>> encode(std::string_view utf8) const;

  /// The bytes that a token stands for, perhaps part of a character only; empty for an id that is not there.
  /// Added tokens: their content (where this spells other bytes in the byte alphabet, those, as in the
  /// reference).
  std::string_view bytes_of(std::int32_t id) const;

  /// The text of `ids`; ids that are not there are left out, ill-formed UTF-8 becomes U+FFFD. `skip_special`
  /// leaves out tokens for which is_special holds.
  std::string decode(std::span<const std::int32_t> ids, bool skip_special) const;

  /// Whether this is an added token with "special": true.
  bool is_special(std::int32_t id) const;

  /// The id of an added token by its content, or of a vocabulary entry by its text as tokenizer.json writes
  /// it.
  std::optional<std::int32_t> id_of(std::string_view token) const;

  /// Largest id + 1.
  std::int32_t size() const;

 private:
  struct State;
  explicit Tokenizer(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace fovea
