#pragma once

#include "core/bench/report/run_record.h"

#include <string_view>
#include <vector>

namespace fovea::bench {

/// The means of a path's stages over all its answered requests, in milliseconds.
struct PathStages {
  StageTimes stages;   ///< in milliseconds
  double whole = 0.0;  ///< what they should add up to: total_seconds, or the time to the first token
  /// What the sum misses of the whole, as a share of it; negative: the sum is too large.
  double missing() const { return whole > 0.0 ? 1.0 - stages.total() / whole : 0.0; }
};

/// Answered requests of a path, tasks together, several askers at once left out.
std::vector<const RequestRecord*> requests_of(const RunRecord& record, std::string_view path);
/// The paths in the order in which they come.
std::vector<std::string_view> paths_in(const RunRecord& record);

/// The whole way.
PathStages whole_stages(const RunRecord& record, std::string_view path);
/// Until the first token: its stages up to first_token, and what of answer_parse and paint stands before it.
PathStages first_token_stages(const RunRecord& record, std::string_view path);

/// The mean of a sampled figure over a path's groups; below 0: there is none.
double sampled_mean(const RunRecord& record, std::string_view path, std::string_view figure);

}  // namespace fovea::bench
