#include "core/bench/sweep/resolution_sweep.h"

#include "core/bench/accuracy.h"
#include "core/bench/report/figure_text.h"
#include "core/bench/resource_sampler.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace fovea::bench {
namespace {

std::string label_of(int side) {
  return std::to_string(side) + " x " + std::to_string(side);
}

/// `number` above 0 stands before the picture.
GenerationRequest question_at(const ResolutionSweepPlan& plan, int side, int number) {
  GenerationRequest request;
  Message message;
  if (number > 0) message.content.emplace_back(TextPart{std::to_string(number) + "."});
  message.content.push_back(plan.picture);
  message.content.emplace_back(TextPart{plan.question});
  request.messages.push_back(std::move(message));
  request.sampling.temperature = 0.0;
  request.max_new_tokens = plan.new_tokens;
  request.image_budget.max_pixels = std::int64_t{side} * side;
  return request;
}

/// The picture's tokens and the answer's distance from the one at the largest size in the same round, of each
/// request that was answered.
void compare_answers(RunRecorder& recorder) {
  RunRecord& record = recorder.record();
  if (record.groups.empty()) return;
  for (GroupRecord& group : record.groups) group.notes.clear();
  std::map<int, std::string> wanted;  // by round
  for (const RequestRecord& request : record.requests) {
    if (request.group == record.groups.back().label && !request.failed())
      wanted[request.run] = request.answer;
  }
  std::int64_t length = 1;
  std::map<std::string, std::int64_t> worst;
  for (const RequestRecord& request : record.requests) {
    const auto largest = wanted.find(request.run);
    if (request.failed() || largest == wanted.end()) continue;
    const std::int64_t edits = character_edits(request.answer, largest->second);
    length = std::max<std::int64_t>(1, character_edits(largest->second, ""));
    auto& most = worst[request.group];
    most = std::max(most, edits);
    std::vector<RunFigure> figures = {
        {"answer_edits_percent",
         "%",
         "characters to change to get the answer at the largest size / its length",
         Better::kLower,
         {100.0 * static_cast<double>(edits) / static_cast<double>(length)}}};
    if (!request.metrics.untold.vision) {
      figures.push_back({"vision_tokens",
                         "tokens",
                         "of the prompt, the picture's",
                         Better::kLower,
                         {static_cast<double>(request.metrics.vision_tokens)}});
    }
    recorder.add_sampled(request.group, figures);
  }
  for (GroupRecord& group : record.groups) {
    const auto edits = worst.find(group.label);
    if (edits == worst.end() || group.label == record.groups.back().label) continue;
    group.notes.push_back(edits->second == 0 ? "The answer is the one at the largest size."
                                             : "The answer differs: " + std::to_string(edits->second) +
                                                   " edits on " + std::to_string(length) + " characters.");
  }
}

/// From which size on the answer no longer changes, and what the smaller picture saves.
void find_knee(RunRecord& record) {
  settle(record);
  if (record.groups.size() < 2) return;
  const GroupRecord& largest = record.groups.back();
  const GroupRecord* knee = nullptr;
  for (auto group = record.groups.rbegin(); group != record.groups.rend(); ++group) {
    const RunFigure* edits = find(*group, "answer_edits_percent");
    if (edits == nullptr || edits->summary.max > 0.0) break;
    knee = &*group;
  }
  if (knee == nullptr) return;
  if (knee == &largest) {
    record.findings.push_back("Every size below " + largest.label +
                              " changes the answer; larger ones may change it again.");
    return;
  }
  const RunFigure* ttft = find(*knee, "ttft_ms");
  const RunFigure* most = find(largest, "ttft_ms");
  const RunFigure* seen = find(*knee, "vision_tokens");
  const RunFigure* all_seen = find(largest, "vision_tokens");
  const bool smaller = seen == nullptr || all_seen == nullptr || seen->value() < all_seen->value();
  record.findings.push_back(
      smaller && ttft != nullptr && most != nullptr
          ? "From " + knee->label + " on the answer stays as it is at " + largest.label +
                ": the first token comes after " + figure_text(ttft->value()) + " ms instead of " +
                figure_text(most->value()) + " ms."
          : "From " + knee->label + " on the answer stays as it is at " + largest.label + ".");
  for (const GroupRecord& group : record.groups) {
    const RunFigure* tokens = find(group, "vision_tokens");
    const RunFigure* all = find(largest, "vision_tokens");
    if (tokens == nullptr || all == nullptr || &group == &largest) continue;
    if (tokens->value() < all->value()) continue;
    record.findings.push_back("The picture itself is no larger than " + group.label +
                              ": sizes above change nothing.");
    return;
  }
}

}  // namespace

void run_resolution_sweep(Engine& engine, const ResolutionSweepPlan& plan, RunRecorder& recorder,
                          const RunObserver& observer, const Stopped& stopped) {
  for (const int side : plan.sides) recorder.record().group(label_of(side), side);
  recorder.save();
  ResourceSampler sampler;
  const int rounds = plan.warm_up + plan.repeats;
  int number = 0;
  const double begin = recorder.now();
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < plan.sides.size(); ++i) {
      if (stopped && stopped()) break;
      // Ascending at first, since memory that a large picture took isn't always given back.
      const std::size_t turn = round <= plan.warm_up ? 0 : static_cast<std::size_t>(round);
      const int side = plan.sides[(i + turn) % plan.sides.size()];
      const int all = rounds * static_cast<int>(plan.sides.size());
      if (observer) {
        const double one = number > 0 ? (recorder.now() - begin) / number : -1.0;
        observer({label_of(side), number, all, number > 0 ? one * (all - number) : -1.0});
      }
      const std::string part = label_of(side) + ", round " + std::to_string(round - plan.warm_up + 1);
      if (round >= plan.warm_up && !recorder.begin_part(part)) continue;
      sampler.begin();
      const double sent = recorder.now();
      const std::vector<CollectedAnswer> answers = ask_together(
          engine, {question_at(plan, side, recorder.record().elsewhere ? round + 1 : 0)}, stopped);
      ++number;
      if (stopped && stopped()) break;
      if (round < plan.warm_up) {
        if (!recorder.record().elsewhere) recorder.add_sampled(label_of(side), sampler.figures());
        continue;
      }
      RequestRecord record = record_of(answers.front());
      record.group = label_of(side);
      record.run = round - plan.warm_up + 1;
      record.sent_seconds = sent;
      record.ended_seconds = recorder.now();
      record.answer = answers.front().text;
      recorder.add(std::move(record));
      recorder.end_part(part);
    }
  }
  compare_answers(recorder);
  find_knee(recorder.record());
  recorder.save();
}

}  // namespace fovea::bench
