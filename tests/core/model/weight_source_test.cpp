#include "core/model/weight_source.h"

#include "safetensors_bytes.h"
#include "tensor_compare.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using ::testing::HasSubstr;
using Pass = WeightSource::Pass;

std::string floats(std::initializer_list<float> values) {
  std::string out(values.size() * 4, '\0');
  std::memcpy(out.data(), std::data(values), out.size());
  return out;
}

/// a = [[1, 2], [3, 4]], b = [[5, 6]], c = [7]; fp32.
class WeightSourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    test::write_file(folder_.path() / "model.safetensors",
                     test::safetensors_bytes(R"({"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
                                             R"("b":{"dtype":"F32","shape":[1,2],"data_offsets":[16,24]},)"
                                             R"("c":{"dtype":"F32","shape":[1],"data_offsets":[24,28]}})",
                                             floats({1, 2, 3, 4, 5, 6, 7})));
    auto opened = open_checkpoint(folder_.path());
    ASSERT_TRUE(opened) << opened.error().text();
    checkpoint_ = std::move(*opened);
  }

  test::TemporaryFolder folder_;
  Checkpoint checkpoint_;
};

TEST_F(WeightSourceTest, StacksAndConverts) {
  WeightSource source(checkpoint_, at::kBFloat16, Pass::kRead, {});
  const at::Tensor stacked = source.stacked({{"a", {2, 2}}, {"b", {1, 2}}});
  EXPECT_EQ(source.tensor("c", {1}).item<double>(), 7.0);
  ASSERT_TRUE(source.finish()) << source.finish().error().text();
  EXPECT_EQ(stacked.scalar_type(), at::kBFloat16);
  EXPECT_EQ(stacked.sizes(), (std::vector<std::int64_t>{3, 2}));
  EXPECT_EQ(stacked[2][1].item<double>(), 6.0);
}

TEST_F(WeightSourceTest, TheCheckPassReadsNothing) {
  WeightSource source(checkpoint_, at::kFloat, Pass::kCheck, [](const LoadProgress&) {
    ADD_FAILURE() << "progress without reading";
    return true;
  });
  EXPECT_FALSE(source.stacked({{"a", {2, 2}}, {"b", {1, 2}}}).defined());
  source.tensor("c", {1});
  EXPECT_TRUE(source.finish());
}

TEST_F(WeightSourceTest, SaysExpectedAgainstFound) {
  WeightSource source(checkpoint_, at::kFloat, Pass::kCheck, {});
  source.tensor("a", {4});
  ASSERT_FALSE(source.finish());
  EXPECT_THAT(source.finish().error().message, HasSubstr("a has the shape [2, 2], expected [4]"));
}

TEST_F(WeightSourceTest, NamesWhatIsMissingAndWhatIsTooMuch) {
  WeightSource lacking(checkpoint_, at::kFloat, Pass::kCheck, {});
  lacking.tensor("d", {3});
  EXPECT_THAT(lacking.finish().error().message, HasSubstr("lacks the tensor d [3]"));
  WeightSource extra(checkpoint_, at::kFloat, Pass::kCheck, {});
  extra.tensor("a", {2, 2});
  extra.tensor("c", {1});
  EXPECT_THAT(extra.finish().error().message, HasSubstr("holds the tensor b [1, 2]"));
}

TEST_F(WeightSourceTest, NoticesAFileThatChangedUnderIt) {
  WeightSource source(checkpoint_, at::kFloat, Pass::kRead, {});
  source.tensor("a", {2, 2});
  std::filesystem::resize_file(folder_.path() / "model.safetensors", 100);
  source.tensor("b", {1, 2});
  ASSERT_FALSE(source.finish());
  EXPECT_THAT(source.finish().error().message, HasSubstr("Model file damaged: model.safetensors"));
}

TEST_F(WeightSourceTest, StopsOnTheObserversWord) {
  WeightSource source(checkpoint_, at::kFloat, Pass::kRead,
                      [](const LoadProgress& p) { return p.done < 20; });
  source.tensor("a", {2, 2});
  EXPECT_FALSE(source.tensor("b", {1, 2}).defined());
  ASSERT_FALSE(source.finish());
  EXPECT_EQ(source.finish().error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace fovea
