#pragma once

#include <vector>

namespace fovea::cost {

/// How long an answer takes when so many are written at once on one machine, as measured. A machine reads
/// prompts one after the other and writes answers together; where the two were told apart, `prompt` and
/// `writing` say how long each takes, else the whole is taken to be shared evenly.
struct ServicePoint {
  int at_once = 1;
  double seconds = 0.0;    ///< mean, of one answer, without waiting
  double prompt = 0.0;     ///< the machine's seconds for one prompt until its first token; 0: not told apart
  double writing = 0.0;    ///< seconds from the first token to the last while no prompt is read
  double meanwhile = 0.0;  ///< how fast answers are written while a prompt is read: 0 they wait, 1 as else
};

/// What holds at `at_once`: linear between the points, as the nearest beyond them. `points` ascend by at_once
/// and are not empty.
ServicePoint service_at(const std::vector<ServicePoint>& points, double at_once);

/// service_at()'s seconds.
double service_seconds(const std::vector<ServicePoint>& points, double at_once);

/// The rate that one machine could at most keep up with, the best of its points. Shared evenly: at_once /
/// seconds. Prompts apart: each takes `prompt`, and what of its answer isn't written meanwhile comes on top.
double machine_capacity(const std::vector<ServicePoint>& points);

}  // namespace fovea::cost
