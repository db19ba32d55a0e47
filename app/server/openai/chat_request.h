#pragma once

#include "core/api/error.h"
#include "core/api/generation_request.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::server {

/// A picture or clip that a request names by its address and that is yet to be fetched.
struct MediaReference {
  std::size_t message = 0;
  std::size_t part = 0;
  bool video = false;
  std::string url;
  std::string field;  ///< where the request names it
};

/// The body of POST /v1/chat/completions, understood.
struct ChatRequest {
  std::string model;
  GenerationRequest generation;
  int choices = 1;
  bool stream = false;
  bool logprobs = false;  ///< the caller wants to see them
  bool include_usage = false;
  bool include_progress = false;  ///< of ours: what the model sees and how far it has read, as it goes
  std::string preset;             ///< of ours: the ready-made task that was asked for, or empty
  bool tools = false;             ///< calls in the answer are taken apart
  std::vector<MediaReference> references;
  std::vector<std::shared_ptr<const void>> kept;  ///< must live as long as the request (clips in memory)
};

inline constexpr int kMostChoices = 16;
inline constexpr std::size_t kMostMessages = 1000;
inline constexpr std::size_t kMostMedia = 64;

/// Reads it. Errors: kInvalidArgument, kInvalidImage, kInvalidVideo, kInvalidText, kUnsupported; `field`
/// names the place ("messages[0].content[1].image_url.url"). Data URLs are decoded; other addresses come as
/// references. Cost: linear in the body.
Result<ChatRequest> read_chat_request(const nlohmann::json& body);

/// The attachment for some bytes; a clip becomes a file in memory that `kept` holds.
Result<ContentPart> attachment(std::shared_ptr<const std::vector<std::uint8_t>> bytes, bool video,
                               std::string name, std::vector<std::shared_ptr<const void>>& kept);

}  // namespace fovea::server
