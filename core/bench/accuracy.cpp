#include "core/bench/accuracy.h"

#include "core/api/utf8.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <utility>

namespace fovea::bench {
namespace {

/// Characters as pieces of the text; bytes that are none stand for themselves.
std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(1, utf8_first(text).length);
    out.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

void count(AccuracyRow& row, const GradedCase& graded) {
  ++row.cases;
  row.exact += graded.exact ? 1 : 0;
  row.edits += graded.edits;
  row.characters += graded.characters;
  row.boxed += graded.iou ? 1 : 0;
  row.iou += graded.iou.value_or(0.0);
}

GradedCase graded_case(const AccuracyCase& asked, const CollectedAnswer& answer) {
  GradedCase one;
  one.kind = asked.kind;
  one.wanted = trimmed(asked.answer);
  one.given = trimmed(answer.text);
  one.error = answer.error;
  if (asked.boxes.empty()) {
    one.exact = !answer.error && one.given == one.wanted;
    one.edits = character_edits(one.given, one.wanted);
    one.characters = static_cast<std::int64_t>(characters(one.wanted).size());
  } else {
    const BoxVerdict verdict = judge_boxes(asked.boxes, boxes_in(one.given));
    one.exact = !answer.error && verdict.right;
    one.iou = verdict.iou;
  }
  return one;
}

}  // namespace

std::int64_t character_edits(std::string_view from, std::string_view to) {
  const std::vector<std::string_view> a = characters(from);
  const std::vector<std::string_view> b = characters(to);
  std::vector<std::int64_t> above(b.size() + 1);
  std::iota(above.begin(), above.end(), 0);
  std::vector<std::int64_t> row(b.size() + 1);
  for (std::size_t i = 0; i < a.size(); ++i) {
    row[0] = static_cast<std::int64_t>(i) + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::int64_t replaced = above[j] + (a[i] == b[j] ? 0 : 1);
      row[j + 1] = std::min({replaced, above[j + 1] + 1, row[j] + 1});
    }
    std::swap(above, row);
  }
  return above.back();
}

std::vector<GradedCase> run_accuracy(Engine& engine, const std::vector<AccuracyCase>& cases, int together,
                                     const AccuracyProgress& progress, const Stopped& stopped,
                                     const GradedObserver& observer) {
  std::vector<GradedCase> graded;
  const auto step = static_cast<std::size_t>(std::max(1, together));
  for (std::size_t first = 0; first < cases.size(); first += step) {
    const std::size_t end = std::min(first + step, cases.size());
    std::vector<GenerationRequest> requests;
    for (std::size_t i = first; i < end; ++i) requests.push_back(cases[i].request);
    const auto sent = std::chrono::steady_clock::now();
    const std::vector<CollectedAnswer> answers = ask_together(engine, requests, stopped);
    if (stopped && stopped()) break;
    for (std::size_t i = first; i < end; ++i) {
      const CollectedAnswer& answer = answers[i - first];
      GradedCase one = graded_case(cases[i], answer);
      if (observer) observer(one, answer, sent);
      graded.push_back(std::move(one));
    }
    if (progress) progress(graded.size(), cases.size());
  }
  return graded;
}

std::vector<AccuracyRow> by_kind(const std::vector<GradedCase>& graded) {
  std::map<std::string, AccuracyRow> rows;
  for (const GradedCase& one : graded) count(rows[one.kind], one);
  std::vector<AccuracyRow> out;
  for (auto& [kind, row] : rows) {
    row.label = kind;
    out.push_back(row);
  }
  return out;
}

std::vector<AccuracyRow> by_length(const std::vector<GradedCase>& graded) {
  struct Range {
    const char* label;
    std::size_t end;
  };
  constexpr std::array kRanges = {Range{"0-4", 5}, Range{"5-9", 10}, Range{"10-19", 20}, Range{"20-39", 40},
                                  Range{"40+", static_cast<std::size_t>(-1)}};
  std::array<AccuracyRow, kRanges.size()> rows;
  for (const GradedCase& one : graded) {
    if (one.iou) continue;
    const std::size_t length = characters(one.wanted).size();
    const auto* range =
        std::find_if(kRanges.begin(), kRanges.end(), [&](const Range& r) { return length < r.end; });
    count(rows[static_cast<std::size_t>(range - kRanges.begin())], one);
  }
  std::vector<AccuracyRow> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].label = kRanges[i].label;
    if (rows[i].cases > 0) out.push_back(rows[i]);
  }
  return out;
}

AccuracyRow in_all(const std::vector<GradedCase>& graded) {
  AccuracyRow row;
  row.label = "all";
  for (const GradedCase& one : graded) count(row, one);
  return row;
}

}  // namespace fovea::bench
