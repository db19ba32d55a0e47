#pragma once

#include "core/bench/accuracy.h"
#include "core/bench/run_recorder.h"

#include <vector>

namespace fovea::bench {

inline constexpr const char* kAccuracyRun = "accuracy";  ///< RunRecord::name

/// Keeps a graded case in the group of its kind: the request with its answer and the one that is true, and
/// the group's figures exact_percent (answers that are exact / cases), character_error_percent (characters to
/// change / characters of the true answers) and, of boxes, mean_iou instead. `sent`: when its batch was,
/// seconds since the run began.
void add_graded(RunRecorder& recorder, const GradedCase& graded, const CollectedAnswer& answer, double sent);

/// What the cases say in a sentence, and the tables by kind and by length of the true answer.
void conclude_accuracy(RunRecord& record, const std::vector<GradedCase>& graded);

}  // namespace fovea::bench
