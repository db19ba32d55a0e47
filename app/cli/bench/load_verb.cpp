#include "app/cli/bench/asked_options.h"
#include "app/cli/bench/bench_values.h"
#include "app/cli/bench/measured_run.h"
#include "app/cli/bench/run_arguments.h"
#include "app/cli/exit_code.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/load/load_run.h"
#include "core/bench/report/figure_text.h"
#include "core/bench/resource_sampler.h"

#include <algorithm>
#include <utility>

namespace fovea::cli {
namespace {

constexpr double kHighestRate = 10'000.0;
constexpr int kMostClients = 256;
constexpr std::int64_t kMostRequests = 1'000'000;
constexpr std::int64_t kUsualRequests = 50;

struct LoadOptions {
  std::optional<std::string> rates;
  std::optional<std::string> concurrencies;
  std::optional<std::int64_t> requests;
  std::optional<double> duration;
  std::optional<std::int64_t> repeats;
  std::optional<std::int64_t> warm_up;
  std::optional<std::string> mode;
  std::optional<std::string> goodput;
  std::vector<std::string> more_goodput;  ///< `--goodput ttft:500 tpot:50` without quotes
  AskedOptions asked;
  ModelOptions model;
  RunOutput output;
};

/// The options made sense of.
struct LoadRuns {
  std::vector<bench::LoadPlan> plans;  ///< one a group
  int repeats = 1;
  int warm_up = 2;
};

void declare(ArgumentParser& parser, LoadOptions& options) {
  parser.usage("--rate R | --concurrency N");
  parser.example("fovea bench load --rate 2 --requests 200 --goodput ttft:500 tpot:50 --out run");
  parser.example("fovea bench load --rate 0.5,1,2,4 --duration 60");
  parser.example("fovea bench load --concurrency 1,4,8 --server http://127.0.0.1:8080");
  parser.positionals(options.more_goodput);
  parser.section("How requests come");
  parser.text("--rate", "R[,R...]",
              "Requests a second at random times, whether answers keep up or not (Poisson)", "",
              options.rates);
  parser.text("--concurrency", "N[,N...]", "So many at any time: each client asks when its answer is there",
              "1", options.concurrencies);
  parser.integer("--requests", "Requests of each rate or concurrency", std::to_string(kUsualRequests), 1,
                 kMostRequests, options.requests);
  parser.number("--duration", "Seconds after which nothing is sent any more", "until all are sent",
                {0.0, 1e6, true}, options.duration);
  parser.integer("--repeat", "Rounds through all rates, in turning order", "1", 1, 1000, options.repeats);
  parser.integer("--warm-up", "Requests before it that don't count", "2", 0, 1000, options.warm_up);
  parser.choice("--mode", {"low_latency", "high_throughput"}, "How the engine shares itself among requests",
                "low_latency", options.mode);
  parser.text("--goodput", "LIMIT...", "Count what keeps to ttft:MS, tpot:MS, e2el:MS", "", options.goodput);
  declare_asked_options(parser, options.asked, kNewTokens);
  declare_model_options(parser, options.model, Speculation::kNever);
  declare_run_output(parser, options.output);
  parser.footnote(
      "Latencies count from the sending. late_ms says how much later than its time a request was sent: more "
      "than a "
      "few milliseconds mean that this machine was too busy to send.");
}

Result<LoadRuns> runs_of(const LoadOptions& options) {
  if (options.rates && options.concurrencies) {
    return wrong_argument("--rate and --concurrency are two ways to send; choose one.", {}, "--rate");
  }
  LoadRuns runs;
  const bool open = options.rates.has_value();
  const auto numbers = open ? numbers_of(*options.rates, "--rate", 0.001, kHighestRate)
                            : Result<std::vector<double>>(std::vector<double>());
  if (!numbers) return numbers.error();
  const auto clients =
      whole_numbers_of(options.concurrencies.value_or("1"), "--concurrency", 1, kMostClients);
  if (!clients) return clients.error();
  bench::LoadPlan plan;
  plan.duration_seconds = options.duration.value_or(0.0);
  plan.requests = options.requests.value_or(options.duration ? 0 : kUsualRequests);
  plan.seed = static_cast<std::uint64_t>(options.asked.seed.value_or(1));
  for (const double rate : *numbers) {
    plan.rate = plan.x = rate;
    plan.label = bench::figure_text(rate) + " requests/s";
    if (rate == static_cast<double>(static_cast<int>(rate))) {
      plan.label = std::to_string(static_cast<int>(rate)) + " requests/s";
    }
    runs.plans.push_back(plan);
  }
  if (!open) {
    for (const int count : *clients) {
      plan.concurrency = count;
      plan.x = count;
      plan.label = std::to_string(count) + " at once";
      runs.plans.push_back(plan);
    }
  }
  runs.repeats = static_cast<int>(options.repeats.value_or(1));
  runs.warm_up = static_cast<int>(options.warm_up.value_or(2));
  return runs;
}

Result<void> set_mode(Engine& engine, const std::optional<std::string>& mode) {
  if (!mode) return {};
  const bool throughput = *mode == scheduling_mode_name(SchedulingMode::kHighThroughput);
  return engine.set_scheduling(
      scheduling_preset(throughput ? SchedulingMode::kHighThroughput : SchedulingMode::kLowLatency));
}

/// Groups in turn, each round beginning one further, so that a drift of the machine meets all alike.
Result<void> measure(Measurement& m, const LoadRuns& runs, const bench::RequestPlan& asked) {
  Result<bench::RequestSource> source = bench::RequestSource::create(m.engine, asked);
  if (!source) return source.error();
  bench::warm_up(m.engine, runs.warm_up, *source, m.observer, m.stopped);
  for (const bench::LoadPlan& plan : runs.plans) m.recorder.record().group(plan.label, plan.x);
  m.recorder.save();
  bench::ResourceSampler sampler;
  for (int round = 0; round < runs.repeats; ++round) {
    for (std::size_t i = 0; i < runs.plans.size(); ++i) {
      if (m.stopped()) return {};
      bench::LoadPlan plan = runs.plans[(i + static_cast<std::size_t>(round)) % runs.plans.size()];
      plan.run = round + 1;
      plan.seed += 1000U * static_cast<std::uint64_t>(round);
      const std::string part = plan.label + ", round " + std::to_string(plan.run);
      if (!m.recorder.begin_part(part)) continue;
      sampler.begin();
      bench::run_load(m.engine, plan, *source, m.recorder, m.observer, m.stopped);
      if (!m.recorder.record().elsewhere) m.recorder.add_sampled(plan.label, sampler.figures());
      if (!m.stopped()) m.recorder.end_part(part);
    }
  }
  return {};
}

int run_load(const std::vector<std::string>& arguments, Host& host) {
  LoadOptions options;
  ArgumentParser parser("bench load", "how answers come while requests arrive");
  declare(parser, options);
  const Result<bool> help = parser.parse(arguments);
  const auto wrong = [&](const Error& error, int status) {
    print_error(host.err, error);
    return status;
  };
  if (!help) return wrong(help.error(), kWrongArguments);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  const Result<LoadRuns> runs = runs_of(options);
  if (!runs) return wrong(runs.error(), kWrongArguments);
  if (!options.goodput && !options.more_goodput.empty()) {
    return wrong(wrong_argument("\"" + options.more_goodput.front() + "\" belongs to no option."),
                 kWrongArguments);
  }
  std::vector<std::string> limit_words = options.more_goodput;
  if (options.goodput) limit_words.insert(limit_words.begin(), *options.goodput);
  const Result<bench::LatencyLimits> limits = limits_of(limit_words);
  if (!limits) return wrong(limits.error(), kWrongArguments);
  const bool elsewhere = options.model.server.address.has_value();
  const Result<bench::RequestPlan> asked = request_plan(options.asked, kNewTokens, elsewhere, host);
  if (!asked) return wrong(asked.error(), exit_code_of_input(asked.error()));

  RunSetup setup;
  setup.name = "load";
  setup.arguments = {"bench", "load"};
  setup.arguments.insert(setup.arguments.end(), arguments.begin(), arguments.end());
  const bool open = options.rates.has_value();
  setup.axis = open ? "requests a second that arrive" : "requests under way at any time";
  setup.settings = {{"load", open ? "open loop, Poisson arrivals" : "closed loop"}};
  const bench::LoadPlan& first = runs->plans.front();
  setup.settings.emplace_back("length", first.requests > 0 ? counted(first.requests, "request") + " each"
                                                           : duration_text(first.duration_seconds) + " each");
  setup.settings.emplace_back("repetitions", std::to_string(runs->repeats));
  setup.settings.emplace_back("warm-up", counted(runs->warm_up, "request"));
  setup.settings.emplace_back("mode", options.mode.value_or("as the engine has it"));
  if (limits->any()) setup.settings.emplace_back("goodput limits", limits->text());
  for (auto& setting : asked_settings(*asked)) setup.settings.push_back(std::move(setting));
  setup.limits = *limits;
  setup.groups = static_cast<int>(runs->plans.size()) * runs->repeats + (runs->warm_up > 0 ? 1 : 0);
  return run_measured(setup, options.model, options.output, host, [&](Measurement& m) -> Result<void> {
    if (Result<void> set = set_mode(m.engine, options.mode); !set) return set;
    return measure(m, *runs, *asked);
  });
}

}  // namespace

Verb bench_load_verb() {
  return resumable({"bench load", "How answers come while requests arrive: open or closed loop, goodput",
                    false, run_load});
}

}  // namespace fovea::cli
