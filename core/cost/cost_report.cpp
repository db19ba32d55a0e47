#include "core/cost/cost_report.h"

#include "core/cost/answer_cost.h"
#include "core/cost/capacity.h"

#include <algorithm>
#include <utility>

namespace fovea::cost {
namespace {

/// Formats side by side: the same machine, each measurement's own speed.
Section formats_section(const CostQuestion& question, Basis basis) {
  Section section{"formats", "Formats side by side", {}, {}};
  if (question.measurements.size() < 2) return section;
  std::optional<double> first;
  std::string first_name;
  for (const Measurement& measurement : question.measurements) {
    CostInputs inputs = question.inputs;
    // Speeds by hand are of one format; here each brings its own.
    inputs.alone_tokens_per_second.reset();
    inputs.batched_tokens_per_second.reset();
    inputs.batch.reset();
    inputs.first_token_share.reset();
    apply(measurement, inputs);
    const Section answer = answer_section(inputs, basis);
    const Line* one = answer.find("cost_per_answer");
    const Line* million = answer.find("cost_per_million_tokens_out_bearing_all");
    if (one == nullptr || million == nullptr) continue;
    section.lines.push_back(
        {"answer_with_" + measurement.label, one->value, "money", "cost_per_answer, " + measurement.label});
    section.lines.push_back({"million_tokens_out_with_" + measurement.label, million->value, "money",
                             "cost_per_million_tokens_out_bearing_all, " + measurement.label});
    if (first && *first > 0.0) {
      section.lines.push_back({measurement.label + "_saves", 100.0 * (1.0 - one->value / *first), "%",
                               "1 - answer_with_" + measurement.label + " / answer_with_" + first_name});
    } else if (!first) {
      first = one->value;
      first_name = measurement.label;
    }
  }
  return section;
}

}  // namespace

Result<CostReport> cost_report(const CostQuestion& question) {
  CostReport report;
  report.inputs = question.inputs;
  const Measurement* measured = question.measurements.empty() ? nullptr : question.measurements.data();
  // Times by hand beat a measured curve, which would otherwise answer a question that was not asked.
  const bool by_hand = question.inputs.alone_tokens_per_second || question.inputs.batched_tokens_per_second;
  if (measured != nullptr) apply(*measured, report.inputs);
  if (Result<void> fine = check_inputs(report.inputs); !fine) return fine.error();
  const std::vector<Basis> bases = known_bases(report.inputs);
  report.basis = question.basis.value_or(bases.front());
  if (std::find(bases.begin(), bases.end(), report.basis) == bases.end()) {
    return Error{ErrorCode::kInvalidArgument,
                 std::string("No price is set for a machine that is ") + basis_name(report.basis) + ".",
                 "Give rent-per-hour, interruptible-per-hour or buy-price.", "basis"};
  }
  const CostInputs& inputs = report.inputs;
  const std::vector<ServicePoint> curve = service_curve(inputs, by_hand ? nullptr : measured);
  const std::vector<double> spread =
      measured == nullptr || by_hand ? std::vector<double>() : measured->spread;
  std::vector<Section> all = {hourly_section(inputs, report.basis),
                              answer_section(inputs, report.basis),
                              month_section(inputs, report.basis),
                              ways_section(inputs),
                              formats_section(question, report.basis),
                              api_section(inputs, report.basis, question.api_prices),
                              serverless_section(inputs, report.basis),
                              machines_section(inputs, report.basis, curve, spread),
                              plan_section(inputs, report.basis, curve, spread)};
  for (Section& section : all) {
    if (!section.lines.empty() || !section.notes.empty()) report.sections.push_back(std::move(section));
  }
  if (measured != nullptr && question.inputs.answer_tokens &&
      *question.inputs.answer_tokens != measured->answer_tokens) {
    report.sections[1].notes.emplace_back(
        "answer-tokens differs from the length that was measured: the time is taken to grow with it.");
  }
  return report;
}

}  // namespace fovea::cost
