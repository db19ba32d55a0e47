#pragma once

#include "core/engine/model_runner.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace fovea::test {

/// A synthetic model for tests of the engine's loop: no weights, no torch. Its vocabulary is the 256 bytes,
/// an end token and a picture's placeholder. It answers with the question's text, letter by letter; a
/// question that begins with # is answered with letters that are drawn from everything that its blocks hold,
/// without end. Some words in the question make it misbehave.
///
/// Its keys and values are one number a token, made of the token, its place and the number before it as the
/// block table shows it; the next letter depends on all of them. So a wrong block, a lost or misplaced token,
/// or a picture that was not looked at changes the answer: the text then shows !.
class SyntheticRunner : public ModelRunner {
 public:
  static constexpr std::int32_t kEnd = 256;
  static constexpr std::int32_t kPicture = 257;
  static constexpr std::size_t kVocabulary = 258;
  static constexpr std::int64_t kPiece = 4;  ///< a picture's tokens that one piece of work looks at

  // Set before the engine is made.
  std::int64_t context = 10'000;
  std::int64_t blocks = 1'000;
  std::int64_t block_tokens = 4;
  MemoryRoom room;                  ///< unlimited
  std::uint64_t picture_bytes = 0;  ///< that a picture's token takes until it is read
  std::uint64_t look_bytes = 0;     ///< that one takes while it is looked at
  bool guesses_spoil = false;       ///< guesses make all logits of their part no numbers
  bool keeps_features = false;      ///< a picture that was looked at is known from then on

  /// Called at each step, to hold it up, to look in, or to throw.
  std::function<void()> on_prepare = [] {};
  std::function<void(std::span<const StepPart>)> on_step = [](std::span<const StepPart>) {};
  std::function<void()> on_prefill = [] {};  ///< for each part that reads a prompt
  std::function<void()> on_decode = [] {};   ///< for each part that writes an answer
  std::function<void()> on_look = [] {};     ///< for each piece of work on a picture

  mutable std::atomic<int> prepared_alive{0};  ///< requests that hold something
  std::atomic<std::int64_t> reservable{std::numeric_limits<std::int64_t>::max()};
  std::atomic<std::int64_t> rows{0};     ///< tokens that were computed
  std::atomic<int> drops{0};             ///< times that caches had to go
  std::atomic<std::uint64_t> cached{0};  ///< bytes that its caches hold

  SyntheticRunner() { config_.eos_ids = {kEnd}; }

  ModelInfo info() const override {
    ModelInfo info;
    info.name = "synthetic";
    info.context_tokens = context;
    return info;
  }
  const GenerationConfig& generation_config() const override { return config_; }
  TokenText token_text() const override {
    return {[](std::int32_t id) {
              return id < 256 ? std::string_view(&kBytes[static_cast<std::size_t>(id)], 1) : "";
            },
            [](std::int32_t id) { return id >= kEnd; }};
  }
  std::size_t vocabulary() const override { return kVocabulary; }
  VisionCacheUse vision_cache() const override { return {cached, 0, 0}; }
  KvShape kv_shape() const override { return {blocks, block_tokens, 100}; }
  bool reserve_blocks(std::int64_t count) override {
    if (count > reservable) return false;
    values_.resize(static_cast<std::size_t>(std::max(count * block_tokens, std::ssize(values_))));
    return true;
  }
  void drop_caches() override {
    ++drops;
    cached = 0;
  }
  MemoryRoom memory_room(std::int64_t) const override { return room; }

  Result<std::unique_ptr<PreparedRequest>> prepare(const GenerationRequest& request, StageClock& clock,
                                                   const std::function<bool()>& stopped) const override {
    on_prepare();
    clock.mark(Stage::kTokenize);
    if (stopped()) return Error{ErrorCode::kCancelled, "Stopped.", "", ""};
    auto prepared = std::make_unique<Prepared>(*this);
    for (const ContentPart& part : request.messages.at(0).content) {
      if (const auto* text = std::get_if<TextPart>(&part)) {
        prepared->text += text->text;
        for (const char c : text->text) prepared->append(static_cast<unsigned char>(c));
      } else {
        prepared->append_picture(std::get<ImagePart>(part).image);
      }
    }
    if (prepared->text == "unreadable") return Error{ErrorCode::kInvalidImage, "Can't read it.", "", ""};
    if (prepared->text == "throw in prepare") throw std::runtime_error("synthetic");
    prepared->shown_prompt = prepared->text;
    for (const Picture& picture : prepared->pictures) {
      const auto tokens = static_cast<std::uint64_t>(picture.tokens);
      prepared->memory.held += tokens * picture_bytes;
      prepared->memory.peak = std::max(prepared->memory.peak, tokens * look_bytes);
    }
    return std::unique_ptr<PreparedRequest>(std::move(prepared));
  }

  /// A picture is as many blocks as it takes pieces.
  std::vector<VisionWork> vision_work(const PreparedRequest& request,
                                      std::int64_t first_token) const override {
    std::vector<VisionWork> out;
    for (const Picture& picture : static_cast<const Prepared&>(request).pictures) {
      if (picture.begin + picture.tokens <= first_token || known(picture)) continue;
      out.push_back({(picture.tokens + kPiece - 1) / kPiece, static_cast<double>(picture.tokens)});
    }
    return out;
  }

  Result<VisionProgress> encode_piece(PreparedRequest& request, std::int64_t first_token) override {
    auto& prepared = static_cast<Prepared&>(request);
    if (prepared.spent) return Error{ErrorCode::kInternal, "Its pictures are gone.", "", ""};
    if (prepared.text == "blurred") return Error{ErrorCode::kInvalidImage, "It can't be looked at.", "", ""};
    VisionProgress progress;
    std::int64_t left = kPiece;
    const auto wants_work = [&](const Picture& picture) {
      return picture.begin + picture.tokens > first_token && picture.looked < picture.tokens &&
             !known(picture);
    };
    if (std::ranges::any_of(prepared.pictures, wants_work)) on_look();
    for (Picture& picture : prepared.pictures) {
      if (picture.begin + picture.tokens <= first_token) continue;
      if (known(picture)) picture.looked = picture.tokens;
      const std::int64_t piece = std::min(left, picture.tokens - picture.looked);
      left -= piece;
      picture.looked += piece;
      if (piece > 0) progress.worked = {1, static_cast<double>(kPiece - left)};
      if (keeps_features && picture.looked == picture.tokens) {
        const std::lock_guard lock(features_mutex_);
        features_.insert(picture.content);
      }
      progress.done += picture.looked;
      progress.total += picture.tokens;
    }
    return progress;
  }

  std::vector<Result<PartLogits>> step(std::span<const StepPart> parts) override {
    on_step(parts);
    for (const StepPart& part : parts) prompt(part) ? on_prefill() : on_decode();
    for (const StepPart& part : parts) misbehave(part);
    for (const StepPart& part : parts) let_pictures_go(part);
    logits_.assign(parts.size(), {});
    std::vector<Result<PartLogits>> out;
    for (std::size_t i = 0; i < parts.size(); ++i) out.push_back(read(parts[i], logits_[i]));
    return out;
  }

 private:
  struct Picture {
    std::uint64_t content = 0;
    std::int64_t begin = 0;
    std::int64_t tokens = 0;
    std::int64_t looked = 0;
  };

  struct Prepared : PreparedRequest {
    explicit Prepared(const SyntheticRunner& runner) : owner(runner) { ++owner.prepared_alive; }
    ~Prepared() override { --owner.prepared_alive; }

    void append(std::int32_t id) {
      prompt_ids.push_back(id);
      token_keys.push_back(static_cast<std::uint64_t>(id));
      meant.push_back(token_keys.back());
    }
    /// A picture of width w is w tokens long.
    void append_picture(const ImageInput& image) {
      Picture picture{std::hash<std::string>()(image.name), std::ssize(prompt_ids), image.decoded->width, 0};
      for (std::int64_t i = 0; i < picture.tokens; ++i) {
        prompt_ids.push_back(kPicture);
        token_keys.push_back(mix(picture.content, static_cast<std::uint64_t>(i)) | (std::uint64_t{1} << 63));
        meant.push_back(token_keys.back());
      }
      pictures.push_back(picture);
      VisionInput one;
      one.name = image.name;
      one.source_width = one.resized_width = static_cast<int>(picture.tokens);
      one.source_height = one.resized_height = 1;
      one.tokens = picture.tokens;
      seen.push_back(std::move(one));
      vision_end = std::ssize(prompt_ids);
    }

    const SyntheticRunner& owner;
    std::string text;
    std::vector<std::uint64_t> meant;  ///< what each token of the prompt stands for
    std::vector<Picture> pictures;
  };

  static std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    std::uint64_t x = a * 0x9E3779B97F4A7C15U + b + 0x632BE59BD9B4E019U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
  }

  bool known(const Picture& picture) const {
    const std::lock_guard lock(features_mutex_);
    return features_.contains(picture.content);
  }

  static bool prompt(const StepPart& part) {
    return part.begin < std::ssize(static_cast<const Prepared&>(*part.request).prompt_ids);
  }

  static void let_pictures_go(const StepPart& part) {
    auto& request = static_cast<Prepared&>(*part.request);
    if (request.pictures.empty() || part.begin < request.vision_end) return;
    for (Picture& picture : request.pictures) picture.looked = 0;
    request.spent = true;
  }

  static void misbehave(const StepPart& part) {
    const auto& request = static_cast<const Prepared&>(*part.request);
    const std::int64_t third = std::ssize(request.prompt_ids) + 2;  // of the answer
    if (third < part.begin || third >= part.begin + std::ssize(part.ids)) return;
    if (request.text == "throw later") throw std::runtime_error("synthetic");
    if (request.text == "throw a number") throw 7;
    if (request.text == "out of memory") throw std::bad_alloc();
  }

  std::uint64_t& value_at(const StepPart& part, std::int64_t place) {
    const std::int64_t block = part.blocks[static_cast<std::size_t>(place / block_tokens)];
    return values_.at(static_cast<std::size_t>(block * block_tokens + place % block_tokens));
  }

  Result<PartLogits> read(const StepPart& part, std::vector<float>& logits) {
    auto& request = static_cast<Prepared&>(*part.request);
    for (std::int64_t i = 0; i < std::ssize(part.ids); ++i) {
      const std::int64_t place = part.begin + i;
      const std::int32_t id = part.ids[static_cast<std::size_t>(i)];
      std::uint64_t token = static_cast<std::uint64_t>(id);
      for (const Picture& picture : request.pictures) {
        if (place < picture.begin || place >= picture.begin + picture.tokens) continue;
        if (place >= picture.begin + picture.looked) {
          return Error{ErrorCode::kInternal, "A picture was not looked at.", "", ""};
        }
        token = request.meant[static_cast<std::size_t>(place)];
      }
      const std::uint64_t before = place == 0 ? 0 : value_at(part, place - 1);
      value_at(part, place) = next_value(before, token, place);
      ++rows;
    }
    for (std::int64_t row = std::ssize(part.ids) - part.logits; row < std::ssize(part.ids); ++row) {
      const std::size_t at = logits.size();
      logits.resize(at + kVocabulary, -10.0F);
      logits[at + next_letter(part, request, part.begin + row)] = 10.0F;
      if (guesses_spoil && part.drafts > 0) logits[at] = std::numeric_limits<float>::infinity();
      if (request.text == "not a number" && part.begin + row == std::ssize(request.prompt_ids) + 2) {
        logits[at + 5] = std::numeric_limits<float>::quiet_NaN();
      }
    }
    if (request.text == "dead" && !prompt(part))
      return Error{ErrorCode::kEngineFailed, "It is dead.", "", ""};
    return PartLogits(logits);
  }

  static std::uint64_t next_value(std::uint64_t before, std::uint64_t token, std::int64_t place) {
    return mix(before, mix(token, static_cast<std::uint64_t>(place)));
  }

  /// Of the text, or what stands behind it: a guess may go that far.
  static std::uint64_t letter(const std::string& text, std::int64_t place) {
    return place < std::ssize(text) ? static_cast<unsigned char>(text[static_cast<std::size_t>(place)])
                                    : static_cast<std::uint64_t>(kEnd);
  }

  std::size_t next_letter(const StepPart& part, const Prepared& request, std::int64_t place) {
    std::uint64_t all = 0;
    for (std::int64_t i = 0; i <= place; ++i) all = mix(all, value_at(part, i));
    if (request.text.starts_with('#')) return 'a' + all % 26;
    const std::int64_t prompt = std::ssize(request.prompt_ids);
    const auto written = static_cast<std::size_t>(place + 1 - prompt);
    std::uint64_t right = 0;
    std::uint64_t value = 0;
    for (std::int64_t i = 0; i <= place; ++i) {
      const std::uint64_t token =
          i < prompt ? request.meant[static_cast<std::size_t>(i)] : letter(request.text, i - prompt);
      value = next_value(value, token, i);
      right = mix(right, value);
    }
    if (right != all) return '!';
    return written < request.text.size() ? static_cast<unsigned char>(request.text[written])
                                         : static_cast<std::size_t>(kEnd);
  }

  static inline const std::string kBytes = [] {
    std::string all;
    for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
    return all;
  }();
  GenerationConfig config_;
  mutable std::mutex features_mutex_;
  std::set<std::uint64_t> features_;   ///< of pictures that are known
  std::vector<std::uint64_t> values_;  ///< the pool
  std::vector<std::vector<float>> logits_;
};

}  // namespace fovea::test
