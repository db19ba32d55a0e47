#pragma once

#include "core/api/error.h"
#include "core/model/config.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace fovea {

/// A picture's or clip's patch grid: temporal patches, rows, columns, in patches (not merged).
struct VisionGrid {
  std::int64_t t = 1;
  std::int64_t h = 0;
  std::int64_t w = 0;

  std::int64_t patches() const { return t * h * w; }
};

/// Positions of a prompt on the three rotary axes, and what follows it.
struct RopePositions {
  std::array<std::vector<std::int64_t>, 3> axes;  ///< time, height, width; each [prompt length]
  std::int64_t delta =
      0;  ///< the token at index n of the sequence, n ≥ prompt length, has position n + delta
};

/// Which prompt positions hold vision features, in order.
struct VisionSlots {
  std::vector<std::int64_t> image;
  std::vector<std::int64_t> video;
};

/// Where the placeholders of pictures and clips stand. GLM writes a clip's frames with the image token,
/// between its video delimiters.
VisionSlots find_vision_slots(std::span<const std::int32_t> ids, const ModelConfig& config);

/// M-RoPE positions as transformers' get_rope_index gives them (models.md 7): text counts up on all axes
/// alike; an image's or frame's token at merged row r, column c of a run that begins at position p has (p, p
/// + r, p + c), and the run advances by half the longer side of its grid. A clip's grid [t, h, w] counts as t
/// grids [1, h, w]. Error kInternal if a run of placeholders and its grid do not have the same size.
Result<RopePositions> rope_positions(std::span<const std::int32_t> ids, const ModelConfig& config,
                                     std::span<const VisionGrid> images, std::span<const VisionGrid> videos);

}  // namespace fovea
