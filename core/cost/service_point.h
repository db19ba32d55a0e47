#pragma once

#include <vector>

namespace fovea::cost {

/// How long an answer takes when so many are written at once on one machine, as measured. A machine reads
/// prompts one after the other and writes answers together; where the two were told apart, `prompt` and
/// `writing` say how long each takes, else the whole is taken to be shared evenly. A prompt takes the longer
/// the more answers are written beside it, since each of its steps carries a token of theirs.
struct ServicePoint {
  int at_once = 1;
  double seconds = 0.0;    ///< mean, of one answer, without waiting
  double prompt = 0.0;     ///< seconds for one prompt beside at_once - 1 answers; 0: not told apart
  double writing = 0.0;    ///< seconds from the first token to the last while no prompt is read
  double meanwhile = 0.0;  ///< how fast those are written beside it: 0 they wait, 1 as without a prompt
};

/// What holds at `at_once`: linear between the points, as the nearest beyond them. `points` ascend by at_once
/// and are not empty.
ServicePoint service_at(const std::vector<ServicePoint>& points, double at_once);

/// service_at()'s seconds.
double service_seconds(const std::vector<ServicePoint>& points, double at_once);

/// The rate that one machine could at most keep up with, the best of its points. Shared evenly: at_once /
/// seconds. Prompts apart: each takes `prompt`, and what of its answer isn't written beside others' comes on
/// top.
double machine_capacity(const std::vector<ServicePoint>& points);

}  // namespace fovea::cost
