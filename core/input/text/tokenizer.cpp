#include "core/input/text/tokenizer.h"

#include "core/input/text/added_tokens.h"
#include "core/input/text/bpe_model.h"
#include "core/input/text/normalizer.h"
#include "core/input/text/pre_tokenizer.h"
#include "core/input/text/tokenizer_errors.h"
#include "core/input/text/tokenizer_file.h"
#include "core/input/text/utf8.h"

#include <algorithm>
#include <deque>
#include <fstream>
#include <system_error>
#include <utility>

namespace fovea {

using text::AddedToken;
using text::AddedTokenMatcher;

struct Tokenizer::State {
  State(text::TokenizerFile file, std::vector<text::SplitPattern> patterns, std::vector<bool> is_own,
        std::vector<bool> special, std::vector<AddedToken> raw, std::vector<AddedToken> normalized)
      : vocabulary(std::move(file.vocabulary)),
        bpe(vocabulary, std::move(file.merges), file.ignore_merges, std::move(is_own)),
        pre_tokenizer(std::move(patterns)),
        nfc(file.nfc),
        is_special(std::move(special)),
        raw_tokens(std::move(raw)),
        normalized_tokens(std::move(normalized)) {}

  text::Vocabulary vocabulary;  ///< the model's own and the added tokens
  text::BpeModel bpe;
  text::PreTokenizer pre_tokenizer;
  bool nfc;
  std::vector<bool> is_special;  ///< by id
  AddedTokenMatcher raw_tokens, normalized_tokens;
};

Result<Tokenizer> Tokenizer::from_json(std::string_view json) {
  auto read = text::read_tokenizer_file(json);
  if (!read) return read.error();
  text::TokenizerFile file = std::move(*read);
  std::vector<text::SplitPattern> patterns;
  for (const std::string& source : file.split_patterns) {
    auto pattern = text::SplitPattern::compile(source);
    if (!pattern) return pattern.error();
    patterns.push_back(*std::move(pattern));
  }
  std::vector<bool> is_own(static_cast<std::size_t>(file.vocabulary.size()), true);
  std::vector<AddedToken> raw, normalized;
  // Special ones first: where two have the same content after normalisation, the first is found.
  std::stable_partition(file.added_tokens.begin(), file.added_tokens.end(),
                        [](const AddedToken& token) { return token.special; });
  for (AddedToken& token : file.added_tokens) {
    const std::string content = token.content;
    if (token.normalized && file.nfc) token.content = text::to_nfc(content);
    if (file.vocabulary.find(content) != token.id) {
      if (file.vocabulary.add(content, token.id, token.content) != text::Vocabulary::Added::kYes) {
        return text::damaged_tokenizer("the id " + std::to_string(token.id) + " is given twice");
      }
      is_own.resize(static_cast<std::size_t>(file.vocabulary.size()), true);
      is_own[static_cast<std::size_t>(token.id)] = false;
    }
    (token.normalized ? normalized : raw).push_back(token);
  }
  std::vector<bool> special(static_cast<std::size_t>(file.vocabulary.size()), false);
  for (const AddedToken& token : file.added_tokens)
    special[static_cast<std::size_t>(token.id)] = token.special;
  return Tokenizer(std::make_shared<const State>(std::move(file), std::move(patterns), std::move(is_own),
                                                 std::move(special), std::move(raw), std::move(normalized)));
}

Result<Tokenizer> Tokenizer::load(const std::filesystem::path& model_folder) {
  const std::filesystem::path path = model_folder / "tokenizer.json";
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) {
    return Error{ErrorCode::kNotFound, "The model folder has no tokenizer.json.", "Download the model again.",
                 ""};
  }
  const auto size = std::filesystem::file_size(path, failed);
  if (!failed && size > text::kMaxTokenizerFile) return text::damaged_tokenizer("larger than 64 MB");
  std::ifstream in(path, std::ios::binary);
  std::string json(failed ? 0 : static_cast<std::size_t>(size), '\0');
  if (failed || !in.read(json.data(), static_cast<std::streamsize>(json.size()))) {
    return Error{ErrorCode::kDamagedModel, "tokenizer.json cannot be read.",
                 "Check the file and its permissions.", ""};
  }
  return from_json(json);
}

Result<std::vector<std::int32_t>> Tokenizer::encode(std::string_view utf8) const {
  if (utf8.size() > kMaxText) {
    return Error{ErrorCode::kTooLong, "The text is longer than 16 MB.", "Send a shorter text.", ""};
  }
  if (const std::size_t good = text::valid_utf8_prefix(utf8); good < utf8.size()) {
    return Error{ErrorCode::kInvalidText, "The text is not valid UTF-8 at byte " + std::to_string(good) + ".",
                 "Send text in UTF-8.", ""};
  }
  const State& state = *state_;
  text::SplitWorkspace workspace;
  std::vector<std::int32_t> ids;
  std::vector<AddedTokenMatcher::Piece> pieces, parts;
  std::string composed;
  state.raw_tokens.split(utf8, pieces);
  for (const AddedTokenMatcher::Piece& piece : pieces) {
    if (piece.id >= 0) {
      ids.push_back(piece.id);
      continue;
    }
    std::string_view part_text = piece.text;
    if (state.nfc && !text::surely_nfc(part_text)) part_text = composed = text::to_nfc(part_text);
    parts.clear();
    state.normalized_tokens.split(part_text, parts);
    for (const AddedTokenMatcher::Piece& part : parts) {
      if (part.id >= 0) {
        ids.push_back(part.id);
        continue;
      }
      const auto words = state.pre_tokenizer.words(part.text, workspace);
      if (!words) return words.error();
      state.bpe.encode(part.text, *words, ids);
    }
  }
  return ids;
}

std::string_view Tokenizer::bytes_of(std::int32_t id) const {
  return state_->vocabulary.bytes(id);
}

std::string Tokenizer::decode(std::span<const std::int32_t> ids, bool skip_special) const {
  std::string bytes;
  for (std::int32_t id : ids) {
    if (!skip_special || !is_special(id)) bytes.append(bytes_of(id));
  }
  return text::replace_invalid_utf8(bytes);
}

bool Tokenizer::is_special(std::int32_t id) const {
  return id >= 0 && id < size() && state_->is_special[static_cast<std::size_t>(id)];
}

std::optional<std::int32_t> Tokenizer::id_of(std::string_view token) const {
  return state_->vocabulary.find(token);
}

std::int32_t Tokenizer::size() const {
  return state_->vocabulary.size();
}

}  // namespace fovea
