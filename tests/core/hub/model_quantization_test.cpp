#include "core/hub/model_quantization.h"

#include "core/hub/download_record.h"
#include "core/hub/memory_estimate.h"
#include "core/hub/model_verification.h"
#include "fake_model.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::safetensors;
using testing_support::TemporaryFolder;
using testing_support::write_file;

const WeightOptions kInt4{WeightFormat::kInt4, 32, false, true};

class ModelQuantization : public ::testing::Test {
 protected:
  void SetUp() override {
    testing_support::write_model(source());
    write_file(source() / "tokenizer.json", "{}");
    write_file(source() / "pytorch_model.bin", "pickle");
  }
  fs::path source() const { return folder_.path() / "source"; }
  fs::path target() const { return folder_.path() / "made"; }

  /// Writes one tensor of integers.
  static Result<QuantizedWeights> quantizer(const QuantizationJob& job, const LoadObserver& observer) {
    if (observer && !observer({"quantising weights", 1, 2}))
      return Error{ErrorCode::kCancelled, "Stopped.", "", ""};
    write_file(fs::path(job.target_folder) / "model.safetensors",
               safetensors(R"({"a.values":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})", 8));
    return QuantizedWeights{4, 32, "bf16", 17, 80};
  }
  Result<QuantizedModel> make(const WeightQuantizer& how = quantizer,
                              const LoadObserver& observer = {}) const {
    return quantize_model(describe_model(source(), ModelSource::kFolder), kInt4, target(), how, observer);
  }
  /// Names in the folder that holds both.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_.path())) all.push_back(entry.path().filename());
    return all;
  }

  TemporaryFolder folder_;
};

TEST_F(ModelQuantization, MakesAFolderThatSaysWhatItIs) {
  const auto made = make();
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->folder, target());
  EXPECT_THAT(names(), testing::UnorderedElementsAre("source", "made"));
  EXPECT_TRUE(fs::exists(target() / "tokenizer.json"));
  EXPECT_FALSE(fs::exists(target() / "pytorch_model.bin"));
  std::ifstream in(target() / "config.json");
  const auto config = nlohmann::json::parse(in);
  const auto& said = config["quantization_config"];
  EXPECT_EQ(said["quant_method"], "fovea");
  EXPECT_EQ(said["bits"], 4);
  EXPECT_EQ(said["group_size"], 32);
  EXPECT_EQ(said["head"], true);
  EXPECT_EQ(said["made_from"], "bf16");
  EXPECT_TRUE(config.contains("text_config")) << "the rest stays";

  const ModelEntry entry = describe_model(target(), ModelSource::kFolder);
  ASSERT_TRUE(entry.supported()) << entry.problem->text();
  EXPECT_EQ(entry.quantization, "int4");
  EXPECT_EQ(entry.dtype, "bf16");
  EXPECT_EQ(entry.parameters, 17);
  ASSERT_TRUE(entry.integers);
  EXPECT_TRUE(entry.integers->head);
  EXPECT_FALSE(entry.integers->vision);
}

TEST_F(ModelQuantization, NotesDigestsThatVerificationCompares) {
  const auto made = make();
  ASSERT_TRUE(made);
  const auto record = read_download_record(target());
  ASSERT_TRUE(record) << record.error().text();
  ASSERT_NE(record->find("model.safetensors"), nullptr);
  EXPECT_EQ(record->find("model.safetensors")->digest.hex, made->sha256);
  EXPECT_NE(record->find("config.json"), nullptr);
  const ModelEntry entry = describe_model(target(), ModelSource::kFolder);
  EXPECT_TRUE(verify_model(entry, {})->sound());
  write_file(target() / "model.safetensors",
             safetensors(R"({"b.values":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})", 8));
  EXPECT_FALSE(verify_model(entry, {})->sound());
}

TEST_F(ModelQuantization, LeavesNothingAfterAnError) {
  const auto full = [](const QuantizationJob& job, const LoadObserver&) -> Result<QuantizedWeights> {
    write_file(fs::path(job.target_folder) / "model.safetensors", "half");
    return Error{ErrorCode::kDiskFull, "Full.", "", ""};
  };
  EXPECT_EQ(make(full).error().code, ErrorCode::kDiskFull);
  EXPECT_THAT(names(), testing::ElementsAre("source"));
  EXPECT_EQ(make(quantizer, [](const LoadProgress&) { return false; }).error().code, ErrorCode::kCancelled);
  EXPECT_THAT(names(), testing::ElementsAre("source"));
  const auto while_checking = [](const LoadProgress& progress) {
    return progress.step == "quantising weights";
  };
  EXPECT_EQ(make(quantizer, while_checking).error().code, ErrorCode::kCancelled);
  EXPECT_THAT(names(), testing::ElementsAre("source"));
}

TEST_F(ModelQuantization, TouchesNothingThatIsThere) {
  write_file(target() / "mine.txt", "mine");
  const auto refused = make();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("already"));
  EXPECT_TRUE(fs::exists(target() / "mine.txt"));
}

TEST_F(ModelQuantization, AConfigThatMakesNoSenseIsDamaged) {
  ASSERT_TRUE(make());
  std::ifstream in(target() / "config.json");
  auto config = nlohmann::json::parse(in);
  config["quantization_config"]["group_size"] = 48;
  write_file(target() / "config.json", config.dump());
  const ModelEntry entry = describe_model(target(), ModelSource::kFolder);
  ASSERT_TRUE(entry.problem);
  EXPECT_EQ(entry.problem->code, ErrorCode::kDamagedModel);
}

}  // namespace
}  // namespace fovea
