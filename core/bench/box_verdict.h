#pragma once

#include "core/api/answer_regions.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace fovea::bench {

/// A given box is the wanted one from this intersection over union on.
inline constexpr double kSameBox = 0.5;

/// The area that both boxes cover over that which either does, 0 … 1.
double intersection_over_union(const AnswerRegion& a, const AnswerRegion& b);

/// The boxes of an answer; points are none.
std::vector<AnswerRegion> boxes_in(std::string_view answer);

struct BoxVerdict {
  bool right = false;  ///< as many boxes as wanted, and each wanted one has a given one of its own
  double iou = 0.0;    ///< mean over the wanted boxes of the IoU with their own; 0 of one that has none
};

/// Pairs wanted boxes with given ones so that most pairs reach kSameBox and, among such pairings, the IoUs
/// add up to most. Labels count for nothing. `wanted` must not be empty. Cost: the square of the fewer boxes
/// times the more.
BoxVerdict judge_boxes(const std::vector<AnswerRegion>& wanted, const std::vector<AnswerRegion>& given);

}  // namespace fovea::bench
