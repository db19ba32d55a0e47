// Where the model lives: what --engine says, and what is chosen where nobody says.
#include "core/api/engine_place.h"

#include "tests/app/test_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using ::testing::HasSubstr;

/// A program whose child engine is another synthetic one, on a machine with or without a GPU.
class EnginePlaceTest : public ::testing::Test {
 protected:
  EnginePlaceTest() {
    program_.script.steps = {test::says("Yes."), test::finishes(1)};
    program_.load_child_engine = [this](const EngineOptions&,
                                        const LoadObserver&) -> Result<std::unique_ptr<Engine>> {
      ++children_;
      return std::unique_ptr<Engine>(std::make_unique<test::ScriptedEngine>(program_.script));
    };
    program_.usable_gpu = [this] {
      ++probes_;
      return gpu_;
    };
  }
  int ask(std::vector<std::string> options = {}) {
    std::vector<std::string> words = {"ask", "Is it?"};
    words.insert(words.end(), options.begin(), options.end());
    return program_.run(words);
  }
  int in_process() const { return static_cast<int>(program_.loads.size()); }

  test::Program program_;
  bool gpu_ = false;
  int children_ = 0;
  int probes_ = 0;
};

TEST_F(EnginePlaceTest, ItIsThisProcessWithoutAGpu) {
  EXPECT_EQ(ask(), 0);
  EXPECT_EQ(ask({"--engine", "auto"}), 0);
  EXPECT_EQ(in_process(), 2);
  EXPECT_EQ(children_, 0);
  EXPECT_EQ(probes_, 2);
}

TEST_F(EnginePlaceTest, ItIsAChildWithAGpu) {
  gpu_ = true;
  EXPECT_EQ(ask(), 0);
  EXPECT_EQ(in_process(), 0);
  EXPECT_EQ(children_, 1);
}

TEST_F(EnginePlaceTest, TheOptionCountsMoreThanTheGpuWhichIsNotLookedAtThen) {
  gpu_ = true;
  EXPECT_EQ(ask({"--engine", "in-process"}), 0);
  EXPECT_EQ(in_process(), 1);
  gpu_ = false;
  EXPECT_EQ(ask({"--engine", "child"}), 0);
  EXPECT_EQ(children_, 1);
  EXPECT_EQ(probes_, 0);
}

TEST_F(EnginePlaceTest, OtherVerbsTakeItToo) {
  program_.in.text = "Is it?\n";
  EXPECT_EQ(program_.run({"chat", "--engine", "child"}), 0);
  EXPECT_EQ(program_.run({"bench", "load", "--requests", "1", "--engine", "child"}), 0) << program_.err.text;
  EXPECT_EQ(children_, 2);
  EXPECT_EQ(in_process(), 0);
}

TEST_F(EnginePlaceTest, TheBenchmarkComparesBothPlaces) {
  const std::vector<std::string> words = {"bench",    "ttft", "--compare-engines", "--size", "32x32",
                                          "--repeat", "2",    "--warm-up",         "0",      "--json"};
  EXPECT_EQ(program_.run(words), 0) << program_.err.text;
  EXPECT_EQ(in_process(), 1);
  EXPECT_EQ(children_, 1);
  EXPECT_THAT(program_.out.text, HasSubstr("child less in-process, pair by pair"));
  EXPECT_THAT(program_.out.text, HasSubstr("ttft_seen_more_ms"));
  EXPECT_EQ(program_.run({"bench", "ttft", "--compare-engines", "--engine", "child"}), 2);
  EXPECT_EQ(program_.run({"bench", "decode", "--compare-engines"}), 2);
}

TEST_F(EnginePlaceTest, WhatMakesNoSenseIsRefused) {
  EXPECT_EQ(ask({"--engine", "elsewhere"}), 2);
  EXPECT_THAT(program_.err.text, HasSubstr("in-process"));
  EXPECT_EQ(ask({"--engine", "child", "--server", "http://127.0.0.1:1"}), 2);
  EXPECT_THAT(program_.err.text, HasSubstr("--engine is about a model on this machine"));
  EXPECT_EQ(children_ + in_process(), 0);
}

TEST_F(EnginePlaceTest, AProgramWithoutAChildSaysSo) {
  program_.load_child_engine = nullptr;
  EXPECT_EQ(ask({"--engine", "child"}), 3);
  EXPECT_THAT(program_.err.text, HasSubstr("Use --engine in-process."));
}

}  // namespace
}  // namespace fovea
