#include "app/cli/waterfall.h"

#include "app/cli/answer_view.h"
#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fovea::cli {
namespace {

constexpr int kNarrowest = 48;
constexpr int kWidest = 110;
constexpr std::size_t kNameCells = 14;
constexpr std::size_t kFigureCells = 18;  // two of space, "  1.24 s", "  53.7 %"

struct Row {
  std::string name;
  double seconds;
};

/// The stages that took time, and what none of them accounts for if it is worth a line.
std::vector<Row> rows_of(const RequestMetrics& metrics) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const double seconds = metrics.stages.seconds[i];
    if (!(seconds > 0.0)) continue;
    std::string name(stage_name(static_cast<Stage>(i)));
    std::replace(name.begin(), name.end(), '_', ' ');
    rows.push_back({std::move(name), seconds});
  }
  const double rest = metrics.total_seconds - metrics.stages.total();
  if (rest > 0.01 * metrics.total_seconds) rows.push_back({"other", rest});
  return rows;
}

std::string padded_left(const std::string& text, std::size_t cells) {
  const std::size_t width = display_width(text);
  return width < cells ? std::string(cells - width, ' ') + text : text;
}

/// A bar from `begin` to `end` (shares of the whole) on a track of `cells`; a stage too short to see gets a
/// thin mark, never nothing.
std::string bar(double begin, double end, std::size_t cells) {
  const auto position = [&](double share) {
    return static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(cells)));
  };
  std::size_t first = position(begin);
  const std::size_t last = position(end);
  std::string out;
  if (first == last) {
    first = std::min(first, cells - 1);
    return out.append(first, ' ').append("▏").append(cells - first - 1, ' ');
  }
  out.append(first, ' ');
  for (std::size_t i = first; i < last; ++i) out += "█";
  return out.append(cells - last, ' ');
}

std::string figures(const RequestMetrics& metrics) {
  std::string line;
  if (!metrics.token_times.empty()) line += "first token after " + seconds_text(metrics.ttft());
  if (const double tpot = metrics.tpot(); tpot > 0.0) {
    line += "; then " + fixed_text(1.0 / tpot, 1) + " tokens/s (" + seconds_text(tpot) + " each)";
  }
  return line;
}

std::string token_line(const RequestMetrics& metrics) {
  if (metrics.untold.tokens) return "not told by the server";
  std::string line = counted(metrics.prompt_tokens, "token") + " of question";
  if (metrics.vision_tokens > 0) {
    line += " (" + count_text(metrics.vision_tokens) + " of them pictures";
    if (metrics.vision_reused > 0) line += ", " + count_text(metrics.vision_reused) + " seen before";
    line += ")";
  }
  if (metrics.untold.vision) line += " (how many of them pictures, the server doesn't tell)";
  line += ", " + count_text(metrics.completion_tokens) + " of answer";
  if (metrics.reasoning_tokens > 0)
    line += " (" + count_text(metrics.reasoning_tokens) + " of them reasoning)";
  return line;
}

std::string guess_line(const RequestMetrics& metrics) {
  return count_text(metrics.draft_accepted) + " of " + counted(metrics.draft_tokens, "guess", "guesses") +
         " came true and saved a step each";
}

std::string labelled(std::string_view label, const std::string& text, const Style& style) {
  std::string name(label);
  name.resize(std::max(name.size(), kNameCells), ' ');
  return "  " + style.dim(name) + " " + text + "\n";
}

}  // namespace

std::string waterfall(const Answer& answer, double load_seconds, int columns, const Style& style) {
  const RequestMetrics& metrics = answer.metrics;
  const std::vector<Row> rows = rows_of(metrics);
  double whole = 0.0;
  for (const Row& row : rows) whole += row.seconds;
  const std::size_t width = static_cast<std::size_t>(std::clamp(columns - 1, kNarrowest, kWidest));
  const std::size_t track = width - 2 - kNameCells - 1 - kFigureCells;
  std::string out = style.bold("Where the time went") + " (" + seconds_text(metrics.total_seconds) + ")\n";
  double begin = 0.0;
  for (const Row& row : rows) {
    std::string name = row.name;
    name.resize(kNameCells, ' ');
    const double share = row.seconds / whole;
    out += "  " + name + " " + style.cyan(bar(begin / whole, (begin + row.seconds) / whole, track)) +
           padded_left(seconds_text(row.seconds), 10) + padded_left(fixed_text(100.0 * share, 1) + " %", 8) +
           "\n";
    begin += row.seconds;
  }
  if (const std::string line = figures(metrics); !line.empty()) out += labelled("speed", line, style);
  out += labelled("tokens", token_line(metrics), style);
  if (metrics.draft_tokens > 0) out += labelled("guessed", guess_line(metrics), style);
  if (metrics.answer_cached) out += labelled("cached", "the answer was kept from an earlier question", style);
  for (const VisionInput& input : answer.vision) {
    const std::string grid = std::to_string(input.grid_t) + " x " + std::to_string(input.grid_h) + " x " +
                             std::to_string(input.grid_w) + " patches";
    out += labelled(input.video ? "clip" : "picture", harmless(vision_line(input)) + ", " + grid, style);
  }
  if (metrics.peak_memory_bytes > 0) {
    std::string memory = bytes_text(metrics.peak_memory_bytes) + " at its peak";
    if (metrics.forecast_memory_bytes > 0) {
      memory += ", forecast were " + bytes_text(metrics.forecast_memory_bytes);
    }
    out += labelled("memory", memory, style);
  }
  if (load_seconds >= 0.0) out += labelled("model", "loaded in " + seconds_text(load_seconds), style);
  return out;
}

}  // namespace fovea::cli
