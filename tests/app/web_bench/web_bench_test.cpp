#include "app/cli/bench/run_verbs.h"
#include "app/web_bench/chromium.h"
#include "app/web_bench/process_tree.h"
#include "app/web_bench/tasks_file.h"
#include "tests/app/web_bench/web_bench_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

namespace fovea::web_bench {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;
using ::testing::HasSubstr;

using WebBenchRun = test::WebBenchTest;

TEST_F(WebBenchRun, WithoutChromiumThePageIsLeftOutWithAWord) {
  ASSERT_EQ(setenv("PATH", program_.folder.path().c_str(), 1), 0);
  ASSERT_EQ(run({"--runs", "3", "--browsers", "2", "--out", "web"}), cli::kOk) << program_.err.text;
  EXPECT_THAT(program_.err.text, HasSubstr("The page is left out: there is no chromium on the PATH"));
  const Result<bench::RunRecord> record = bench::read_bundle("web");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->requests.size(), 5U * 3U * 3U + 2U * 2U * 5U);
  expect_whole(*record);
  EXPECT_THAT(program_.out.text, HasSubstr("The page was left out"));
  EXPECT_THAT(program_.out.text, HasSubstr("2 at once, REST Base64"));
  EXPECT_EQ(loaded_.vision_cache_bytes, 0U);
  EXPECT_FALSE(loaded_.prefix_cache);
}

TEST_F(WebBenchRun, ABaselineIsMeasuredAgainByCheck) {
  ASSERT_EQ(setenv("PATH", program_.folder.path().c_str(), 1), 0);
  ASSERT_EQ(run({"--runs", "2", "--browsers", "1", "--out", "web"}), cli::kOk) << program_.err.text;
  program_.out.text.clear();
  const std::vector<std::string> check = {"web", "--max-regression", "1000%", "--quiet", "--out", "again"};
  EXPECT_EQ(run(cli::bench_check_verb(), check), cli::kWrongArguments) << "the verb isn't known there";
  EXPECT_EQ(run(cli::bench_check_verb_with({web_bench::web_bench_verb()}), check), cli::kOk)
      << program_.err.text;
  EXPECT_THAT(program_.out.text, HasSubstr("OCR, REST Base64"));
  EXPECT_THAT(program_.out.text, HasSubstr("Nothing is shown to be more than"));
  const Result<bench::RunRecord> again = bench::read_bundle("again");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->complete);
}

TEST_F(WebBenchRun, WrongArgumentsAreNamed) {
  EXPECT_EQ(run({"--server", "http://127.0.0.1:1"}), cli::kWrongArguments);
  EXPECT_THAT(program_.err.text, HasSubstr("--server"));
  EXPECT_EQ(run({"--browsers", "0"}), cli::kWrongArguments);
  EXPECT_EQ(run({"--chromium", "./nothing"}), cli::kWrongArguments);
  EXPECT_EQ(run({"--tasks", "nothing.yaml"}), cli::kUnreadableMedia);
}

TEST(TasksFileTest, TheOneInTheBoxHasFiveTasks) {
  const auto tasks = read_tasks(fs::path(FOVEA_SOURCE_FOLDER) / "resources/bench/web-vs-api.yaml");
  ASSERT_TRUE(tasks) << tasks.error().text();
  ASSERT_EQ(tasks->size(), 5U);
  EXPECT_EQ(tasks->at(3).pictures.size(), 2U);
  EXPECT_TRUE(fs::path(tasks->at(0).files.at(0)).is_absolute());
}

TEST(TasksFileTest, FaultsAreNamed) {
  const TemporaryFolder folder;
  TemporaryFolder::write("a.png", "x");
  const auto fault = [](const std::string& yaml) {
    TemporaryFolder::write("tasks.yaml", yaml);
    const auto tasks = read_tasks("tasks.yaml");
    return tasks ? std::string("none") : tasks.error().message;
  };
  EXPECT_EQ(fault("tasks: [{name: a, question: b, pictures: [a.png]}]"), "none");
  EXPECT_THAT(fault("tasks: []"), HasSubstr("1 to 50"));
  EXPECT_THAT(fault("- 3"), HasSubstr("1 to 50"));
  EXPECT_THAT(fault("tasks: [{name: 'a, b', question: b, pictures: [a.png]}]"), HasSubstr("no comma"));
  EXPECT_THAT(fault("tasks: [{name: a, pictures: [a.png]}]"), HasSubstr("a has no question"));
  EXPECT_THAT(fault("tasks: [{name: a, question: b, pictures: [b.png]}]"), HasSubstr("b.png"));
  EXPECT_THAT(fault("tasks: [{name: a, question: b}]"), HasSubstr("pictures"));
  EXPECT_THAT(fault("tasks: [{"), HasSubstr("no YAML"));
  EXPECT_THAT(
      fault("tasks: [{name: a, question: b, pictures: [a.png]}, {name: a, question: b, pictures: [a.png]}]"),
      HasSubstr("two tasks"));
}

TEST(ChromiumTest, IsFoundOnThePathOnlyWhereItCanRun) {
  const TemporaryFolder folder;
  TemporaryFolder::write("a/chromium", "");
  TemporaryFolder::write("b/chromium", "");
  ASSERT_EQ(chmod("b/chromium", 0755), 0);
  EXPECT_EQ(find_chromium("a::nowhere:b"), fs::path("b/chromium"));
  EXPECT_EQ(find_chromium("a"), std::nullopt);
  EXPECT_EQ(find_chromium(""), std::nullopt);
}

TEST(ChromiumTest, WhatIsNoBrowserIsAnError) {
  const TemporaryFolder folder;
  TemporaryFolder::write("chromium", "#!/bin/sh\nexit 0\n");
  ASSERT_EQ(chmod("chromium", 0755), 0);
  EXPECT_FALSE(Chromium::start(fs::absolute("chromium")));
  EXPECT_FALSE(Chromium::start(fs::absolute("nothing")));
}

TEST(ProcessTreeTest, CountsDescendantsAndThoseThatAreNew) {
  const TemporaryFolder folder;
  const auto process = [](int pid, int parent, int ticks, int pss) {
    const std::string place = "proc/" + std::to_string(pid);
    TemporaryFolder::write(place + "/stat", std::to_string(pid) + " (a b) c) S " + std::to_string(parent) +
                                                " 0 0 0 0 0 0 0 0 0 " + std::to_string(ticks) + " 1 0 0 0");
    TemporaryFolder::write(place + "/smaps_rollup", "x\nRss: 9000 kB\nPss: " + std::to_string(pss) + " kB\n");
  };
  process(10, 1, 5, 1000);
  process(11, 10, 7, 2000);
  process(12, 11, 100, 4000);
  process(20, 1, 1000, 8000);
  const ProcessTree before = read_tree({10}, ".");
  EXPECT_EQ(before.ticks.size(), 3U);
  EXPECT_NEAR(proportional_mb(before, "."), 7000 * 1024 / 1e6, 1e-6);
  process(11, 10, 17, 2000);
  process(13, 10, 3, 1000);
  fs::remove_all("proc/12");
  EXPECT_EQ(ticks_between(before, read_tree({10}, ".")), 10.0 + 4.0);
}

}  // namespace
}  // namespace fovea::web_bench
