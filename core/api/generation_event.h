#pragma once

#include "core/api/error.h"
#include "core/api/metrics.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace fovea {

using RequestId = std::uint64_t;

/// The request was taken and waits for its turn.
struct Queued {
  std::int64_t ahead = 0;  ///< requests that come before it
};

/// What the model will see of one picture or clip.
struct VisionInput {
  std::string name;
  bool video = false;
  int source_width = 0;  ///< pixels
  int source_height = 0;
  int resized_width = 0;  ///< pixels, multiples of patch × merge
  int resized_height = 0;
  int grid_t = 1;  ///< temporal patches
  int grid_h = 0;  ///< patches
  int grid_w = 0;
  std::int64_t tokens = 0;                  ///< grid_t · grid_h · grid_w / merge²
  std::vector<std::int64_t> frame_indices;  ///< of a clip: the frames that were sampled
  std::string note;                         ///< what was left out ("first frame of an animation"), or empty
};

/// Pictures are decoded and resized, the prompt is tokenised.
struct Preprocessed {
  std::vector<VisionInput> vision;
  std::int64_t prompt_tokens = 0;
};

/// How far the prompt has been read. `done` grows to `total`.
struct PrefillProgress {
  Stage stage = Stage::kPrefill;  ///< kVision (units: vision patches) or kPrefill (units: tokens)
  std::int64_t done = 0;
  std::int64_t total = 0;
};

struct LikelyToken {
  std::int32_t id = 0;
  float logprob = 0.0F;    ///< natural log, of the raw distribution
  std::string bytes = {};  ///< the token's own, which need not be whole characters; a special token's name
};

struct TokenLogprob {
  std::int32_t id = 0;           ///< -1, in `top` too: of a server elsewhere, which tells no ids
  float logprob = 0.0F;          ///< natural log, of the raw distribution
  std::vector<LikelyToken> top;  ///< likeliest first
  std::string bytes = {};        ///< as LikelyToken's
  /// The same of its share among the tokens that the answer's schema allowed there; unset where none did.
  std::optional<float> among_allowed = {};
};

/// More of the answer. `text` is whole UTF-8 and may be empty while a character is incomplete.
struct TextDelta {
  std::string text;
  bool reasoning = false;         ///< part of the model's reasoning, not of its answer
  std::vector<std::int32_t> ids;  ///< the tokens that came since the last delta
  std::vector<double> times;      ///< seconds since submission, one an id; just one where no ids are told
  std::vector<TokenLogprob> logprobs;  ///< one a token, when asked for
};

enum class FinishReason { kEndOfText, kStopString, kLength, kCancelled };

/// The name scripts see: "stop", "stop_string", "length", "cancelled".
std::string_view finish_reason_name(FinishReason reason);

struct Finished {
  FinishReason reason = FinishReason::kEndOfText;
  std::string stop_string;  ///< the one that ended it
  RequestMetrics metrics;
};

/// The request failed; what it had given so far stands.
struct Failed {
  Error error;
  RequestMetrics metrics;
};

/// One step in a request's life. Every request ends with exactly one Finished or Failed, which is its last.
struct GenerationEvent {
  RequestId request = 0;
  std::variant<Queued, Preprocessed, PrefillProgress, TextDelta, Finished, Failed> what;

  bool last() const { return std::holds_alternative<Finished>(what) || std::holds_alternative<Failed>(what); }
};

}  // namespace fovea
