#include "app/cli/argument_parser.h"
#include "app/cli/bench/run_verbs.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_loading.h"
#include "app/cli/model_output.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/forecast/forecast_run.h"
#include "core/bench/statistics.h"
#include "core/hub/bandwidth_probe.h"

#include <utility>

namespace fovea::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMostQuestions = 10'000;

std::string percent(double share) {
  return fixed_text(100.0 * share, 1) + " %";
}

std::string signed_percent(const bench::ForecastSample& sample) {
  if (sample.forecast <= 0.0) return "";
  const double share = sample.forecast / sample.actual - 1.0;
  return (share < 0.0 ? "-" : "+") + percent(sample.error());
}

std::string line(const std::string& whose, std::vector<double> errors) {
  if (errors.empty()) return {};
  const bench::Summary summary = bench::summarize(std::move(errors));
  return whose + ": " + counted(static_cast<std::int64_t>(summary.count), "question") + ", median error " +
         percent(summary.median) + ", 90th percentile " + percent(summary.p90) + ", largest " +
         percent(summary.max) + "\n";
}

std::string report_text(const bench::ForecastReport& report) {
  std::vector<std::vector<std::string>> rows = {
      {"QUESTION", "PROMPT TOKENS", "FORECAST", "CAME", "ERROR", "MEMORY READ AT"}};
  for (const bench::ForecastSample& sample : report.samples) {
    const auto rate = [](double value) { return bytes_text(static_cast<std::uint64_t>(value)) + "/s"; };
    const std::string moved = sample.machine_moved(bench::kMovedShare) ? ", moved" : "";
    rows.push_back({sample.what, count_text(sample.prompt_tokens),
                    sample.forecast > 0.0 ? seconds_text(sample.forecast) : "none yet",
                    seconds_text(sample.actual), signed_percent(sample),
                    sample.read_after > 0.0
                        ? rate(sample.read_before) + " to " + rate(sample.read_after) + moved
                        : std::string()});
  }
  std::string text = in_columns(rows) + "\n";
  text += line("While the machine kept still", report.errors(false));
  text += line("While memory's speed moved by more than " + percent(bench::kMovedShare), report.errors(true));
  if (report.errors(false).empty() && report.errors(true).empty())
    text += "No question was forecast: the engine tells none.\n";
  if (report.stopped) text += "Stopped before the end; these are the questions until then.\n";
  return text +
         "\n  forecast = what the engine said once the question was prepared, from the steps before it\n"
         "  came = first token - submission - time in the queue\n"
         "  error = |forecast / came - 1|\n";
}

Json report_json(const ModelInfo& model, const bench::ForecastReport& report) {
  Json samples = Json::array();
  for (const bench::ForecastSample& sample : report.samples) {
    samples.push_back({{"question", sample.what},
                       {"prompt_tokens", sample.prompt_tokens},
                       {"forecast_seconds", sample.forecast > 0.0 ? Json(sample.forecast) : Json()},
                       {"ttft_seconds", sample.actual},
                       {"read_bytes_per_second", {sample.read_before, sample.read_after}},
                       {"machine_moved", sample.machine_moved(bench::kMovedShare)}});
  }
  const auto summary = [&](bool moved) {
    const bench::Summary s = bench::summarize(report.errors(moved));
    return s.count > 0 ? Json{{"questions", s.count}, {"median", s.median}, {"p90", s.p90}, {"max", s.max}}
                       : Json();
  };
  return {{"model", model.name},          {"compute_type", model.compute_type},
          {"stopped", report.stopped},    {"error_still", summary(false)},
          {"error_moved", summary(true)}, {"samples", std::move(samples)}};
}

int run_forecast(const std::vector<std::string>& arguments, Host& host) {
  std::optional<std::int64_t> questions;
  std::optional<std::int64_t> seed;
  bool json = false;
  bool quiet = false;
  ModelOptions options;
  ArgumentParser parser("bench forecast", "how well the time to the first token is forecast");
  parser.example("fovea bench forecast");
  parser.example("fovea bench forecast --model Qwen/Qwen3-VL-2B-Instruct --dtype bf16 --questions 40");
  parser.section("What is asked");
  parser.integer("--questions", "Texts and pictures of mixed size, none twice", "24", 1, kMostQuestions,
                 questions);
  parser.integer("--seed", "Their order and content", "1", 0, 1'000'000'000, seed);
  declare_model_options(parser, options, Speculation::kNever);
  parser.section("How it is told");
  parser.flag("--json", "A JSON object with every value", json);
  parser.flag("--quiet", "No progress", quiet);
  parser.footnote(
      "How fast memory can be read is measured between the questions: one during which it moved by more than "
      "10 % met another machine than the forecast knew, and is told apart. Ctrl+C ends it; what was measured "
      "by "
      "then is printed.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (options.server.address) {
    return fail(wrong_argument("A server elsewhere tells no forecast.", "Leave --server out.", "--server"),
                kWrongArguments, host);
  }
  StatusLine status(host.err, quiet);
  const Result<LoadedModel> model = load_model(options, host, status);
  if (!model) return fail(model.error(), exit_code_of_model(model.error()), host);
  bench::ForecastPlan plan;
  plan.questions = static_cast<int>(questions.value_or(plan.questions));
  plan.seed = static_cast<std::uint64_t>(seed.value_or(static_cast<std::int64_t>(plan.seed)));
  const bench::ForecastReport report = bench::run_forecasts(
      *model->engine, plan, [] { return measured_read_bandwidth(); },
      [&](const std::string& what, int at, int all) {
        status.show("Asking", what + ", question " + std::to_string(at) + " of " + std::to_string(all));
      },
      [&] { return host.interrupt.requested(); });
  status.clear();
  if (report.samples.empty() && report.error)
    return fail(*report.error, exit_code_of_answer(*report.error), host);
  const ModelInfo info = model->engine->model();
  if (json) {
    print_json(host, report_json(info, report));
  } else {
    print_text(host, model_line(info) + "\n\n" + report_text(report));
  }
  if (report.error) print_note(host.err, "A question failed: " + report.error->text());
  return report.stopped ? kInterrupted : kOk;
}

}  // namespace

Verb bench_forecast_verb() {
  return {"bench forecast", "How well the time to the first token is forecast", false, run_forecast};
}

}  // namespace fovea::cli
