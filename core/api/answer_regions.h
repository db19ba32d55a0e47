#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// A place in a picture that an answer names. Coordinates are shares of the picture's sides, 0 … 1.
struct AnswerRegion {
  double left = 0.0;
  double top = 0.0;
  double right = 0.0;   ///< of a point: left
  double bottom = 0.0;  ///< of a point: top
  bool point = false;
  std::string label;           ///< what the answer calls it, UTF-8; may be empty
  std::size_t text_begin = 0;  ///< where the answer names it, in bytes of its text
  std::size_t text_end = 0;
};

struct AnswerRegions {
  std::vector<AnswerRegion> regions;  ///< in the order of the text
  std::size_t left_out = 0;           ///< written as regions, with coordinates that are none
};

/// Finds the regions in an answer:
///  - Qwen3-VL's JSON: objects with "bbox_2d": [x1, y1, x2, y2] or "point_2d": [x, y], and "label", 0 … 1000;
///  - GLM-4.6V's <|begin_of_box|>[[x1, y1, x2, y2], …]<|end_of_box|>, 0 … 1000, with one or two brackets.
/// Coordinates outside 0 … 1000, NaN and boxes without an area are left out. Linear in the text.
AnswerRegions find_answer_regions(std::string_view answer);

}  // namespace fovea
