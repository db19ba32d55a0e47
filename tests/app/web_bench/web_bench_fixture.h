#pragma once

#include "app/cli/exit_code.h"
#include "app/web_bench/web_bench_verb.h"
#include "core/bench/report/run_bundle.h"
#include "tests/app/test_host.h"
#include "tests/app/web_bench/clocked_engine.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::test {

/// `fovea bench web-vs-api` in this process, with the real server and page and a synthetic engine.
class WebBenchTest : public ::testing::Test {
 protected:
  WebBenchTest() {
    const std::filesystem::path resources = std::filesystem::path(FOVEA_SOURCE_FOLDER) / "resources";
    for (const char* name : {"web", "bench"})
      std::filesystem::create_directory_symlink(resources / name, std::filesystem::path("resources") / name);
    TemporaryFolder::write("model/config.json", "{}");
  }

  int run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--model", "./model", "--quiet"});
    return run(web_bench::web_bench_verb(), arguments);
  }
  int run(const cli::Verb& verb, const std::vector<std::string>& arguments) {
    cli::Host host{
        program_.out,
        program_.err,
        program_.in,
        program_.interrupt,
        {[this](const EngineOptions& options, const LoadObserver&) -> Result<std::unique_ptr<Engine>> {
          loaded_ = options;
          return std::unique_ptr<Engine>(std::make_unique<ClockedEngine>());
        }},
        Resources(program_.folder.path() / "resources"),
        {{program_.folder.path() / "models"}, {}, {}, {}}};
    return verb.run(arguments, host);
  }

  /// Every request of the run was answered, and its stages add up to the whole within 3 %.
  static void expect_whole(const bench::RunRecord& record) {
    for (const bench::RequestRecord& request : record.requests) {
      ASSERT_FALSE(request.failed()) << request.group << ": " << request.error;
      EXPECT_EQ(request.metrics.completion_tokens, 6);
      const double whole = request.metrics.total_seconds;
      EXPECT_NEAR(request.metrics.stages.total(), whole, 0.03 * whole) << request.group;
      EXPECT_GT(request.metrics.ttft(), 0.020) << request.group;
      EXPECT_LE(request.e2el(), whole + 1e-9) << request.group;
    }
  }

  Program program_;  ///< for its folder and outputs
  EngineOptions loaded_;
};

}  // namespace fovea::test
