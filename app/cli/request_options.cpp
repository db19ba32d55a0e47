#include "app/cli/request_options.h"

#include "app/cli/plain_text.h"
#include "core/api/request_check.h"
#include "core/output/structured/json_schema.h"

#include <fstream>
#include <limits>
#include <utility>

namespace fovea::cli {
namespace {

constexpr std::int64_t kMostPixels = 1'000'000'000;
constexpr std::int64_t kMostFrames = 10'000;
constexpr double kFastestRate = 1000.0;  // frames a second
constexpr const char* kModelDefault = "the model's own";

template <typename T>
std::optional<int> as_int(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

Result<PixelBudget> budget(const std::optional<std::int64_t>& low, const std::optional<std::int64_t>& high,
                           const std::string& low_name, const std::string& high_name) {
  if (low && high && *low > *high) {
    return wrong_argument(low_name + " is larger than " + high_name + ".", "Swap them or leave one out.",
                          low_name);
  }
  return PixelBudget{low.value_or(0), high.value_or(0)};
}

/// The schema that the answer has to keep to, as text; empty: none.
Result<std::string> response_schema(const RequestOptions& options) {
  if (!options.json_schema) return std::string(options.json_answer ? R"({"type": "object"})" : "");
  if (options.json_answer) {
    return wrong_argument("--json-answer and --json-schema exclude each other.", "Leave one out.",
                          "--json-answer");
  }
  const std::string& name = *options.json_schema;
  std::ifstream file(name, std::ios::binary);
  std::string text(JsonSchema::kMaxBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || !file.is_open() || file.gcount() == 0) {
    return wrong_argument("The schema " + harmless(name) + " cannot be read, or is empty.",
                          "Give a file that holds a JSON schema.", "--json-schema");
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  // Read here, so that a mistake is told before a model is loaded.
  if (const Result<JsonSchema> schema = JsonSchema::compile(text); !schema) {
    return wrong_argument(harmless(name) + ": " + schema.error().message, schema.error().remedy,
                          "--json-schema");
  }
  return text;
}

}  // namespace

void declare_request_options(ArgumentParser& parser, RequestOptions& options) {
  const double infinity = std::numeric_limits<double>::infinity();
  parser.section("Answer");
  parser.text("--system", "TEXT", "What the model is told before the question", "", options.system);
  parser.integer("-n,--max-tokens", "The answer ends after this many tokens",
                 std::to_string(GenerationRequest().max_new_tokens), 1, kMaxNewTokens, options.max_tokens);
  parser.flag("--think", "Let the model reason before it answers, where it can", options.think);
  parser.flag("--no-think", "Answer at once, where the model knows the difference", options.no_think);
  parser.text("--json-schema", "FILE", "The answer is JSON that is valid under the JSON schema in FILE", "",
              options.json_schema);
  parser.flag("--json-answer", "The answer is a JSON object", options.json_answer);
  parser.texts("--stop", "TEXT", "End the answer before TEXT; may be given several times", options.stop);

  parser.section("Choice of words");
  parser.number("-t,--temperature", "Chance in the choice; 0 takes the likeliest word always", kModelDefault,
                {0.0, infinity}, options.temperature);
  parser.number("--top-p", "Only the likeliest words that make up this share", kModelDefault,
                {0.0, 1.0, true}, options.top_p);
  parser.integer("--top-k", "Only this many likeliest words; 0: all", kModelDefault, 0, 1'000'000,
                 options.top_k);
  parser.number("--min-p", "Only words at least this likely, against the likeliest", kModelDefault,
                {0.0, 1.0}, options.min_p);
  parser.number("--repetition-penalty", "Above 1: against words of prompt and answer", kModelDefault,
                {0.0, infinity, true}, options.repetition_penalty);
  parser.number("--presence-penalty", "Above 0: against words that the answer has", "0", {-2.0, 2.0},
                options.presence_penalty);
  parser.number("--frequency-penalty", "Above 0: the more, the more often it has them", "0", {-2.0, 2.0},
                options.frequency_penalty);
  parser.integer("--seed", "The same seed gives the same answer again", "a new one each time", 0,
                 std::numeric_limits<std::int64_t>::max(), options.seed);

  parser.section("Pictures and clips");
  parser.integer("--min-pixels", "Pictures with fewer pixels are enlarged", kModelDefault, 1, kMostPixels,
                 options.min_pixels);
  parser.integer("--max-pixels", "Pictures with more pixels are made smaller: faster, less detail",
                 kModelDefault, 1, kMostPixels, options.max_pixels);
  parser.integer("--clip-min-pixels", "The same for clips, as the model counts them", kModelDefault, 1,
                 kMostPixels, options.clip_min_pixels);
  parser.integer("--clip-max-pixels", "The same for clips, as the model counts them", kModelDefault, 1,
                 kMostPixels, options.clip_max_pixels);
  parser.number("--clip-fps", "Frames looked at a second (Qwen3-VL)", kModelDefault,
                {0.0, kFastestRate, true}, options.clip_rate);
  parser.integer("--clip-frames", "Frames looked at in all (Qwen3-VL)", "by --clip-fps", 1, kMostFrames,
                 options.clip_frames);
}

Result<GenerationRequest> make_request(const RequestOptions& options) {
  if (options.think && options.no_think) {
    return wrong_argument("--think and --no-think exclude each other.", "Leave one out.", "--think");
  }
  if (options.clip_rate && options.clip_frames) {
    return wrong_argument("--clip-fps and --clip-frames exclude each other.", "Leave one out.", "--clip-fps");
  }
  if (options.stop.size() > kMaxStopStrings) {
    return wrong_argument("--stop is given too often.", std::to_string(kMaxStopStrings) + " times at most.",
                          "--stop");
  }
  for (const std::string& stop : options.stop) {
    if (stop.empty())
      return wrong_argument("--stop is empty.", "Give the text that ends the answer.", "--stop");
  }
  Result<PixelBudget> pictures =
      budget(options.min_pixels, options.max_pixels, "--min-pixels", "--max-pixels");
  if (!pictures) return pictures.error();
  Result<PixelBudget> clips =
      budget(options.clip_min_pixels, options.clip_max_pixels, "--clip-min-pixels", "--clip-max-pixels");
  if (!clips) return clips.error();
  GenerationRequest request;
  Result<std::string> schema = response_schema(options);
  if (!schema) return schema.error();
  request.response_schema = *std::move(schema);
  request.image_budget = *pictures;
  request.video_budget = *clips;
  if (options.max_tokens) request.max_new_tokens = static_cast<int>(*options.max_tokens);
  if (options.think) request.thinking = Thinking::kOn;
  if (options.no_think) request.thinking = Thinking::kOff;
  request.stop = options.stop;
  request.sampling.temperature = options.temperature;
  request.sampling.top_p = options.top_p;
  request.sampling.min_p = options.min_p;
  request.sampling.top_k = as_int(options.top_k);
  request.sampling.repetition_penalty = options.repetition_penalty;
  request.sampling.presence_penalty = options.presence_penalty.value_or(0.0);
  request.sampling.frequency_penalty = options.frequency_penalty.value_or(0.0);
  if (options.seed) request.sampling.seed = static_cast<std::uint64_t>(*options.seed);
  return request;
}

Message user_message(std::vector<ContentPart> attachments, const std::string& question,
                     const RequestOptions& options) {
  if (attachments.empty()) return Message::text(Role::kUser, question);
  Message message;
  message.content = std::move(attachments);
  for (ContentPart& part : message.content) {
    if (auto* clip = std::get_if<VideoPart>(&part)) {
      clip->video.sampling.frames_per_second = options.clip_rate.value_or(0.0);
      clip->video.sampling.frame_count = static_cast<int>(options.clip_frames.value_or(0));
    }
  }
  message.content.emplace_back(TextPart{question});
  return message;
}

}  // namespace fovea::cli
