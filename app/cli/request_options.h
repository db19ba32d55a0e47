#pragma once

#include "app/cli/argument_parser.h"
#include "core/api/generation_request.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fovea::cli {

/// What `ask` and `chat` let one choose about an answer.
struct RequestOptions {
  std::optional<std::string> system;
  std::optional<std::int64_t> max_tokens;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<double> min_p;
  std::optional<std::int64_t> top_k;
  std::optional<double> repetition_penalty;
  std::optional<double> presence_penalty;
  std::optional<double> frequency_penalty;
  std::optional<std::int64_t> seed;
  std::vector<std::string> stop;
  std::optional<std::int64_t> min_pixels;
  std::optional<std::int64_t> max_pixels;
  std::optional<std::int64_t> clip_min_pixels;
  std::optional<std::int64_t> clip_max_pixels;
  std::optional<double> clip_rate;
  std::optional<std::int64_t> clip_frames;
  std::optional<std::string> json_schema;  ///< a file's name
  bool json_answer = false;
  bool think = false;
  bool no_think = false;
};

void declare_request_options(ArgumentParser& parser, RequestOptions& options);

/// A request without messages. Errors: two options that contradict each other, a schema that cannot be read.
Result<GenerationRequest> make_request(const RequestOptions& options);

/// The user's turn: pictures and clips first, then the words. The clips are sampled as the options say.
Message user_message(std::vector<ContentPart> attachments, const std::string& question,
                     const RequestOptions& options);

}  // namespace fovea::cli
