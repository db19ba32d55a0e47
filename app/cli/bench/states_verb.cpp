#include "app/cli/argument_parser.h"
#include "app/cli/bench/asked_options.h"
#include "app/cli/bench/bench_values.h"
#include "app/cli/bench/measured_run.h"
#include "app/cli/bench/run_arguments.h"
#include "app/cli/exit_code.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/load/load_run.h"
#include "core/bench/load/service_states.h"

#include <utility>

namespace fovea::cli {
namespace {

int run_states(const std::vector<std::string>& arguments, Host& host) {
  std::optional<double> seconds;
  std::optional<double> think;
  std::optional<std::string> rates;
  std::optional<std::int64_t> warm_up;
  AskedOptions asked_options;
  ModelOptions model;
  RunOutput output;
  ArgumentParser parser("bench states", "idle, one person, 5 and 10 requests a second, one after the other");
  parser.example("fovea bench states --out states");
  parser.example("fovea bench states --rates 0.5,1 --seconds 120 --model Qwen/Qwen3-VL-2B-Instruct");
  parser.section("States");
  parser.number("--seconds", "How long each state lasts", "30", {0.0, 1e6, true}, seconds);
  parser.number("--think", "Seconds that the one person reads before asking again", "2", {0.0, 1e6}, think);
  parser.text("--rates", "R,R,...", "Requests a second of the busy states", "5,10", rates);
  parser.integer("--warm-up", "Requests before it that don't count", "2", 0, 1000, warm_up);
  declare_asked_options(parser, asked_options, kNewTokens);
  declare_model_options(parser, model, Speculation::kNever);
  declare_run_output(parser, output);
  parser.footnote(
      "Processors and memory are this process's; watts those of the processor's packages, where the system "
      "tells. Of a "
      "model on a server only the latencies say something.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  bench::ServiceStatesPlan plan;
  plan.seconds = seconds.value_or(plan.seconds);
  plan.think_seconds = think.value_or(plan.think_seconds);
  const auto busy = numbers_of(rates.value_or("5,10"), "--rates", 0.001, 10'000.0);
  if (!busy) return fail(busy.error(), kWrongArguments, host);
  plan.rates = *busy;
  const bool elsewhere = model.server.address.has_value();
  const Result<bench::RequestPlan> asked = request_plan(asked_options, kNewTokens, elsewhere, host);
  if (!asked) return fail(asked.error(), exit_code_of_input(asked.error()), host);
  plan.seed = asked->seed;
  RunSetup setup;
  setup.name = "states";
  setup.arguments = {"bench", "states"};
  setup.arguments.insert(setup.arguments.end(), arguments.begin(), arguments.end());
  setup.settings = {
      {"length", duration_text(plan.seconds) + " each"},
      {"one person", "reads for " + fixed_text(plan.think_seconds, 1) + " s before asking again"},
      {"busy states", "open loop, Poisson arrivals"},
      {"warm-up", counted(warm_up.value_or(2), "request")}};
  for (auto& setting : asked_settings(*asked)) setup.settings.push_back(std::move(setting));
  setup.groups = static_cast<int>(plan.rates.size()) + 2;
  return run_measured(setup, model, output, host, [&](Measurement& m) -> Result<void> {
    Result<bench::RequestSource> source = bench::RequestSource::create(m.engine, *asked);
    if (!source) return source.error();
    bench::warm_up(m.engine, static_cast<int>(warm_up.value_or(2)), *source, {}, m.stopped);
    bench::run_service_states(m.engine, plan, *source, m.recorder, m.observer, m.stopped);
    return {};
  });
}

}  // namespace

Verb bench_states_verb() {
  return resumable({"bench states",
                    "Idle, one person, 5 and 10 requests a second: processors, memory, latency", false,
                    run_states});
}

}  // namespace fovea::cli
