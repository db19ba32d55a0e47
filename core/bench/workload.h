#pragma once

#include "core/api/engine.h"

#include <cstdint>
#include <string>

namespace fovea::bench {

/// What is asked about a made-up picture where nothing else is.
inline constexpr const char* kPictureQuestion =
    "Describe this picture: what is near, what is far, where does the light come from?";
/// Behind the label of a part that asks a second question about its pictures.
inline constexpr const char* kSecondQuestionSuffix = ", second question";

/// A picture of soft blobs and noise, the same for the same seed and different for another, so that no cache
/// knows it. Sides in pixels, at least 1.
ImageInput made_up_picture(int width, int height, std::uint64_t seed);

/// Common words in an order drawn from the seed, with spaces between them.
std::string made_up_words(std::int64_t count, std::uint64_t seed);

/// A question of common words in an order drawn from the seed, about `prompt_tokens` tokens long with the
/// template around it (within a few; metrics tell the true count). Greedy, `new_tokens` tokens whatever
/// comes. Where Engine::preview is kUnsupported, one word counts as a token. Errors: the others of
/// Engine::preview, which counts the tokens.
Result<GenerationRequest> text_request(Engine& engine, std::int64_t prompt_tokens, int new_tokens,
                                       std::uint64_t seed);

/// One question about a made-up picture. Greedy, `new_tokens` tokens whatever comes.
GenerationRequest picture_request(const ImageInput& picture, const std::string& question, int new_tokens);

}  // namespace fovea::bench
