#include "core/engine/answer_key.h"

#include <type_traits>

namespace fovea {
namespace {

/// Values one behind the other; texts and lists with their length first, so that no two rows of values give
/// the same bytes.
class KeyWriter {
 public:
  template <typename T>
  void number(T value) {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace

std::optional<std::string> answer_key(const GenerationRequest& request, const ResolvedSampling& sampling,
                                      std::span<const std::uint64_t> token_keys, std::string_view prompt,
                                      std::int64_t room) {
  if (sampling.mode == ResolvedSampling::Mode::kSample) return std::nullopt;
  KeyWriter key;
  key.number(token_keys.size());
  for (const std::uint64_t token : token_keys) key.number(token);
  key.text(prompt);
  key.number(sampling.mode);
  key.number(sampling.repetition_penalty);
  key.number(sampling.presence_penalty);
  key.number(sampling.frequency_penalty);
  key.number(sampling.logprobs);
  key.number(room);
  key.number(request.max_new_tokens);
  key.number(request.ignore_eos);
  key.number(request.continue_answer);
  key.number(request.thinking);
  key.text(request.response_schema);
  key.text(request.tools_json);
  key.number(request.template_variables.size());
  for (const auto& [name, json] : request.template_variables) {
    key.text(name);
    key.text(json);
  }
  for (const PixelBudget& budget : {request.image_budget, request.video_budget}) {
    key.number(budget.min_pixels);
    key.number(budget.max_pixels);
  }
  key.number(request.stop.size());
  for (const std::string& stop : request.stop) key.text(stop);
  return key.take();
}

}  // namespace fovea
