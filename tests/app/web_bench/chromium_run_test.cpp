#include "app/web_bench/chromium.h"
#include "core/bench/web/web_labels.h"
#include "core/bench/web/web_stages.h"
#include "tests/app/web_bench/web_bench_fixture.h"

#include <algorithm>
#include <cstdlib>

namespace fovea::web_bench {
namespace {

using ::testing::HasSubstr;

/// Needs a real Chromium that starts; skipped where there is none, or where its sandbox finds no user
/// namespaces, as in a chroot.
class ChromiumRun : public test::WebBenchTest {
 protected:
  void SetUp() override {
    const char* path = std::getenv("PATH");
    const auto chromium = find_chromium(path == nullptr ? "" : path);
    if (!chromium) GTEST_SKIP() << "there is no chromium on the PATH";
    const std::string sandbox = without_sandbox() ? " --no-sandbox" : "";
    const std::string alone = chromium->string() + " --headless=new --dump-dom" + sandbox + " about:blank";
    if (std::system((alone + " > /dev/null 2>&1").c_str()) != 0)
      GTEST_SKIP() << "chromium itself does not start here: " << alone;
  }
};

TEST_F(ChromiumRun, ThePagePaintsWhatTheEngineSaidAndItsStagesAddUp) {
  ASSERT_EQ(run({"--runs", "2", "--browsers", "2", "--out", "web"}), cli::kOk) << program_.err.text;
  const Result<bench::RunRecord> record = bench::read_bundle("web");
  ASSERT_TRUE(record);
  expect_whole(*record);
  const std::vector<const bench::RequestRecord*> pages = bench::requests_of(*record, bench::kPage);
  ASSERT_EQ(pages.size(), 10U);
  for (const bench::RequestRecord* page : pages) {
    EXPECT_EQ(page->answer, "word0 word1 word2 word3 word4 word5 ");
    EXPECT_GT(page->metrics.stages[Stage::kPaint], 0.0);
    EXPECT_GT(page->metrics.stages[Stage::kUpload], 0.0);
  }
  EXPECT_EQ(std::count_if(record->requests.begin(), record->requests.end(),
                          [](const auto& request) { return request.group == "2 at once, page"; }),
            2 * 2 * 5);
  EXPECT_GT(bench::sampled_mean(*record, bench::kPage, "browser_memory_mb"), 10.0);
  EXPECT_GT(bench::sampled_mean(*record, bench::kPage, "base64_ms"), 0.0);
  EXPECT_LT(bench::sampled_mean(*record, bench::kRestBase64, "browser_memory_mb"), 0.0);
  EXPECT_THAT(program_.out.text, HasSubstr("Over all tasks the page paints its first token"));
}

}  // namespace
}  // namespace fovea::web_bench
