#include "core/bench/load/request_source.h"

#include "core/bench/workload.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace fovea::bench {
namespace {

const char* const kLoadQuestion =
    "Describe this picture: what is near, what is far, where does the light come from, and what would one "
    "see "
    "first?";

/// The picture with its rows, and what is in them, moved round: other pixels at each place for every number
/// up to its area.
ImageInput moved(const RgbImage& base, std::uint64_t number) {
  auto image = std::make_shared<RgbImage>(base);
  const auto pixels = static_cast<std::uint64_t>(base.width) * static_cast<std::uint64_t>(base.height);
  constexpr std::uint64_t kPrime = 7919;  // neighbours differ by more than a pixel
  const auto shift = static_cast<std::ptrdiff_t>(3 * (number * kPrime % std::max<std::uint64_t>(1, pixels)));
  std::rotate(image->pixels.begin(), image->pixels.begin() + shift, image->pixels.end());
  ImageInput input;
  input.name = "made up";
  input.decoded = std::move(image);
  return input;
}

std::int64_t count_words(const std::string& text) {
  return std::count(text.begin(), text.end(), ' ') + 1;
}

}  // namespace

Result<RequestSource> RequestSource::create(Engine& engine, RequestPlan plan) {
  RequestSource source(std::move(plan));
  const RequestPlan& own = source.plan_;
  if (!own.pictures.empty()) return source;
  if (own.width > 0) {
    source.base_ = made_up_picture(own.width, own.height, own.seed).decoded;
    return source;
  }
  Result<GenerationRequest> text = text_request(engine, own.prompt_tokens, own.new_tokens, own.seed);
  if (!text) return text.error();
  source.words_ = count_words(std::get<TextPart>(text->messages.front().content.front()).text);
  return source;
}

GenerationRequest RequestSource::next() {
  ++made_;
  const std::string question = plan_.question.empty() ? kLoadQuestion : plan_.question;
  GenerationRequest request;
  if (!plan_.pictures.empty()) {
    Message message;
    message.content = {plan_.pictures[(made_ - 1) % plan_.pictures.size()], TextPart{question}};
    request.messages.push_back(std::move(message));
  } else if (base_) {
    request = picture_request(moved(*base_, made_), question, plan_.new_tokens);
  } else {
    request.messages = {Message::text(Role::kUser, made_up_words(words_, plan_.seed + made_))};
  }
  request.sampling.temperature = 0.0;
  request.max_new_tokens = plan_.new_tokens;
  request.ignore_eos = plan_.ignore_eos;
  return request;
}

}  // namespace fovea::bench
