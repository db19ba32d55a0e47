// The engine with libtorch's operators on the processor.

#include "collected.h"
#include "core/api/load_plan.h"
#include "picture_questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::Collected;
using ::testing::HasSubstr;

EngineOptions mini_on(const DeviceChoice& device) {
  EngineOptions options;
  options.model_folder = "resources/models/fovea-mini";
  options.device = device;
  return options;
}

std::vector<std::int32_t> answer(Engine& engine, const std::string& picture) {
  Collected collected;
  EXPECT_TRUE(engine.submit(test::asking_about("Read the text.", {"resources/samples/" + picture}, 64),
                            collected.sink()));
  collected.wait();
  EXPECT_TRUE(collected.finished());
  return collected.ids();
}

TEST(OperatorsEngine, AnswersAsOurKernelsAndSaysWhereItComputes) {
  const auto own = load_local_engine(mini_on({DeviceChoice::Kind::kCpu}), {});
  const auto operators = load_local_engine(mini_on({DeviceChoice::Kind::kCpuOperators}), {});
  ASSERT_TRUE(own && operators);
  EXPECT_EQ((*own)->model().device, "cpu");
  EXPECT_EQ((*operators)->model().device, "cpu:operators");
  for (const char* picture : {"label.png", "notice.png"}) {
    const auto want = answer(**own, picture);
    EXPECT_FALSE(want.empty());
    EXPECT_EQ(answer(**operators, picture), want) << picture;
  }
}

TEST(OperatorsEngine, RefusesIntegersWithWhatToDo) {
  EngineOptions options = mini_on({DeviceChoice::Kind::kCpuOperators});
  options.weights.format = WeightFormat::kInt8;
  const auto engine = load_local_engine(options, {});
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(engine.error().message, HasSubstr("own kernels only"));
  EXPECT_THAT(engine.error().remedy, HasSubstr("without --weights"));
  EXPECT_FALSE(plan_local_engine(options));
}

TEST(OperatorsEngine, AGpuThatIsNotHereIsRefusedBeforeAnythingIsRead) {
  EngineOptions options = mini_on({DeviceChoice::Kind::kCuda, 63});
  bool read = false;
  const auto engine = load_local_engine(options, [&](const LoadProgress&) { return read = true; });
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().field, "device");
  EXPECT_THAT(engine.error().remedy, HasSubstr("Or leave --device out to compute on the processor."));
  EXPECT_FALSE(read);
}

}  // namespace
}  // namespace fovea
