#include "core/bench/workload.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <utility>

namespace fovea::bench {
namespace {

constexpr std::array kWords = {"river", "stone", "paper",  "green",  "window", "seven",  "carry", "under",
                               "light", "table", "early",  "sound",  "market", "gentle", "north", "quiet",
                               "seed",  "track", "orange", "letter", "bridge", "winter", "small", "open"};

/// Corrections of the word count until the tokens fit; a word is one to three tokens.
constexpr int kCountings = 4;

GenerationRequest greedy(int new_tokens) {
  GenerationRequest request;
  request.sampling.temperature = 0.0;
  request.max_new_tokens = new_tokens;
  request.ignore_eos = true;
  return request;
}

}  // namespace

std::string made_up_words(std::int64_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  for (std::int64_t i = 0; i < count; ++i) {
    if (i > 0) text += ' ';
    text += kWords[random() % kWords.size()];
  }
  return text;
}

ImageInput made_up_picture(int width, int height, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  std::array<std::array<double, 4>, 3> waves{};  // of each channel: frequencies by x and y, phase, share
  for (auto& wave : waves) wave = {1.0 + 7.0 * unit(), 1.0 + 7.0 * unit(), 6.28 * unit(), 0.5 + 0.5 * unit()};
  auto image = std::make_shared<RgbImage>();
  image->width = width;
  image->height = height;
  image->pixels.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (const auto& [fx, fy, phase, share] : waves) {
        const double wave = std::sin(fx * x * 6.28 / width + phase) * std::cos(fy * y * 6.28 / height);
        const double noise = static_cast<double>(random() % 32) - 16.0;
        const double value = 128.0 + 100.0 * share * wave + noise;
        image->pixels.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
      }
    }
  }
  ImageInput input;
  input.name = "made up";
  input.decoded = std::move(image);
  return input;
}

Result<GenerationRequest> text_request(Engine& engine, std::int64_t prompt_tokens, int new_tokens,
                                       std::uint64_t seed) {
  GenerationRequest request = greedy(new_tokens);
  std::int64_t count = std::max<std::int64_t>(1, prompt_tokens / 2);
  for (int i = 0; i < kCountings; ++i) {
    request.messages = {Message::text(Role::kUser, made_up_words(count, seed))};
    const Result<Preview> preview = engine.preview(request);
    if (!preview && preview.error().code == ErrorCode::kUnsupported) {
      count = prompt_tokens;  // a server counts for itself; most of the words are one token
      break;
    }
    if (!preview) return preview.error();
    const std::int64_t missing = prompt_tokens - preview->prompt_tokens;
    const auto a_word = static_cast<double>(preview->prompt_tokens) / static_cast<double>(count);
    const auto step = static_cast<std::int64_t>(std::lround(static_cast<double>(missing) / a_word));
    if (step == 0) break;
    count = std::max<std::int64_t>(1, count + step);
  }
  request.messages = {Message::text(Role::kUser, made_up_words(count, seed))};
  return request;
}

GenerationRequest picture_request(const ImageInput& picture, const std::string& question, int new_tokens) {
  GenerationRequest request = greedy(new_tokens);
  Message message;
  message.role = Role::kUser;
  message.content.emplace_back(ImagePart{picture});
  message.content.emplace_back(TextPart{question});
  request.messages.push_back(std::move(message));
  return request;
}

}  // namespace fovea::bench
