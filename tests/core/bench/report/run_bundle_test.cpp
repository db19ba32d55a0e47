#include "core/bench/report/run_bundle.h"

#include "core/bench/report/record_json.h"
#include "tests/core/bench/report/made_up_run.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea::bench {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class BundleTest : public ::testing::Test {
 protected:
  BundleTest() {
    std::string name = (fs::temp_directory_path() / "fovea-bundle-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~BundleTest() override { fs::remove_all(folder_); }

  static std::string text(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  void write(const RunRecord& record) const {
    Result<RunBundle> bundle = RunBundle::create(folder_ / "run", record);
    ASSERT_TRUE(bundle) << bundle.error().text();
    for (const RequestRecord& request : record.requests) ASSERT_TRUE(bundle->append(request));
    ASSERT_TRUE(bundle->write_reports(record));
  }

  fs::path folder_;
};

TEST_F(BundleTest, IsReadAsItWasWritten) {
  RunRecord record = made_up_run(100.0, 1, 20);
  record.requests[3].error_code = "out_of_memory";
  record.requests[3].error = "No room, \"really\"\nnone.";
  record.requests[4].metrics.untold.tokens = true;
  record.requests[5].answer = "Zürich";
  record.environment.gpus = {{"Card 9", 24'000'000'000, 1410.0, 1980.0}, {"Card 7", 0, 0.0, 0.0}};
  record.environment.gpu_driver = "580.65.06";
  record.model.device = "cuda:0";
  settle(record);
  write(record);
  const Result<RunRecord> read = read_bundle(folder_ / "run");
  ASSERT_TRUE(read) << read.error().text();
  ASSERT_EQ(read->requests.size(), 40U);
  EXPECT_EQ(read->requests[3].error, record.requests[3].error);
  EXPECT_TRUE(read->requests[4].metrics.untold.tokens);
  EXPECT_EQ(read->requests[5].answer, "Zürich");
  EXPECT_EQ(read->arguments, record.arguments);
  EXPECT_EQ(read->environment.gpus, record.environment.gpus);
  EXPECT_EQ(read->environment.gpu_driver, "580.65.06");
  EXPECT_EQ(read->model.device, "cuda:0");
  const std::string report = text(folder_ / "run" / "report.md");
  for (const char* told : {"on cuda:0", "Card 9, 24.0 GB, at 1410 MHz (at most 1980)", "580.65.06"})
    EXPECT_THAT(report, HasSubstr(told));
  EXPECT_EQ(read->limits.e2el_ms, record.limits.e2el_ms);
  ASSERT_EQ(read->groups.size(), 2U);
  ASSERT_EQ(read->groups[1].figures.size(), record.groups[1].figures.size());
  for (std::size_t i = 0; i < record.groups[1].figures.size(); ++i) {
    EXPECT_EQ(read->groups[1].figures[i].name, record.groups[1].figures[i].name);
    EXPECT_NEAR(read->groups[1].figures[i].value(), record.groups[1].figures[i].value(), 1e-3);
  }
}

TEST_F(BundleTest, AKilledProcessLeavesWhatWasMeasured) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const RunRecord record = made_up_run(100.0, 1, 20);
    RunRecord begun = record;
    begun.requests.clear();
    begun.complete = false;
    Result<RunBundle> bundle = RunBundle::create(folder_ / "run", begun);
    for (std::size_t i = 0; bundle && i < 7; ++i) {
      if (!bundle->append(record.requests[i])) _exit(2);
    }
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const Result<RunRecord> read = read_bundle(folder_ / "run");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_FALSE(read->complete);
  EXPECT_EQ(read->requests.size(), 7U);
  EXPECT_EQ(figure_of(*read, 0, "ttft_ms")->values.size(), 7U);
}

TEST_F(BundleTest, ACutOffLineIsLeftOut) {
  write(made_up_run(100.0, 1, 5));
  const fs::path file = folder_ / "run/requests.jsonl";
  fs::resize_file(file, fs::file_size(file) - 10);
  const Result<RunRecord> read = read_bundle(folder_ / "run");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->requests.size(), 9U);
}

TEST_F(BundleTest, DamageIsAnError) {
  EXPECT_EQ(read_bundle(folder_ / "nowhere").error().code, ErrorCode::kNotFound);
  write(made_up_run(100.0, 1, 2));
  for (const char* damage : {"[]", "{}", "", "{\"format\": 99}", "{\"format\": \"x\"}"}) {
    std::ofstream(folder_ / "run/summary.json") << damage;
    EXPECT_FALSE(read_bundle(folder_ / "run")) << damage;
  }
}

TEST_F(BundleTest, NothingIsOverwritten) {
  write(made_up_run(100.0, 1, 2));
  const Result<RunBundle> again = RunBundle::create(folder_ / "run", {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().field, "--out");
}

TEST_F(BundleTest, ReportsHoldWhatOthersWroteHarmless) {
  RunRecord record = made_up_run(100.0, 1, 5);
  record.findings = {"<script>alert(1)</script>"};
  record.requests[0].error_code = "model_error";
  record.requests[0].error = "=cmd|' /C calc'!A0";
  settle(record);
  write(record);
  const std::string html = text(folder_ / "run/report.html");
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<here>")));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, Not(HasSubstr("http:")));
  EXPECT_THAT(html, Not(HasSubstr("https:")));
  EXPECT_THAT(html, HasSubstr("(last token - first token) / (tokens - 1)"));
  EXPECT_THAT(text(folder_ / "run/requests.csv"), HasSubstr("\"'=cmd|"));
  EXPECT_THAT(text(folder_ / "run/report.md"), HasSubstr("(last token - first token) / (tokens - 1)"));
}

}  // namespace
}  // namespace fovea::bench
