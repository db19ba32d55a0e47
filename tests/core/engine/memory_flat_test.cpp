// Fifty thousand questions, one engine: memory stays where it is.
#include "collected.h"
#include "core/device/process_memory.h"
#include "requests.h"

#include <cstdio>
#include <deque>
#include <memory>

#include <gtest/gtest.h>

namespace fovea {
namespace {

TEST(Engine, KeepsItsMemoryOverFiftyThousandQuestions) {
  EngineOptions options;
  options.model_folder = "resources/models/fovea-mini";
  options.kv_cache_bytes = std::uint64_t{16} << 20;
  auto loaded = load_local_engine(options, [](const LoadProgress&) { return true; });
  ASSERT_TRUE(loaded) << loaded.error().text();
  Engine& engine = **loaded;
  constexpr int kQuestions = 50'000;
  constexpr int kSettled = 10'000;  // by then the pool is full of kept prefixes
  std::deque<test::Collected> asked;
  std::uint64_t settled = 0;
  for (int i = 0; i < kQuestions; ++i) {
    GenerationRequest request = test::asking("Question number " + std::to_string(i) + ".");
    request.max_new_tokens = 4;
    request.client = std::to_string(i % 1'000);
    asked.emplace_back();
    ASSERT_TRUE(engine.submit(request, asked.back().sink()));
    if (asked.size() < 16) continue;
    asked.front().wait();
    ASSERT_TRUE(asked.front().finished());
    asked.pop_front();
    if (i == kSettled) settled = process_memory().resident;
  }
  const std::uint64_t end = process_memory().resident;
  std::printf("resident after %d questions: %.1f MB, after %d: %.1f MB\n", kSettled,
              static_cast<double>(settled) / 1e6, kQuestions, static_cast<double>(end) / 1e6);
  EXPECT_LT(end, settled + (std::uint64_t{8} << 20));
}

}  // namespace
}  // namespace fovea
