#include "core/bench/load/arrivals.h"
#include "core/bench/load/in_flight.h"
#include "core/bench/load/load_run.h"
#include "core/bench/resource_sampler.h"
#include "tests/support/scripted_engine.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

/// Kolmogorov and Smirnov's statistic of the gaps against an exponential distribution of that rate.
double distance_to_exponential(std::vector<double> gaps, double rate) {
  std::sort(gaps.begin(), gaps.end());
  const auto n = static_cast<double>(gaps.size());
  double worst = 0.0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const double share = 1.0 - std::exp(-rate * gaps[i]);
    worst = std::max({worst, share - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - share});
  }
  return worst;
}

std::vector<double> gaps_of(double rate, std::uint64_t seed, std::size_t count) {
  PoissonArrivals arrivals(rate, seed);
  std::vector<double> gaps;
  double before = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const double now = arrivals.next();
    gaps.push_back(now - before);
    before = now;
  }
  return gaps;
}

TEST(PoissonArrivals, GapsAreExponential) {
  constexpr std::size_t kCount = 20'000;
  const double limit = 1.63 / std::sqrt(kCount);  // of Kolmogorov and Smirnov's test at 1 %
  for (const double rate : {0.5, 3.0, 40.0}) {
    const std::vector<double> gaps = gaps_of(rate, 7, kCount);
    EXPECT_LT(distance_to_exponential(gaps, rate), limit) << rate;
    EXPECT_GT(distance_to_exponential(gaps, 1.05 * rate), limit) << "the test sees five per cent";
  }
}

TEST(PoissonArrivals, GapsDoNotDependOnEachOther) {
  const std::vector<double> gaps = gaps_of(1.0, 11, 20'000);
  double product = 0.0;
  for (std::size_t i = 1; i < gaps.size(); ++i) product += (gaps[i] - 1.0) * (gaps[i - 1] - 1.0);
  EXPECT_NEAR(product / static_cast<double>(gaps.size() - 1), 0.0, 4.0 / std::sqrt(20'000.0));
}

TEST(PoissonArrivals, FollowTheirSeed) {
  EXPECT_EQ(gaps_of(2.0, 5, 10), gaps_of(2.0, 5, 10));
  EXPECT_NE(gaps_of(2.0, 5, 10), gaps_of(2.0, 6, 10));
}

/// Counts how many requests it has at once.
class CountingEngine : public test::ScriptedEngine {
 public:
  explicit CountingEngine(test::Script script) : ScriptedEngine(std::move(script)) {}

  Result<RequestId> submit(GenerationRequest request, EventSink sink) override {
    most = std::max(most.load(), ++running);
    return ScriptedEngine::submit(std::move(request), [this, sink = std::move(sink)](GenerationEvent event) {
      if (event.last()) --running;
      sink(std::move(event));
    });
  }

  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
};

test::Script quick(int pause_ms = 1) {
  test::Script script;
  script.model = test::scripted_model();
  script.preview.prompt_tokens = 64;
  script.steps = {test::says("a", std::chrono::milliseconds(pause_ms)), test::finishes(5)};
  return script;
}

RequestPlan small() {
  RequestPlan plan;
  plan.width = plan.height = 8;
  plan.new_tokens = 5;
  return plan;
}

TEST(LoadRun, ClosedLoopHasSoManyUnderWayAndNoMore) {
  CountingEngine engine(quick());
  RequestSource source = *RequestSource::create(engine, small());
  RunRecorder recorder({});
  LoadPlan plan;
  plan.label = "3 at once";
  plan.concurrency = 3;
  plan.requests = 20;
  run_load(engine, plan, source, recorder, {}, {});
  EXPECT_EQ(recorder.record().requests.size(), 20U);
  EXPECT_EQ(engine.most.load(), 3);
  EXPECT_EQ(recorder.record().requests.front().group, "3 at once");
}

TEST(LoadRun, OpenLoopSendsWhenItsTimeHasComeHoweverManyRun) {
  CountingEngine engine(quick(200));  // longer than all arrivals take
  RequestSource source = *RequestSource::create(engine, small());
  RunRecorder recorder({});
  LoadPlan plan;
  plan.label = "open";
  plan.rate = 1000.0;
  plan.requests = 12;
  plan.seed = 3;
  run_load(engine, plan, source, recorder, {}, {});
  ASSERT_EQ(recorder.record().requests.size(), 12U);
  EXPECT_EQ(engine.most.load(), 12);
  PoissonArrivals arrivals(1000.0, 3);
  std::vector<RequestRecord> sent = recorder.record().requests;
  std::sort(sent.begin(), sent.end(), [](auto& a, auto& b) { return a.sent_seconds < b.sent_seconds; });
  for (const RequestRecord& request : sent) {
    EXPECT_GE(request.sent_seconds, arrivals.next()) << "sent before its time";
    EXPECT_GE(request.late_seconds, 0.0);
  }
}

TEST(LoadRun, EndsAfterItsTime) {
  CountingEngine engine(quick());
  RequestSource source = *RequestSource::create(engine, small());
  RunRecorder recorder({});
  LoadPlan plan;
  plan.label = "timed";
  plan.duration_seconds = 0.05;
  run_load(engine, plan, source, recorder, {}, {});
  EXPECT_GE(recorder.record().requests.size(), 1U);
  for (const RequestRecord& request : recorder.record().requests) EXPECT_FALSE(request.failed());
}

TEST(LoadRun, StopsWhenToldAndKeepsWhatWasMeasured) {
  CountingEngine engine(quick());
  RequestSource source = *RequestSource::create(engine, small());
  RunRecorder recorder({});
  LoadPlan plan;
  plan.label = "stopped";
  plan.requests = 1'000'000;
  run_load(engine, plan, source, recorder, {}, [&] { return recorder.record().requests.size() >= 5; });
  EXPECT_EQ(recorder.record().requests.size(), 5U);
  EXPECT_EQ(engine.running.load(), 0) << "nothing runs on";
}

TEST(LoadRun, ARefusalIsARequestThatFailed) {
  test::Script script = quick();
  script.refusal = std::make_shared<Error>(Error{ErrorCode::kBusy, "The queue is full.", {}, {}});
  CountingEngine engine(script);
  RequestSource source = *RequestSource::create(engine, small());
  RunRecorder recorder({});
  LoadPlan plan;
  plan.label = "refused";
  plan.rate = 1000.0;
  plan.requests = 3;
  run_load(engine, plan, source, recorder, {}, {});
  ASSERT_EQ(recorder.record().requests.size(), 3U);
  EXPECT_EQ(recorder.record().requests[0].error_code, "busy");
}

TEST(RequestSource, NoRequestIsLikeAnother) {
  test::ScriptedEngine engine(quick());
  RequestSource pictures = *RequestSource::create(engine, small());
  std::set<std::vector<std::uint8_t>> seen;
  for (int i = 0; i < 50; ++i) {
    const GenerationRequest request = pictures.next();
    seen.insert(std::get<ImagePart>(request.messages[0].content[0]).image.decoded->pixels);
  }
  EXPECT_EQ(seen.size(), 50U);
  RequestPlan text = small();
  text.width = 0;
  RequestSource words = *RequestSource::create(engine, text);
  EXPECT_NE(std::get<TextPart>(words.next().messages[0].content[0]).text,
            std::get<TextPart>(words.next().messages[0].content[0]).text);
}

TEST(ResourceSampler, ReadsTheCountersAndWhatWasUsedBetween) {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "fovea-res-XXXXXX").string();
  const fs::path root = mkdtemp(name.data());
  fs::create_directories(root / "proc/42");
  fs::create_directories(root / "sys/class/powercap/intel-rapl:0");
  fs::create_directories(root / "sys/class/powercap/intel-rapl:0:0");
  std::ofstream(root / "proc/42/statm") << "9999 1000 5 5 5 5 5\n";
  std::ofstream(root / "proc/42/stat") << "42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 120 30 0 0\n";
  std::ofstream(root / "proc/stat") << "cpu 100 20 30 800 50 0 0 0 0 0\ncpu0 1 2 3\n";
  std::ofstream(root / "sys/class/powercap/intel-rapl:0/energy_uj") << "5000000\n";
  std::ofstream(root / "sys/class/powercap/intel-rapl:0/max_energy_range_uj") << "9000000\n";
  std::ofstream(root / "sys/class/powercap/intel-rapl:0/name") << "package-0\n";
  std::ofstream(root / "sys/class/powercap/intel-rapl:0:0/energy_uj") << "1000000\n";
  std::ofstream(root / "sys/class/powercap/intel-rapl:0:0/name") << "core\n";
  const ResourceCounters counters = read_resources(42, root);
  EXPECT_DOUBLE_EQ(counters.process_ticks, 150.0);
  EXPECT_DOUBLE_EQ(counters.all_ticks, 1000.0);
  EXPECT_DOUBLE_EQ(counters.busy_ticks, 150.0);
  ASSERT_EQ(counters.energy.size(), 1U);
  EXPECT_GT(counters.memory_mb, 1.0);
  ResourceCounters later = counters;
  later.time += 2.0;
  later.process_ticks += 300.0;
  later.busy_ticks += 200.0;
  later.all_ticks += 400.0;
  later.energy[0].micro = 2'000'000;  // it began anew
  const ResourceSample used = used_between(counters, later, 100.0);
  EXPECT_DOUBLE_EQ(used.cpu_percent, 150.0);
  EXPECT_DOUBLE_EQ(used.machine_cpu_percent, 50.0);
  EXPECT_DOUBLE_EQ(used.watts, 3.0);
  EXPECT_LT(used.machine_watts, 0.0) << "nothing tells it";
  fs::remove_all(root);
}

}  // namespace
}  // namespace fovea::bench
