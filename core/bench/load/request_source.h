#pragma once

#include "core/api/engine.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::bench {

/// What the requests of a run are.
struct RequestPlan {
  int width = 512;  ///< pixels of the made-up picture; 0: no picture
  int height = 512;
  std::vector<ContentPart> pictures;  ///< the user's, in turn, instead of made-up ones
  std::string question;               ///< empty: a usual one
  std::int64_t prompt_tokens = 64;    ///< of the text, where there is no picture
  int new_tokens = 64;
  bool ignore_eos = true;  ///< answers of just new_tokens; false: at most
  std::uint64_t seed = 0;
};

/// Makes requests, each different from those before it, so that no cache knows them (the user's pictures come
/// again in turn, and caches may know those). Cheap enough to be called while others run: a made-up picture
/// is the first one moved along. One thread at a time.
class RequestSource {
 public:
  /// Asks the engine once how many tokens the words of a text are. Errors: Engine::preview's.
  static Result<RequestSource> create(Engine& engine, RequestPlan plan);

  GenerationRequest next();

 private:
  explicit RequestSource(RequestPlan plan) : plan_(std::move(plan)) {}

  RequestPlan plan_;
  std::shared_ptr<const RgbImage> base_;
  std::int64_t words_ = 0;
  std::uint64_t made_ = 0;
};

}  // namespace fovea::bench
