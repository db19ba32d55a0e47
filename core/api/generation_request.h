#pragma once

#include "core/api/message.h"
#include "core/api/picture.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/// How the next token is picked. An unset value means what the checkpoint's generation_config.json says.
/// temperature 0 is plain argmax: no penalty, no sampling, the lowest id among equal logits.
struct SamplingParams {
  std::optional<double> temperature;         ///< ≥ 0
  std::optional<int> top_k;                  ///< ≥ 0; 0 keeps all
  std::optional<double> top_p;               ///< (0, 1]
  std::optional<double> min_p;               ///< [0, 1]
  std::optional<double> repetition_penalty;  ///< > 0; 1 is none; over prompt and answer
  double presence_penalty = 0.0;             ///< [-2, 2]; over the answer
  double frequency_penalty = 0.0;            ///< [-2, 2]; over the answer
  std::optional<std::uint64_t> seed;         ///< unset: drawn anew for each request
  int logprobs = -1;  ///< -1: none; 0: the chosen token's; n ≤ 20: the n likeliest too
};

/// Whether the model may reason before it answers, where its template knows the difference.
enum class Thinking { kModelDefault, kOn, kOff };

/// One question. Copyable and self-contained: it can be sent to another thread or another process.
struct GenerationRequest {
  std::vector<Message> messages;
  /// The last message is the assistant's own: its text is the beginning of the answer, and what is generated
  /// follows it without a break. The events bring only what is new.
  bool continue_answer = false;
  std::string tools_json;  ///< a JSON list of tools, or empty
  /// A JSON schema as text: the answer (not its reasoning) is JSON that is valid under it, unless it is cut
  /// by max_new_tokens. "{}" allows any JSON value; empty: no constraint. See core/output/structured.
  std::string response_schema;
  std::map<std::string, std::string>
      template_variables;  ///< more variables for the template, each as JSON text
  SamplingParams sampling;
  PixelBudget image_budget;
  PixelBudget video_budget;
  Thinking thinking = Thinking::kModelDefault;
  std::vector<std::string> stop;  ///< the answer ends before the first of these
  int max_new_tokens = 512;       ///< ≥ 1
  bool ignore_eos = false;        ///< go on to max_new_tokens, whatever comes (for measuring)
  int priority = 0;               ///< higher goes first
  double deadline_seconds = 0.0;  ///< not begun so long after submission: refused with kBusy; 0: waits on
  std::string client;             ///< who asks; for fairness between clients
};

}  // namespace fovea
