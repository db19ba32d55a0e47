#include "core/input/text/tokenizer_file.h"

#include "core/input/text/byte_level.h"
#include "core/input/text/json_scanner.h"
#include "core/input/text/pipeline_config.h"
#include "core/input/text/tokenizer_errors.h"
#include "core/input/text/utf8.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace fovea::text {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : scanner_(text) {}

  Result<TokenizerFile> run() {
    read_top();
    if (scanner_.ok() && !model_seen_) scanner_.fail("it has no model");
    if (scanner_.ok() && !unsupported_) resolve_merges();
    if (scanner_.ok() && !unsupported_) check_added_tokens();
    if (!scanner_.ok()) return damaged_tokenizer(scanner_.problem());
    if (unsupported_) return std::move(*unsupported_);
    if (Result<void> known = check_model(); !known) return known.error();
    if (auto nfc = read_normalizer(normalizer_))
      file_.nfc = *nfc;
    else
      return nfc.error();
    if (auto patterns = read_pre_tokenizer(pre_tokenizer_))
      file_.split_patterns = *std::move(patterns);
    else
      return patterns.error();
    if (Result<void> decoder = check_decoder(decoder_); !decoder) return decoder.error();
    return std::move(file_);
  }

 private:
  /// Refuses what is well formed but not ours; reading goes on, since damage weighs more.
  void refuse(const std::string& what) {
    if (!unsupported_) unsupported_ = unsupported_tokenizer(what);
  }

  void read_top() {
    std::string_view key;
    if (!scanner_.enter_object()) return;
    while (scanner_.next_member(key)) {
      if (key == "model")
        read_model();
      else if (key == "added_tokens")
        read_added_tokens();
      else if (key == "normalizer")
        scanner_.skip(&normalizer_);
      else if (key == "pre_tokenizer")
        scanner_.skip(&pre_tokenizer_);
      else if (key == "decoder")
        scanner_.skip(&decoder_);
      else
        scanner_.skip();
    }
    scanner_.finish();
  }

  void read_model() {
    if (std::exchange(model_seen_, true)) {
      scanner_.fail("it has two models");
      return;
    }
    std::string_view key;
    if (!scanner_.enter_object()) return;
    while (scanner_.next_member(key)) {
      if (key == "vocab")
        read_vocabulary();
      else if (key == "merges")
        read_merges();
      else if (key == "type")
        read_text(type_);
      else if (key == "unk_token")
        read_text(unknown_token_);
      else if (key == "continuing_subword_prefix")
        read_text(prefix_);
      else if (key == "end_of_word_suffix")
        read_text(suffix_);
      else if (key == "ignore_merges")
        read_flag(file_.ignore_merges);
      else if (key == "byte_fallback")
        read_flag(byte_fallback_);
      else if (key == "dropout")
        read_dropout();
      else
        scanner_.skip();
    }
  }

  void read_text(std::string& value) {
    std::string_view text;
    if (scanner_.peek() == JsonScanner::Kind::kNull)
      scanner_.read_null();
    else if (scanner_.read_string(text))
      value = text;
  }

  void read_flag(bool& value) {
    if (scanner_.peek() == JsonScanner::Kind::kNull)
      scanner_.read_null();
    else
      scanner_.read_bool(value);
  }

  void read_dropout() {
    std::string_view raw;
    if (scanner_.skip(&raw) && raw != "null" && raw.find_first_not_of("0.") != std::string_view::npos) {
      refuse("dropout " + in_quotes(raw));
    }
  }

  void read_vocabulary() {
    if (scanner_.peek() != JsonScanner::Kind::kObject) {  // Unigram lists pairs
      scanner_.skip();
      return refuse("a vocabulary that is not byte-level BPE");
    }
    std::string_view token;
    std::int64_t id = 0;
    scanner_.enter_object();
    while (scanner_.next_member(token) && scanner_.read_integer(id) && add(token, id)) continue;
  }

  bool add(std::string_view token, std::int64_t id) {
    if (!valid_id(token, id)) return false;
    switch (file_.vocabulary.add(token, static_cast<std::int32_t>(id))) {
      case Vocabulary::Added::kTextTaken:
        return scanner_.fail("the token " + in_quotes(token) + " is listed twice");
      case Vocabulary::Added::kIdTaken:
        return scanner_.fail("the tokens " + in_quotes(file_.vocabulary.text(static_cast<std::int32_t>(id))) +
                             " and " + in_quotes(token) + " both have id " + std::to_string(id));
      case Vocabulary::Added::kYes:
        break;
    }
    return true;
  }

  bool valid_id(std::string_view token, std::int64_t id) {
    if (id >= 0 && id <= Vocabulary::kMaxId) return true;
    return scanner_.fail("the token " + in_quotes(token) + " has id " + std::to_string(id));
  }

  void read_merges() {
    if (!scanner_.enter_array()) return;
    while (scanner_.next_element()) {
      std::string_view left, right;
      if (scanner_.peek() == JsonScanner::Kind::kArray) {
        const bool two = scanner_.enter_array() && scanner_.next_element() && scanner_.read_string(left) &&
                         scanner_.next_element() && scanner_.read_string(right) && !scanner_.next_element();
        if (!two && scanner_.ok()) malformed_merge();
      } else if (scanner_.read_string(left)) {
        if (left.starts_with("#version")) continue;
        const std::size_t space = left.find(' ');
        if (space == std::string_view::npos || left.find(' ', space + 1) != std::string_view::npos) {
          malformed_merge();
        } else {
          right = left.substr(space + 1);
          left = left.substr(0, space);
        }
      }
      merges_.emplace_back(left, right);
    }
  }

  void malformed_merge() {
    scanner_.fail("merge " + std::to_string(merges_.size()) + " is not a pair of tokens");
  }

  void resolve_merges() {
    file_.merges = MergeTable(merges_.size());
    std::string joined;
    for (std::size_t rank = 0; rank < merges_.size(); ++rank) {
      const auto& [left, right] = merges_[rank];
      joined.assign(left).append(right);
      const auto left_id = file_.vocabulary.find(left), right_id = file_.vocabulary.find(right);
      const auto joined_id = file_.vocabulary.find(joined);
      if (!left_id || !right_id || !joined_id) {
        const std::string_view missing = !left_id ? left : !right_id ? right : std::string_view(joined);
        scanner_.fail("merge " + std::to_string(rank) + " names " + in_quotes(missing) +
                      ", which is not in the vocabulary");
        return;
      }
      file_.merges.add(*left_id, *right_id, {static_cast<std::int32_t>(rank), *joined_id});
    }
  }

  void read_added_tokens() {
    if (!scanner_.enter_array()) return;
    while (scanner_.next_element()) {
      AddedToken token;
      std::string_view key, content;
      std::int64_t id = -1;
      if (!scanner_.enter_object()) return;
      while (scanner_.next_member(key)) {
        if (key == "id")
          scanner_.read_integer(id);
        else if (key == "content")
          scanner_.read_string(content);
        else if (key == "single_word")
          scanner_.read_bool(token.single_word);
        else if (key == "lstrip")
          scanner_.read_bool(token.lstrip);
        else if (key == "rstrip")
          scanner_.read_bool(token.rstrip);
        else if (key == "normalized")
          scanner_.read_bool(token.normalized);
        else if (key == "special")
          scanner_.read_bool(token.special);
        else
          scanner_.skip();
      }
      if (!scanner_.ok() || !valid_id(content, id)) return;
      added_bytes_ += content.size();
      if (content.size() > kMaxAddedToken || added_bytes_ > kMaxAddedTokens) {
        scanner_.fail("its added tokens are too long");
        return;
      }
      token.id = static_cast<std::int32_t>(id);
      token.content = content;
      if (!content.empty()) file_.added_tokens.push_back(std::move(token));
    }
  }

  /// The reference numbers added tokens itself: as the vocabulary does where that has them, else on from the
  /// last one. A file that says otherwise fits no embedding table.
  void check_added_tokens() {
    std::int32_t largest = -1;
    for (const AddedToken& token : file_.added_tokens) {
      const std::int32_t due =
          file_.vocabulary.find(token.content).value_or(std::max(largest + 1, file_.vocabulary.count()));
      if (token.id != due) {
        scanner_.fail("the added token " + in_quotes(token.content) + " has id " + std::to_string(token.id) +
                      " where " + std::to_string(due) + " is due");
        return;
      }
      largest = std::max(largest, due);
    }
  }

  Result<void> check_model() const {
    if (!type_.empty() && type_ != "BPE") return unsupported_tokenizer("a model of type " + in_quotes(type_));
    if (!prefix_.empty()) return unsupported_tokenizer("a subword prefix");
    if (!suffix_.empty()) return unsupported_tokenizer("an end-of-word suffix");
    if (unknown_token_.empty() && !byte_fallback_) return {};
    for (unsigned byte = 0; byte < 256; ++byte) {
      const char text = static_cast<char>(byte);
      if (!file_.vocabulary.find(token_of_bytes({&text, 1})))
        return unsupported_tokenizer("a token for unknown bytes");
    }
    return {};
  }

  JsonScanner scanner_;
  TokenizerFile file_;
  std::optional<Error> unsupported_;
  bool model_seen_ = false;
  bool byte_fallback_ = false;
  std::string type_, unknown_token_, prefix_, suffix_;
  std::string_view normalizer_ = "null", pre_tokenizer_ = "null", decoder_ = "null";
  std::vector<std::pair<std::string_view, std::string_view>> merges_;
  std::size_t added_bytes_ = 0;
};

}  // namespace

Result<TokenizerFile> read_tokenizer_file(std::string_view json) {
  if (json.size() > kMaxTokenizerFile) return damaged_tokenizer("larger than 64 MB");
  if (const std::size_t good = valid_utf8_prefix(json); good < json.size()) {
    return damaged_tokenizer("not UTF-8 at byte " + std::to_string(good));
  }
  return Reader(json).run();
}

}  // namespace fovea::text
