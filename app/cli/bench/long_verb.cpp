#include "app/cli/argument_parser.h"
#include "app/cli/bench/asked_options.h"
#include "app/cli/bench/measured_run.h"
#include "app/cli/bench/run_arguments.h"
#include "app/cli/bench/run_verbs.h"
#include "app/cli/exit_code.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/load/load_run.h"
#include "core/bench/long/long_run.h"
#include "core/watch/nvml.h"

namespace fovea::cli {
namespace {

constexpr double kMinute = 60.0;

/// The processor's sensors, and the first GPU's where NVIDIA's driver is.
bench::ThermalLook look(watch::Nvml& nvml) {
  bench::ThermalLook look = bench::read_thermal();
  const std::vector<watch::GpuUse> gpus = nvml.look();
  if (gpus.empty()) return look;
  look.gpu_celsius = gpus.front().celsius;
  look.gpu_watts = gpus.front().watts;
  return look;
}

int run_long(const std::vector<std::string>& arguments, Host& host) {
  std::optional<double> minutes;
  std::optional<std::int64_t> windows;
  std::optional<std::int64_t> warm_up;
  AskedOptions asked_options;
  ModelOptions model;
  RunOutput output;
  ArgumentParser parser("bench long",
                        "the same work for a long time: whether it becomes slower, warmer, larger");
  parser.example("fovea bench long --minutes 60 --out hour");
  parser.example("fovea bench long --minutes 10 --windows 5 --no-picture");
  parser.section("How long");
  parser.number("--minutes", "How long it lasts", "30", {0.0, 1e5, true}, minutes);
  parser.integer("--windows", "Windows of equal length that are set against each other", "6", 2, 1000,
                 windows);
  parser.integer("--warm-up", "Requests before it that don't count", "2", 0, 1000, warm_up);
  declare_asked_options(parser, asked_options, kNewTokens);
  declare_model_options(parser, model, Speculation::kNever);
  declare_run_output(parser, output);
  parser.footnote(
      "One request at a time. The last window is set against the first: a drift is named only where the 99 % "
      "band of "
      "the change leaves out 0. Temperature, clocks and throttling are shown where the system tells them "
      "(hwmon, "
      "cpufreq, thermal_throttle, NVML).");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  bench::LongPlan plan;
  if (minutes) plan.seconds = kMinute * *minutes;
  plan.windows = static_cast<int>(windows.value_or(plan.windows));
  const bool elsewhere = model.server.address.has_value();
  const Result<bench::RequestPlan> asked = request_plan(asked_options, kNewTokens, elsewhere, host);
  if (!asked) return fail(asked.error(), exit_code_of_input(asked.error()), host);
  RunSetup setup;
  setup.name = bench::kLongRun;
  setup.arguments = {"bench", "long"};
  setup.arguments.insert(setup.arguments.end(), arguments.begin(), arguments.end());
  setup.axis = "minutes since the beginning, the window's middle";
  setup.settings = {{"length", duration_text(plan.seconds) + " in " + counted(plan.windows, "window")},
                    {"load", "one request at a time"},
                    {"warm-up", counted(warm_up.value_or(2), "request")}};
  for (auto& setting : asked_settings(*asked)) setup.settings.push_back(std::move(setting));
  return run_measured(setup, model, output, host, [&](Measurement& m) -> Result<void> {
    Result<bench::RequestSource> source = bench::RequestSource::create(m.engine, *asked);
    if (!source) return source.error();
    bench::warm_up(m.engine, static_cast<int>(warm_up.value_or(2)), *source, {}, m.stopped);
    watch::Nvml nvml;
    bench::run_long(
        m.engine, plan, *source, [&] { return look(nvml); }, m.recorder, m.observer, m.stopped);
    return {};
  });
}

}  // namespace

Verb bench_long_verb() {
  return resumable(
      {"bench long", "The same work for a long time: drift, temperature, throttling", false, run_long});
}

}  // namespace fovea::cli
