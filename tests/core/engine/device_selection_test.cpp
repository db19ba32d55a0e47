#include "core/engine/device_selection.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using Kind = DeviceChoice::Kind;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::uint64_t kGiga = 1'000'000'000;

Gpus with(const std::vector<std::uint64_t>& free) {
  return {{CudaLibrary::State::kLoaded, {}},
          [count = static_cast<int>(free.size())]() -> Result<int> { return count; },
          [free](int i) {
            return GpuMemory{free.at(static_cast<std::size_t>(i)) * kGiga, 100 * kGiga};
          }};
}

Gpus without(CudaLibrary::State state) {
  return {{state, {ErrorCode::kUnsupported, "Why not.", "What to do.", "device"}},
          []() -> Result<int> {
            ADD_FAILURE() << "libtorch was asked";
            return 0;
          },
          {}};
}

Result<SelectedDevice> select(const DeviceChoice& asked, const Gpus& gpus, std::uint64_t needed = 5 * kGiga) {
  return select_device(
      asked, [&] { return gpus; }, [&] { return Result<std::uint64_t>(needed); });
}

TEST(DeviceSelection, TheProcessorIsTakenWithoutALook) {
  for (const Kind kind : {Kind::kCpu, Kind::kCpuOperators}) {
    const auto selected = select_device(
        {kind},
        []() -> Gpus {
          ADD_FAILURE() << "it looked";
          return {};
        },
        [] { return Result<std::uint64_t>(0); });
    ASSERT_TRUE(selected);
    EXPECT_EQ(selected->device, DeviceChoice{kind});
  }
}

TEST(DeviceSelection, AutoTakesTheGpuWithMostMemoryFree) {
  const auto selected = select({}, with({6, 20, 7}));
  ASSERT_TRUE(selected);
  EXPECT_EQ(selected->device, (DeviceChoice{Kind::kCuda, 1}));
  EXPECT_EQ(selected->memory.free, 20 * kGiga);
  EXPECT_THAT(selected->note, IsEmpty());
}

TEST(DeviceSelection, AutoSaysWhyAGpuIsNotUsedAndNothingWhereThereIsNone) {
  const auto broken = select({}, without(CudaLibrary::State::kUnusable));
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->device, DeviceChoice{Kind::kCpu});
  EXPECT_EQ(broken->note, "Computes on the processor. Why not. What to do.");
  for (const auto state : {CudaLibrary::State::kNoDriver, CudaLibrary::State::kNoGpu}) {
    const auto none = select({}, without(state));
    ASSERT_TRUE(none);
    EXPECT_EQ(none->device, DeviceChoice{Kind::kCpu});
    EXPECT_THAT(none->note, IsEmpty());
  }
  const auto small = select({}, with({5}));  // of 5 GB 90 % may be taken
  ASSERT_TRUE(small);
  EXPECT_EQ(small->device, DeviceChoice{Kind::kCpu});
  EXPECT_THAT(small->note, HasSubstr("takes 5.0 GB of cuda:0's memory, of which 5.0 GB are free"));
}

TEST(DeviceSelection, AGpuThatIsAskedForIsUsedOrAnError) {
  const auto taken = select({Kind::kCuda, 0}, with({6, 20}));
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->device, (DeviceChoice{Kind::kCuda, 0}));

  const auto beyond = select({Kind::kCuda, 2}, with({6, 20}));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(beyond.error().message, HasSubstr("no GPU cuda:2 here. The GPUs are cuda:0 to cuda:1."));
  EXPECT_THAT(select({Kind::kCuda, 1}, with({6})).error().message, HasSubstr("The only GPU is cuda:0."));
  EXPECT_THAT(select({Kind::kCuda, 0}, with({})).error().message, HasSubstr("CUDA_VISIBLE_DEVICES"));

  const auto small = select({Kind::kCuda, 0}, with({5}));
  ASSERT_FALSE(small);
  EXPECT_EQ(small.error().code, ErrorCode::kOutOfMemory);

  for (const auto state :
       {CudaLibrary::State::kNoDriver, CudaLibrary::State::kNoGpu, CudaLibrary::State::kUnusable}) {
    const auto none = select({Kind::kCuda, 0}, without(state));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().message, "Why not.");
    EXPECT_THAT(none.error().remedy, StartsWith("What to do. Or leave --device out"));
  }
}

TEST(DeviceSelection, WhatNoGpuComputesStaysOnTheProcessor) {
  const auto integers = [] {
    return Result<std::uint64_t>(Error{ErrorCode::kUnsupported, "Integers.", "Use bf16.", "device"});
  };
  const auto look = [] { return with({50}); };
  const auto chosen = select_device({}, look, integers);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->device, DeviceChoice{Kind::kCpu});
  EXPECT_THAT(chosen->note, HasSubstr("Integers."));
  EXPECT_EQ(select_device({Kind::kCuda}, look, integers).error().code, ErrorCode::kUnsupported);
}

TEST(DeviceChoiceText, IsReadAsItIsWritten) {
  for (const char* text : {"auto", "cpu", "cpu:operators", "cuda:0", "cuda:63"}) {
    const auto read = parse_device(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(device_name(*read), text);
  }
  EXPECT_EQ(parse_device("cuda"), (DeviceChoice{Kind::kCuda, 0}));
  for (const char* text : {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:64", "cuda:1x", "cpu:0"}) {
    EXPECT_FALSE(parse_device(text)) << text;
  }
}

}  // namespace
}  // namespace fovea
