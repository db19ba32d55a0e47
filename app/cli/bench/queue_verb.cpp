#include "app/cli/argument_parser.h"
#include "app/cli/bench/asked_options.h"
#include "app/cli/bench/bench_values.h"
#include "app/cli/bench/measured_run.h"
#include "app/cli/bench/run_arguments.h"
#include "app/cli/bench/run_verbs.h"
#include "app/cli/exit_code.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/load/load_run.h"
#include "core/bench/queue/queue_check.h"
#include "core/bench/queue/queue_labels.h"
#include "core/hub/bandwidth_probe.h"

#include <algorithm>
#include <utility>

namespace fovea::cli {
namespace {

constexpr int kNewTokens = 64;
constexpr int kMostAtOnce = 256;

struct QueueOptions {
  std::optional<std::string> bursts;
  std::optional<std::int64_t> burst_repeats;
  std::optional<std::string> loads;
  std::optional<std::int64_t> requests;
  std::optional<std::int64_t> rounds;
  std::optional<std::int64_t> warm_up;
  AskedOptions asked;
  ModelOptions model;
  RunOutput output;
};

void declare(ArgumentParser& parser, QueueOptions& options) {
  parser.example("fovea bench queue --out queue");
  parser.example("fovea bench queue --no-picture --loads 50,80 --requests 400 --repeat 3 --out queue");
  parser.section("What is measured");
  parser.text("--bursts", "N,N,...",
              "Requests at the same moment; the largest is how many answers the machine is taken to write at "
              "once",
              "1,2,4,8", options.bursts);
  parser.integer("--burst-repeats", "Bursts of each size a round", "8", 1, 1000, options.burst_repeats);
  parser.text(
      "--loads", "P,P,...",
      "Requests at random moments, at so many percent of the rate that the bursts say it could keep up "
      "with",
      "50,70,85", options.loads);
  parser.integer("--requests", "Of each load", "200", 10, 1'000'000, options.requests);
  parser.integer("--repeat", "Rounds through bursts and loads", "1", 1, 1000, options.rounds);
  parser.integer("--warm-up", "Requests before it that don't count", "4", 0, 1000, options.warm_up);
  declare_asked_options(parser, options.asked, kNewTokens);
  declare_model_options(parser, options.model, Speculation::kNever);
  declare_run_output(parser, options.output);
  parser.footnote(
      "How well the simulation behind `fovea cost --rate N --p99-seconds S` foretells how long answers take: "
      "it is given the bursts and the moments at which requests came, and its mean and p99 stand beside what "
      "was measured. How fast memory is read is measured around the bursts and each load; where it moved by "
      "10 "
      "% or more, the load met another machine than the simulation knew, and is told apart.");
}

Result<bench::QueueCheckPlan> plan_of(const QueueOptions& options) {
  bench::QueueCheckPlan plan;
  Result<std::vector<int>> bursts =
      whole_numbers_of(options.bursts.value_or("1,2,4,8"), "--bursts", 1, kMostAtOnce);
  if (!bursts) return bursts.error();
  plan.bursts = std::move(*bursts);
  std::sort(plan.bursts.begin(), plan.bursts.end());
  Result<std::vector<double>> loads = numbers_of(options.loads.value_or("50,70,85"), "--loads", 1.0, 99.0);
  if (!loads) return loads.error();
  plan.loads.clear();
  for (const double percent : *loads) plan.loads.push_back(percent / 100.0);
  plan.burst_repeats = static_cast<int>(options.burst_repeats.value_or(plan.burst_repeats));
  plan.requests = options.requests.value_or(plan.requests);
  plan.rounds = static_cast<int>(options.rounds.value_or(plan.rounds));
  return plan;
}

/// As many answers at once as the largest burst, as `fovea cost` takes it.
Result<void> set_places(Engine& engine, int places) {
  SchedulingOptions scheduling = engine.scheduling();
  scheduling.mode = SchedulingMode::kCustom;
  scheduling.max_batch = places;
  return engine.set_scheduling(scheduling);
}

int run(const std::vector<std::string>& arguments, Host& host) {
  QueueOptions options;
  ArgumentParser parser("bench queue", "how well waiting is foretold: simulated against measured load");
  declare(parser, options);
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (options.model.server.address) {
    return fail(wrong_argument("How many answers a server elsewhere writes at once is not known.",
                               "Leave --server out.", "--server"),
                kWrongArguments, host);
  }
  Result<bench::QueueCheckPlan> plan = plan_of(options);
  if (!plan) return fail(plan.error(), kWrongArguments, host);
  const Result<bench::RequestPlan> asked = request_plan(options.asked, kNewTokens, false, host);
  if (!asked) return fail(asked.error(), exit_code_of_input(asked.error()), host);
  plan->seed = asked->seed;
  const std::int64_t warm_up = options.warm_up.value_or(4);
  RunSetup setup;
  setup.name = bench::kQueueRun;
  setup.arguments = {"bench", "queue"};
  setup.arguments.insert(setup.arguments.end(), arguments.begin(), arguments.end());
  setup.axis = "requests at the same moment, or percent of what it can";
  setup.settings = {{"bursts", counted(plan->burst_repeats, "burst") + " of each size a round"},
                    {"loads", "open loop, Poisson arrivals, " + counted(plan->requests, "request") + " each"},
                    {"rounds", std::to_string(plan->rounds)},
                    {"warm-up", counted(warm_up, "request")}};
  for (auto& setting : asked_settings(*asked)) setup.settings.push_back(std::move(setting));
  setup.groups = plan->rounds * (static_cast<int>(plan->loads.size()) + 1);
  return run_measured(setup, options.model, options.output, host, [&](Measurement& m) -> Result<void> {
    if (Result<void> set = set_places(m.engine, plan->bursts.back()); !set) return set;
    Result<bench::RequestSource> source = bench::RequestSource::create(m.engine, *asked);
    if (!source) return source.error();
    bench::warm_up(m.engine, static_cast<int>(warm_up), *source, {}, m.stopped);
    bench::run_queue_check(
        m.engine, *plan, *source, [] { return measured_read_bandwidth(); }, m.recorder, m.observer,
        m.stopped);
    return {};
  });
}

}  // namespace

Verb bench_queue_verb() {
  return resumable({"bench queue",
                    "How well waiting is foretold: the queue's simulation against measured load", false,
                    run});
}

}  // namespace fovea::cli
