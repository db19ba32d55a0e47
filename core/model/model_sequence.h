#pragma once

#include "core/model/mrope_positions.h"
#include "core/model/vision_tower.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fovea {

/// A picture or clip of a prompt and the tokens that its features stand for. A clip's frames have text
/// between them.
struct PromptPicture {
  bool video = false;               ///< a clip
  std::size_t index = 0;            ///< among the prompt's pictures, or among its clips
  std::vector<std::int64_t> slots;  ///< token indices of its placeholders, rising, one a merged token
  VisionFeatures features;          ///< rows in the order of `slots`; undefined while not given

  std::int64_t begin() const { return slots.front(); }
  std::int64_t end() const { return slots.back() + 1; }  ///< behind its last placeholder
};

/// What the model must remember of a request beside its blocks. Made by VisionLanguageModel::begin(); does
/// not change as tokens are fed, so that any token may be fed again. One owner at a time.
struct ModelSequence {
  RopePositions positions;              ///< of the prompt
  std::vector<PromptPicture> pictures;  ///< in the order of the prompt

  std::int64_t prompt_tokens() const { return static_cast<std::int64_t>(positions.axes[0].size()); }

  /// Lets all features go; those of tokens that are fed again must be given again.
  void drop_features() {
    for (PromptPicture& picture : pictures) picture.features = {};
  }
};

}  // namespace fovea
