// What a pull does against a hub that misbehaves: the real client, real TLS, real files.
#include "core/hub/model_catalog.h"
#include "core/hub/pull/cache_layout.h"
#include "tests/core/hub/local_hub.h"

#include <algorithm>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing_support::LocalHub;
using testing_support::read_file;
using testing_support::test_options;
using testing_support::write_file;
using testing_support::write_large_model;

constexpr std::size_t kWeights = 2'000'000;

/// Every test for both hubs.
class PullTest : public ::testing::TestWithParam<Hub> {
 protected:
  PullTest() { write_large_model(model(), kWeights); }

  fs::path model() const { return hub_.repositories() / "Org/Some.Model"; }
  fs::path next_model() const { return hub_.repositories() / "Org/Some.Model.next"; }
  HubAccess access(std::string token = {}) const { return hub_.access(GetParam(), std::move(token)); }

  Result<PulledModel> pull(const std::string& name = "Org/Some.Model", const std::string& token = {},
                           const DownloadObserver& observer = {}) const {
    return pull_model(access(token), *parse_repository_name(name), hub_.places(), test_options(), false,
                      observer);
  }

  /// The model is here, whole, byte for byte as `expected` has it, and a loader finds it.
  void expect_here(const Result<PulledModel>& pulled, const fs::path& expected) const {
    ASSERT_TRUE(pulled) << pulled.error().text();
    for (const char* name : {"config.json", "model.safetensors", "README.md"})
      EXPECT_EQ(read_file(pulled->folder / name), read_file(expected / name)) << name;
    const Result<ModelEntry> entry = ModelCatalog(hub_.places()).resolve("Org/Some.Model");
    ASSERT_TRUE(entry) << entry.error().text();
    EXPECT_TRUE(entry->supported()) << entry->problem->text();
    EXPECT_EQ(fs::canonical(entry->folder), fs::canonical(pulled->folder));
  }

  bool is_listed() const { return ModelCatalog(hub_.places()).resolve("Org/Some.Model").has_value(); }

  std::size_t requests_to(const std::string& host) const {
    const auto all = hub_.requests();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&host](const auto& request) { return request["host"] == host; }));
  }

  LocalHub hub_;
};

INSTANTIATE_TEST_SUITE_P(Hubs, PullTest, ::testing::Values(Hub::kHuggingFace, Hub::kModelScope),
                         [](const auto& name) {
                           return name.param == Hub::kHuggingFace ? "HuggingFace" : "ModelScope";
                         });

TEST_P(PullTest, FetchesWhatIsNeededAndNothingElse) {
  write_file(model() / "pytorch_model.bin", "pickle");
  write_file(model() / "training_args.pt", "pickle");
  write_file(model() / ".gitattributes", "x");
  write_file(model() / "original/model.safetensors", "not the loader's");
  write_file(model() / "LICENSE", "");
  write_file(model() / "additional_chat_templates/tool.jinja", "{{ x }}");
  const Result<PulledModel> pulled = pull();
  expect_here(pulled, model());
  EXPECT_TRUE(fs::exists(pulled->folder / "LICENSE")) << "an empty file is a file";
  EXPECT_TRUE(fs::exists(pulled->folder / "additional_chat_templates/tool.jinja"));
  for (const char* name : {"pytorch_model.bin", "training_args.pt", ".gitattributes", "original"})
    EXPECT_FALSE(fs::exists(pulled->folder / name)) << name;
  for (const auto& request : hub_.requests()) {
    const std::string path = request["path"].get<std::string>() + request["query"].get<std::string>();
    EXPECT_THAT(path, ::testing::Not(HasSubstr(".bin")));
  }
  EXPECT_EQ(pulled->bytes_fetched, pulled->bytes_total);
}

TEST_P(PullTest, ALargeFileComesInSeveralRanges) {
  expect_here(pull(), model());
  std::set<std::string> ranges;
  for (const auto& request : hub_.requests())
    if (request["range"].is_string()) ranges.insert(request["range"].get<std::string>());
  EXPECT_EQ(ranges.size(), kWeights / test_options().segment_bytes + 1);
}

TEST_P(PullTest, TheSecondTimeNothingIsFetched) {
  ASSERT_TRUE(pull());
  const std::size_t before = requests_to("storage");
  const Result<PulledModel> again = pull();
  expect_here(again, model());
  EXPECT_EQ(again->bytes_fetched, 0U);
  EXPECT_EQ(requests_to("storage"), before);
}

TEST_P(PullTest, APlanWritesNothing) {
  const Result<PullPlan> plan =
      plan_pull(access(), *parse_repository_name("Org/Some.Model"), hub_.places(), {}, {});
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(plan->files.size(), 3U);
  EXPECT_EQ(plan->bytes_missing, plan->bytes_total);
  EXPECT_GT(plan->bytes_total, kWeights);
  EXPECT_TRUE(plan->entry.supported());
  EXPECT_NEAR(static_cast<double>(plan->entry.parameters), kWeights / 2.0, 100.0);
  EXPECT_FALSE(fs::exists(hub_.scratch() / "cache"));
}

TEST_P(PullTest, AnswersThatAreCutOffAreGoneOnWith) {
  hub_.set({{"truncate", 20'000}, {"truncate_times", 40}});
  expect_here(pull(), model());
  const auto requests = hub_.requests();
  EXPECT_TRUE(std::any_of(requests.begin(), requests.end(),
                          [](const auto& request) { return request["range"] == "bytes=20000-65535"; }));
}

TEST_P(PullTest, AStalledConnectionIsTriedAgain) {
  hub_.set({{"stall", 1000}});
  expect_here(pull(), model());
}

TEST_P(PullTest, TroubleThatPassesIsWaitedOut) {
  hub_.set({{"list_status", {503, 429, 500}}, {"file_status", {503, 429, 500, 502, 504, 429}}});
  expect_here(pull(), model());
}

TEST_P(PullTest, TheHubsOwnPauseIsKeptTo) {
  hub_.set({{"file_status", {429}}, {"retry_after", "1"}});
  bool told = false;
  expect_here(pull("Org/Some.Model", {},
                   [&told](const DownloadProgress& progress) {
                     told = told || (progress.pause && progress.pause->status == 429 &&
                                     progress.pause->seconds == 1.0);
                     return true;
                   }),
              model());
  EXPECT_TRUE(told) << "whoever watches is told why nothing moves";
}

TEST_P(PullTest, TroubleThatDoesNotPassIsAnErrorAndKeepsWhatCame) {
  hub_.set({{"file_status", std::vector<int>(200, 503)}});
  const Result<PulledModel> failed = pull();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(failed.error().text(), HasSubstr("503"));
  EXPECT_FALSE(is_listed());
  hub_.set({{"file_status", nlohmann::json::array()}});
  expect_here(pull(), model());
}

TEST_P(PullTest, AWrongByteIsFetchedAgain) {
  hub_.set({{"wrong_bytes", "model.safetensors"}, {"wrong_times", 3}});
  expect_here(pull(), model());
}

TEST_P(PullTest, ACopyThatStaysWrongIsNeverPublished) {
  hub_.set({{"wrong_bytes", "model.safetensors"}});
  const Result<PulledModel> failed = pull();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kDamagedModel);
  EXPECT_THAT(failed.error().message, HasSubstr("model.safetensors"));
  EXPECT_FALSE(is_listed());
  hub_.set({{"wrong_bytes", ""}});
  expect_here(pull(), model());
}

TEST_P(PullTest, ASmallFileThatIsWrongIsRefusedToo) {
  hub_.set({{"wrong_bytes", "README.md"}});
  const Result<PulledModel> failed = pull();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kDamagedModel);
  EXPECT_FALSE(is_listed());
}

TEST_P(PullTest, ExpiredLinksAreAskedForAnew) {
  hub_.set({{"link_uses", 3}});
  expect_here(pull(), model());
  EXPECT_LT(requests_to("hub"), requests_to("storage") + 12) << "a link is used until it expires";
}

TEST_P(PullTest, AStorageWithoutRangesWillDo) {
  hub_.set({{"no_ranges", true}});
  expect_here(pull(), model());
}

TEST_P(PullTest, AFileThatChangesOnTheWayIsBegunAgain) {
  write_large_model(next_model(), kWeights, 2);
  hub_.set({{"next_after", 8}, {"list_next", true}});
  expect_here(pull(), next_model());
}

TEST_P(PullTest, AFileThatChangesInSecretIsFoundOut) {
  write_large_model(next_model(), kWeights, 2);
  hub_.set({{"next_after", 8}, {"list_next", true}, {"old_etag", true}});
  expect_here(pull(), next_model());
}

TEST_P(PullTest, AFileThatGrowsOnTheWayIsBegunAgain) {
  write_large_model(next_model(), kWeights + 70'000, 2);
  hub_.set({{"next_after", 8}, {"list_next", true}});
  expect_here(pull(), next_model());
}

TEST_P(PullTest, ANewVersionReplacesTheOld) {
  ASSERT_TRUE(pull());
  write_large_model(next_model(), kWeights, 2);
  fs::copy(model() / "config.json", next_model() / "config.json", fs::copy_options::overwrite_existing);
  hub_.set({{"next_after", 1}, {"list_next", true}});
  expect_here(pull(), next_model());
}

TEST_P(PullTest, TheTokenNeverLeavesTheHub) {
  hub_.set({{"gated", true}, {"private", true}});
  expect_here(pull("Org/Some.Model", "hf_good"), model());
  int stored = 0;
  for (const auto& request : hub_.requests()) {
    if (request["path"] == "/control") continue;
    if (request["host"] == "storage") {
      ++stored;
      EXPECT_TRUE(request["authorization"].is_null()) << request;
      EXPECT_TRUE(request["cookie"].is_null()) << request;
    } else {
      EXPECT_EQ(request["authorization"], "Bearer hf_good") << request;
    }
  }
  EXPECT_GT(stored, 10);
}

TEST_P(PullTest, AGatedModelSaysWhereToAsk) {
  hub_.set({{"gated", true}});
  const Result<PulledModel> without = pull();
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, ErrorCode::kForbidden);
  EXPECT_THAT(without.error().remedy, HasSubstr(hub_.endpoint()));
  EXPECT_THAT(without.error().remedy, HasSubstr(access().token_name));
  const Result<PulledModel> with = pull("Org/Some.Model", "hf_bad");
  ASSERT_FALSE(with);
  EXPECT_EQ(with.error().code, ErrorCode::kForbidden);
  EXPECT_THAT(with.error().text(), ::testing::Not(HasSubstr("hf_bad")));
}

TEST_P(PullTest, NothingButHttpsIsFollowed) {
  hub_.set({{"redirect_to_http", true}});
  const Result<PulledModel> failed = pull();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUnreachable);
  EXPECT_EQ(requests_to("storage"), 0U);
  hub_.set({{"redirect_to_http", false}, {"redirect_loop", true}});
  EXPECT_FALSE(pull());
}

TEST_P(PullTest, AStrangerIsNotTrusted) {
  HubAccess stranger = access();
  stranger.certificates.clear();
  const Result<PulledModel> failed = pull_model(stranger, *parse_repository_name("Org/Some.Model"),
                                                hub_.places(), test_options(), false, {});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("certificate"));
}

TEST_P(PullTest, WhatIsNotThereIsSaid) {
  const Result<PulledModel> model = pull("Org/Other");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
  const Result<PulledModel> revision = pull("Org/Some.Model@v9");
  ASSERT_FALSE(revision);
  EXPECT_EQ(revision.error().code, ErrorCode::kNotFound);
  hub_.set({{"nonsense", true}});
  const Result<PulledModel> nonsense = pull();
  ASSERT_FALSE(nonsense);
  EXPECT_EQ(nonsense.error().code, ErrorCode::kUnreachable);
}

TEST_P(PullTest, PathsThatLeadOutAreRefused) {
  const std::vector<std::string> tricks = {
      "../evil.json",  "/etc/evil.json", "a/../../evil.json", "a//evil.json",
      "..\\evil.json", "evil\n.json",    "./evil.json",       std::string(300, 'a') + ".json"};
  for (const std::string& name : tricks) {
    hub_.set({{"extra_names", {name}}});
    const Result<PulledModel> refused = pull();
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::kUnreachable) << name;
    EXPECT_FALSE(fs::exists(hub_.scratch() / "cache")) << name;
  }
  EXPECT_EQ(requests_to("storage"), 0U);
}

TEST_P(PullTest, ACancelledPullGoesOnWhereItStopped) {
  hub_.set({{"bytes_a_second", 400'000}});
  const Result<PulledModel> stopped = pull("Org/Some.Model", {}, [](const DownloadProgress& progress) {
    return progress.stage != DownloadProgress::Stage::kFetching || progress.bytes_done < 700'000;
  });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(is_listed());
  const Result<PullPlan> plan =
      plan_pull(access(), *parse_repository_name("Org/Some.Model"), hub_.places(), test_options(), {});
  ASSERT_TRUE(plan);
  EXPECT_LE(plan->bytes_missing, plan->bytes_total - 700'000);
  hub_.set({{"bytes_a_second", 0}});
  const Result<PulledModel> pulled = pull();
  expect_here(pulled, model());
  EXPECT_EQ(pulled->bytes_fetched, plan->bytes_missing);
}

TEST_P(PullTest, SeveralAtOnceShareTheWork) {
  hub_.set({{"bytes_a_second", 2'000'000}});
  std::vector<std::thread> others;
  std::vector<std::optional<Result<PulledModel>>> results(3);
  for (auto& result : results) others.emplace_back([&] { result = pull(); });
  for (std::thread& thread : others) thread.join();
  for (const auto& result : results) expect_here(*result, model());
  EXPECT_LE(requests_to("storage"), 2 * (kWeights / test_options().segment_bytes + 1))
      << "each byte is fetched once";
}

TEST_P(PullTest, ADiskThatFillsUpLosesNothing) {
  // A file-size limit stands for the disk: the write fails in the midst of the file all the same.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small = {1'000'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const Result<PulledModel> failed = pull();
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kDiskFull);
  EXPECT_FALSE(is_listed());
  expect_here(pull(), model());
}

TEST_P(PullTest, ARevisionHasItsOwnName) {
  ASSERT_TRUE(pull("Org/Some.Model@v1"));
  expect_here(pull(), model());
}

}  // namespace
}  // namespace fovea
