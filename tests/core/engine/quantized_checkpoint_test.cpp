// Checkpoints whose weights were written as integers: the ids of quantising while loading. On checkpoints of
// both families that tests/oracle makes; FOVEA_CHECKPOINTS: their folder.
#include "collected.h"
#include "core/api/weight_group.h"
#include "core/hub/model_quantization.h"
#include "core/hub/model_verification.h"
#include "picture_answer.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

fs::path checkpoint_of(const std::string& name) {
  const char* folder = std::getenv("FOVEA_CHECKPOINTS");
  return fs::path(folder == nullptr ? "" : folder) / name;
}

class QuantizedCheckpoint : public ::testing::TestWithParam<std::tuple<std::string, WeightOptions>> {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "fovea-quantized-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    source_ = checkpoint_of(std::get<0>(GetParam()));
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path target() const { return folder_ / "made"; }
  Result<QuantizedModel> write(const LoadObserver& observer = {}) const {
    return quantize_model(describe_model(source_, ModelSource::kFolder), std::get<1>(GetParam()), target(),
                          quantize_weights, observer);
  }
  static Result<std::unique_ptr<Engine>> load(const fs::path& folder, const WeightOptions& weights) {
    EngineOptions options;
    options.model_folder = folder.string();
    options.compute_type = ComputeType::kFloat32;  // holds what any of them stores
    options.weights = weights;
    return load_local_engine(options, [](const LoadProgress&) { return true; });
  }

  fs::path folder_;
  fs::path source_;
};

TEST_P(QuantizedCheckpoint, HasTheIdsOfQuantisingWhileLoading) {
  const WeightOptions& weights = std::get<1>(GetParam());
  const auto made = write();
  ASSERT_TRUE(made) << made.error().text();
  const auto direct = load(source_, weights);
  ASSERT_TRUE(direct) << direct.error().text();
  const auto stored = load(target(), {});
  ASSERT_TRUE(stored) << stored.error().text();
  EXPECT_EQ(test::answer(**stored).ids, test::answer(**direct).ids);
  const ModelInfo before = (*direct)->model();
  const ModelInfo after = (*stored)->model();
  EXPECT_EQ(after.weight_format, before.weight_format);
  EXPECT_EQ(after.weights_bytes, before.weights_bytes);
  EXPECT_EQ(after.parameters, before.parameters);
  EXPECT_EQ(after.checkpoint_type, before.checkpoint_type);
  EXPECT_TRUE(load(target(), weights)) << "what it is may be said";
}

TEST_P(QuantizedCheckpoint, IsAModelLikeAnyOther) {
  const auto made = write();
  ASSERT_TRUE(made) << made.error().text();
  const ModelEntry before = describe_model(source_, ModelSource::kFolder);
  const ModelEntry entry = describe_model(target(), ModelSource::kFolder);
  ASSERT_TRUE(entry.supported()) << entry.problem->text();
  EXPECT_EQ(entry.quantization, weight_format_name(std::get<1>(GetParam()).format));
  EXPECT_EQ(entry.parameters, before.parameters);
  EXPECT_EQ(entry.dtype, before.dtype);
  EXPECT_LT(entry.file_bytes, before.file_bytes);
  const auto sound = verify_model(entry, {});
  ASSERT_TRUE(sound);
  EXPECT_TRUE(sound->sound());

  std::fstream file(target() / "model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-5, std::ios::end);
  file.put('\x55');
  file.close();
  const auto flipped = verify_model(entry, {});
  ASSERT_TRUE(flipped);
  EXPECT_FALSE(flipped->sound()) << "a byte that changed is found by its digest";
}

TEST_P(QuantizedCheckpoint, DamageIsRefused) {
  ASSERT_TRUE(write());
  const auto rewrite = [&](const std::string& from, const std::string& to) {
    std::ifstream in(target() / "config.json");
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    std::ofstream(target() / "config.json") << text.replace(at, from.size(), to);
  };
  const std::string own = "\"group_size\": " + std::to_string(std::get<1>(GetParam()).group);
  rewrite(own, "\"group_size\": 64");
  const auto other_group = load(target(), {});
  ASSERT_FALSE(other_group);
  EXPECT_EQ(other_group.error().code, ErrorCode::kDamagedModel);
  EXPECT_THAT(other_group.error().message, HasSubstr("has the shape"));
  rewrite("\"group_size\": 64", "\"group_size\": 48");
  EXPECT_EQ(load(target(), {}).error().code, ErrorCode::kDamagedModel);
  rewrite("\"group_size\": 48", own);
  fs::resize_file(target() / "model.safetensors", fs::file_size(target() / "model.safetensors") - 3);
  EXPECT_EQ(load(target(), {}).error().code, ErrorCode::kDamagedModel);
}

TEST_P(QuantizedCheckpoint, OtherIntegersThanThereAreAreRefused) {
  ASSERT_TRUE(write());
  WeightOptions other = std::get<1>(GetParam());
  if (other.group == kWholeRow) other.group = 0;
  other.format = other.format == WeightFormat::kInt8 ? WeightFormat::kInt4 : WeightFormat::kInt8;
  const auto refused = load(target(), other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("already"));
  const auto twice = quantize_model(describe_model(target(), ModelSource::kFolder), other, folder_ / "twice",
                                    quantize_weights, {});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, ErrorCode::kInvalidArgument);
}

TEST_P(QuantizedCheckpoint, FourBitsByRowAreRefused) {
  const WeightOptions row{WeightFormat::kInt4, kWholeRow};
  EXPECT_EQ(load(source_, row).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(quantize_model(describe_model(source_, ModelSource::kFolder), row, target(), quantize_weights, {})
                .error()
                .code,
            ErrorCode::kInvalidArgument);
}

TEST_P(QuantizedCheckpoint, AStopLeavesNothing) {
  for (const std::uint64_t after : {0, 3, 8}) {
    std::uint64_t calls = 0;
    const auto stopped = write([&](const LoadProgress&) { return calls++ < after; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
    EXPECT_TRUE(fs::is_empty(folder_)) << after;
  }
}

std::string name_of(const ::testing::TestParamInfo<QuantizedCheckpoint::ParamType>& info) {
  std::string name = std::get<0>(info.param);
  std::replace(name.begin(), name.end(), '-', '_');
  const WeightOptions& weights = std::get<1>(info.param);
  name += "_" + std::string(weight_format_name(weights.format));
  if (weights.group == kWholeRow) name += "_row";
  return weights.vision ? name + "_all" : name;
}

INSTANTIATE_TEST_SUITE_P(
    Families, QuantizedCheckpoint,
    ::testing::Combine(::testing::Values("qwen-tied", "glm-46v"),
                       ::testing::Values(WeightOptions{WeightFormat::kInt8, 32},
                                         WeightOptions{WeightFormat::kInt8, kWholeRow, true, true},
                                         WeightOptions{WeightFormat::kInt4, 32},
                                         WeightOptions{WeightFormat::kInt4, 32, true, true})),
    name_of);

}  // namespace
}  // namespace fovea
