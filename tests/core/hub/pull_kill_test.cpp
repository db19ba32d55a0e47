// kill -9 at random points, many times: nothing half is ever a model, and what came is not fetched again.
#include "core/hub/model_catalog.h"
#include "tests/core/hub/local_hub.h"

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using testing_support::LocalHub;
using testing_support::read_file;
using testing_support::write_large_model;

constexpr int kKills = 200;
constexpr std::size_t kWeights = 3'000'000;
constexpr std::size_t kSegment = 64 << 10;

class PullKillTest : public ::testing::TestWithParam<Hub> {
 protected:
  pid_t start() const {
    const std::string hub = GetParam() == Hub::kHuggingFace ? "hf" : "modelscope";
    const std::string cache = (hub_.scratch() / "cache").string();
    const pid_t child = fork();
    if (child == 0) {
      execl(FOVEA_PULL_PROGRAM, FOVEA_PULL_PROGRAM, hub_.endpoint().c_str(), hub_.authority().c_str(),
            cache.c_str(), hub.c_str(), "Org/Model", nullptr);
      _exit(99);
    }
    return child;
  }

  /// What a loader would find now: nothing, or one of the versions, whole.
  void expect_whole_or_nothing() const {
    const Result<ModelEntry> entry = ModelCatalog(hub_.places()).resolve("Org/Model");
    if (!entry) return;
    if (!entry->supported()) {  // it says so, and nobody loads it
      EXPECT_FALSE(fs::exists(entry->folder / "config.json"));
      return;
    }
    const std::string weights = read_file(entry->folder / "model.safetensors");
    const bool first = weights == read_file(hub_.repositories() / "Org/Model/model.safetensors");
    const bool second = weights == read_file(hub_.repositories() / "Org/Model.next/model.safetensors");
    EXPECT_TRUE(first || second) << "a model with wrong bytes is visible";
    const fs::path version = hub_.repositories() / (first ? "Org/Model" : "Org/Model.next");
    EXPECT_EQ(read_file(entry->folder / "config.json"), read_file(version / "config.json"));
  }

  LocalHub hub_;
};

INSTANTIATE_TEST_SUITE_P(Hubs, PullKillTest, ::testing::Values(Hub::kHuggingFace, Hub::kModelScope),
                         [](const auto& name) {
                           return name.param == Hub::kHuggingFace ? "HuggingFace" : "ModelScope";
                         });

TEST_P(PullKillTest, NothingHalfIsEverAModelAndTheRestIsResumed) {
  write_large_model(hub_.repositories() / "Org/Model", kWeights, 1);
  write_large_model(hub_.repositories() / "Org/Model.next", kWeights, 2);
  std::mt19937 random(20261121);
  int killed = 0;
  int finished = 0;
  bool next = false;
  // A pull that ends in peace makes room for the next: another version of the model, or an empty cache.
  while (killed < kKills) {
    hub_.set({{"next_after", next ? 1 : 0}, {"list_next", next}, {"bytes_a_second", 1'500'000}});
    const pid_t child = start();
    // On a slow machine the first moments are all start: later kills let more come, until a pull got through.
    const int latest = finished > 0 ? 500 : 500 + 20 * killed;
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % static_cast<unsigned>(latest)));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    expect_whole_or_nothing();
    if (HasFatalFailure() || HasNonfatalFailure()) return;
    if (WIFSIGNALED(status)) {
      ++killed;
      continue;
    }
    ASSERT_EQ(WEXITSTATUS(status), 0);
    ++finished;
    next = !next;
    if (!next) fs::remove_all(hub_.scratch() / "cache");
  }
  EXPECT_GT(finished, 0) << "kills leave what came: some pull gets to its end";

  int status = 0;
  waitpid(start(), &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  const Result<ModelEntry> entry = ModelCatalog(hub_.places()).resolve("Org/Model");
  ASSERT_TRUE(entry);
  expect_whole_or_nothing();
  EXPECT_TRUE(entry->supported());
}

TEST_P(PullKillTest, WhatCameIsNotFetchedAgain) {
  write_large_model(hub_.repositories() / "Org/Model", kWeights, 1);
  hub_.set({{"bytes_a_second", 300'000}});
  // Ranges that begin inside a segment are the ones gone on with.
  const auto resumed = [&] {
    std::size_t count = 0;
    for (const auto& request : hub_.requests()) {
      if (!request["range"].is_string()) continue;
      count += std::stoul(request["range"].get<std::string>().substr(6)) % kSegment != 0 ? 1 : 0;
    }
    return count;
  };
  // Later kills let more come, so that a slow machine gets to the point too.
  int status = 0;
  for (int i = 0; i < 40 && resumed() <= 4; ++i) {
    const pid_t child = start();
    std::this_thread::sleep_for(std::chrono::milliseconds(600 + 100 * i));
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it got to its end, and hardly anything was gone on with";
  }
  EXPECT_GT(resumed(), 4U);
  hub_.set({{"bytes_a_second", 0}});
  waitpid(start(), &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace fovea
