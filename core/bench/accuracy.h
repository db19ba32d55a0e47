#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/box_verdict.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::bench {

/// A question with the answer that is true.
struct AccuracyCase {
  std::string kind;  ///< what it is counted under
  GenerationRequest request;
  std::string answer;
  std::vector<AnswerRegion> boxes;  ///< of the answer, where it is judged by them: judge_boxes()
};

/// A case and what the engine said.
struct GradedCase {
  std::string kind;
  std::string wanted;
  std::string given;
  bool exact = false;           ///< equal but for white space at both ends; of boxes: BoxVerdict::right
  std::int64_t edits = 0;       ///< character_edits() between them; 0 of boxes
  std::int64_t characters = 0;  ///< of the wanted answer; 0 of boxes
  std::optional<double> iou;    ///< of boxes: BoxVerdict::iou
  std::optional<Error> error;
};

/// The cases of one kind, or of one length of the wanted answer, together.
struct AccuracyRow {
  std::string label;
  std::int64_t cases = 0;
  std::int64_t exact = 0;
  std::int64_t edits = 0;
  std::int64_t characters = 0;  ///< of the wanted answers
  std::int64_t boxed = 0;       ///< cases that are judged by their boxes
  double iou = 0.0;             ///< sum over these

  double exact_share() const {
    return cases > 0 ? static_cast<double>(exact) / static_cast<double>(cases) : 0.0;
  }
  /// Edits a wanted character.
  double character_error() const {
    return characters > 0 ? static_cast<double>(edits) / static_cast<double>(characters) : 0.0;
  }
  /// Over the cases that are judged by their boxes; 0 without any.
  double mean_iou() const { return boxed > 0 ? iou / static_cast<double>(boxed) : 0.0; }
};

/// Insertions, deletions and replacements of characters (code points) that make `from` into `to`:
/// Levenshtein's distance. Cost: the product of the lengths.
std::int64_t character_edits(std::string_view from, std::string_view to);

/// Called after each case with how many are done.
using AccuracyProgress = std::function<void(std::size_t done, std::size_t all)>;

/// Given each case with its answer, on the caller's thread; `sent`: when its batch was.
using GradedObserver = std::function<void(const GradedCase& graded, const CollectedAnswer& answer,
                                          std::chrono::steady_clock::time_point sent)>;

/// Asks case after case, `together` of them at once, and grades the answers, in the order of the cases. Stops
/// early on the caller's word; what was graded is returned.
std::vector<GradedCase> run_accuracy(Engine& engine, const std::vector<AccuracyCase>& cases, int together,
                                     const AccuracyProgress& progress, const Stopped& stopped,
                                     const GradedObserver& observer = {});

/// By kind, in alphabetical order.
std::vector<AccuracyRow> by_kind(const std::vector<GradedCase>& graded);
/// By the wanted answer's length in characters: 0-4, 5-9, 10-19, 20-39, 40 and more. Without boxes.
std::vector<AccuracyRow> by_length(const std::vector<GradedCase>& graded);
/// All together.
AccuracyRow in_all(const std::vector<GradedCase>& graded);

}  // namespace fovea::bench
