#include "core/bench/paired_ttft.h"

#include "core/bench/units.h"
#include "core/bench/workload.h"

#include <utility>

namespace fovea::bench {
namespace {

constexpr const char* kSeenFormula = "first text here - submission";
constexpr const char* kWayFormula =
    "ttft_seen less what passed from the engine's taking it to its first token";

/// Seconds to the engine and back: what is left when the engine's own work, which hangs on the machine's
/// company, is taken off.
double way_of(const CollectedAnswer& answer) {
  return answer.first_text_seen - (answer.metrics.ttft() - answer.metrics.stages[Stage::kUpload]);
}

/// One engine's times.
struct Side {
  const NamedEngine& named;
  BenchPart part;
  std::vector<double> seen;
  std::vector<double> first_token;
  std::vector<double> way;

  CollectedAnswer ask(const GenerationRequest& request, const Stopped& stopped) {
    CollectedAnswer answer = std::move(ask_together(named.engine, {request}, stopped).front());
    part.prompt_tokens = answer.metrics.prompt_tokens;
    part.new_tokens = answer.metrics.completion_tokens;
    part.tokens_told = !answer.metrics.untold.tokens;
    if (answer.error) ++part.failed;
    return answer;
  }
  void add(const CollectedAnswer& answer) {
    seen.push_back(kMilliseconds * answer.first_text_seen);
    first_token.push_back(kMilliseconds * answer.metrics.ttft());
    way.push_back(kMilliseconds * way_of(answer));
  }
};

void add_figure(BenchPart& part, std::string name, std::string formula, std::vector<double> values) {
  if (values.empty()) return;
  const Summary summary = summarize(values);
  part.figures.push_back({std::move(name), std::move(formula), summary, std::move(values)});
}

}  // namespace

BenchReport run_paired_ttft(const NamedEngine& base, const NamedEngine& other, const BenchPlan& plan,
                            const BenchProgress& progress, const Stopped& stopped) {
  BenchReport report;
  Side sides[2] = {{base, {}, {}, {}, {}}, {other, {}, {}, {}, {}}};
  const std::string size = std::to_string(plan.width) + " x " + std::to_string(plan.height) + " pixels";
  const int pairs = plan.warm_up + plan.repeats;
  std::vector<double> more;
  std::vector<double> way_more;
  for (int pair = 0; pair < pairs; ++pair) {
    if (stopped && stopped()) break;
    if (progress) progress(size, pair + 1, pairs);
    const ImageInput picture =
        made_up_picture(plan.width, plan.height, plan.seed + 1 + static_cast<std::uint64_t>(pair));
    GenerationRequest request = picture_request(picture, kPictureQuestion, plan.new_tokens);
    request.ignore_eos = plan.ignore_eos;
    CollectedAnswer answers[2];
    for (int turn = 0; turn < 2; ++turn) {
      const int side = (pair + turn) % 2;
      answers[side] = sides[side].ask(request, stopped);
    }
    for (const CollectedAnswer& answer : answers) {
      if (answer.error && !report.error) report.error = answer.error;
    }
    const bool whole = !answers[0].error && !answers[1].error && answers[0].first_text_seen > 0.0 &&
                       answers[1].first_text_seen > 0.0 && !(stopped && stopped());
    if (!whole || pair < plan.warm_up) continue;
    for (int side = 0; side < 2; ++side) sides[side].add(answers[side]);
    more.push_back(kMilliseconds * (answers[1].first_text_seen - answers[0].first_text_seen));
    way_more.push_back(kMilliseconds * (way_of(answers[1]) - way_of(answers[0])));
  }
  report.stopped = stopped && stopped();
  for (Side& side : sides) {
    side.part.label = size + ", " + side.named.name;
    add_figure(side.part, "ttft_seen_ms", kSeenFormula, std::move(side.seen));
    add_figure(side.part, "ttft_ms", "first token - submission", std::move(side.first_token));
    add_figure(side.part, "way_ms", kWayFormula, std::move(side.way));
    report.parts.push_back(std::move(side.part));
  }
  BenchPart difference;
  difference.label = other.name + " less " + base.name + ", pair by pair";
  difference.prompt_tokens = report.parts.front().prompt_tokens;
  difference.new_tokens = report.parts.front().new_tokens;
  difference.tokens_told = report.parts.front().tokens_told;
  add_figure(difference, "ttft_seen_more_ms", "ttft_seen of " + other.name + " - ttft_seen of " + base.name,
             std::move(more));
  add_figure(difference, "way_more_ms", "way of " + other.name + " - way of " + base.name,
             std::move(way_more));
  report.parts.push_back(std::move(difference));
  return report;
}

}  // namespace fovea::bench
