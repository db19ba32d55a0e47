#include "core/bench/load/service_states.h"

#include "core/bench/load/load_run.h"
#include "core/bench/report/figure_text.h"
#include "core/bench/resource_sampler.h"

#include <chrono>
#include <thread>
#include <utility>

namespace fovea::bench {
namespace {

void rest(double seconds, const RunRecorder& recorder, const RunObserver& observer, const Stopped& stopped) {
  const double begin = recorder.now();
  while (!(stopped && stopped())) {
    const double left = seconds - (recorder.now() - begin);
    if (left <= 0.0) return;
    if (observer) observer({kIdleState, 0, 0, left});
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

/// A rate that the engine did not keep up with.
void note_overload(RunRecorder& recorder, const LoadPlan& plan, double seconds) {
  constexpr double kBeyond = 1.2;
  if (plan.rate <= 0.0 || seconds < kBeyond * plan.duration_seconds) return;
  recorder.record()
      .group(plan.label)
      .notes.push_back("The engine did not keep up: requests came for " + figure_text(plan.duration_seconds) +
                       " s, and answering them took " + figure_text(seconds) + " s.");
}

}  // namespace

void run_service_states(Engine& engine, const ServiceStatesPlan& plan, RequestSource& source,
                        RunRecorder& recorder, const RunObserver& observer, const Stopped& stopped) {
  ResourceSampler sampler;
  const auto keep = [&](const std::string& label) {
    if (!recorder.record().elsewhere) recorder.add_sampled(label, sampler.figures());
    if (!(stopped && stopped())) recorder.end_part(label);
  };
  recorder.record().group(kIdleState, 0.0);
  if (recorder.begin_part(kIdleState)) {
    sampler.begin();
    rest(plan.seconds, recorder, observer, stopped);
    keep(kIdleState);
  }
  std::vector<LoadPlan> loads;
  LoadPlan person;
  person.label = "one person";
  person.think_seconds = plan.think_seconds;
  person.duration_seconds = plan.seconds;
  loads.push_back(person);
  for (const double rate : plan.rates) {
    LoadPlan load;
    load.label = (rate == static_cast<double>(static_cast<int>(rate)) ? std::to_string(static_cast<int>(rate))
                                                                      : figure_text(rate)) +
                 " requests/s";
    load.rate = load.x = rate;
    load.duration_seconds = plan.seconds;
    load.seed = plan.seed;
    loads.push_back(std::move(load));
  }
  for (const LoadPlan& load : loads) {
    if (stopped && stopped()) return;
    if (!recorder.begin_part(load.label)) continue;
    sampler.begin();
    const double begin = recorder.now();
    run_load(engine, load, source, recorder, observer, stopped);
    note_overload(recorder, load, recorder.now() - begin);
    keep(load.label);
  }
}

}  // namespace fovea::bench
