#include "core/model/lora_adapter.h"

#include "core/model/weight_source.h"
#include "tensor_compare.h"
#include "tensor_file.h"

#include <cmath>
#include <optional>

#include <ATen/ops/mm.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using nlohmann::json;
using test::same_bits;
using ::testing::HasSubstr;
using Pass = WeightSource::Pass;

constexpr std::int64_t kOut = 6;
constexpr std::int64_t kIn = 4;
constexpr std::int64_t kRank = 2;

std::vector<float> numbers(std::int64_t count, unsigned seed) {
  const at::Tensor drawn = test::random_tensor({count}, at::kFloat, 1.0, seed);
  return {drawn.const_data_ptr<float>(), drawn.const_data_ptr<float>() + count};
}

/// An adapter for the matrix m.q_proj and a checkpoint that has it.
class LoraAdapterTest : public ::testing::Test {
 protected:
  LoraAdapterTest() {
    file_.add(kA, "F32", {kRank, kIn}, numbers(kRank * kIn, 1));
    file_.add(kB, "F32", {kOut, kRank}, numbers(kOut * kRank, 2));
    base_.add("m.q_proj.weight", "F32", {kOut, kIn}, numbers(kOut * kIn, 3));
    base_.add("m.norm.weight", "F32", {kIn}, numbers(kIn, 4));
  }

  Result<LoraAdapter> load() const {
    file_.write(folder_.path() / "adapter/adapter_model.safetensors");
    test::write_file(folder_.path() / "adapter/adapter_config.json", config_.dump());
    return LoraAdapter::load(folder_.path() / "adapter");
  }
  Error error() const {
    const auto loaded = load();
    EXPECT_FALSE(loaded);
    return loaded ? Error{} : loaded.error();
  }
  Checkpoint base() const {
    base_.write(folder_.path() / "base/model.safetensors");
    return std::move(*open_checkpoint(folder_.path() / "base"));
  }
  at::Tensor expected(double factor) const {
    const auto matrix = [](std::int64_t rows, std::int64_t columns, unsigned seed) {
      return test::random_tensor({rows * columns}, at::kFloat, 1.0, seed).view({rows, columns});
    };
    return matrix(kOut, kIn, 3).add(at::mm(matrix(kOut, kRank, 2), matrix(kRank, kIn, 1)).mul(factor));
  }
  at::Tensor merged(at::ScalarType type) const {
    const auto adapter = load();
    EXPECT_TRUE(adapter) << adapter.error().text();
    const Checkpoint checkpoint = base();
    WeightSource source(checkpoint, type, Pass::kRead, {}, {}, {nullptr, &*adapter});
    source.tensor("m.norm.weight", {kIn});
    at::Tensor out = source.tensor("m.q_proj.weight", {kOut, kIn});
    EXPECT_TRUE(source.finish()) << source.finish().error().text();
    return out;
  }

  static constexpr const char* kA = "base_model.model.m.q_proj.lora_A.weight";
  static constexpr const char* kB = "base_model.model.m.q_proj.lora_B.weight";
  test::TemporaryFolder folder_;
  json config_ = {{"peft_type", "LORA"}, {"r", kRank}, {"lora_alpha", 6}, {"target_modules", {"q_proj"}}};
  test::TensorFile file_;
  test::TensorFile base_;
};

TEST_F(LoraAdapterTest, IsAddedInFullPrecisionAndRoundedOnce) {
  EXPECT_TRUE(same_bits(merged(at::kFloat), expected(3.0)));
  EXPECT_TRUE(same_bits(merged(at::kBFloat16), expected(3.0).to(at::kBFloat16)));
}

TEST_F(LoraAdapterTest, HasTheFactorThatItsConfigSays) {
  config_["use_rslora"] = true;
  EXPECT_TRUE(same_bits(merged(at::kFloat), expected(6.0 / std::sqrt(2.0))));
  config_["use_rslora"] = false;
  config_["alpha_pattern"] = {{"q_proj", 10}};
  EXPECT_TRUE(same_bits(merged(at::kFloat), expected(5.0)));
  config_["alpha_pattern"] = {{"proj", 10}};
  EXPECT_TRUE(same_bits(merged(at::kFloat), expected(3.0))) << "a part of a name is no name";
  config_["r"] = 8;
  config_["rank_pattern"] = {{"m.q_proj", kRank}};
  EXPECT_TRUE(same_bits(merged(at::kFloat), expected(3.0)));
}

TEST_F(LoraAdapterTest, IsQuantisedAfterTheMerge) {
  const auto adapter = load();
  ASSERT_TRUE(adapter);
  const Checkpoint checkpoint = base();
  WeightSource source(checkpoint, at::kFloat, Pass::kRead, {}, {WeightFormat::kInt8}, {nullptr, &*adapter});
  const Linear kept = source.linear("m.q_proj.weight", kOut, kIn, source.layers(), [&] {
    return source.tensor("m.q_proj.weight", {kOut, kIn});
  });
  ASSERT_EQ(kept.integer_bits(), 8);
  const at::Tensor x = test::random_tensor({3, kIn}, at::kFloat);
  const Linear direct(expected(3.0), {}, {8, 128});
  EXPECT_TRUE(same_bits(kept(x), direct(x)));
}

TEST_F(LoraAdapterTest, ForAnotherModelIsRefused) {
  const auto adapter = load();
  ASSERT_TRUE(adapter);
  const Checkpoint checkpoint = base();
  const auto error_of = [&](const char* name, std::vector<std::int64_t> shape) {
    WeightSource source(checkpoint, at::kFloat, Pass::kCheck, {}, {}, {nullptr, &*adapter});
    source.tensor("m.norm.weight", {kIn});
    if (name != nullptr) source.tensor(name, shape);
    const auto done = source.finish();
    EXPECT_FALSE(done);
    return done ? std::string() : done.error().message;
  };
  EXPECT_THAT(error_of("m.q_proj.weight", {kOut, kIn + 1}),
              HasSubstr("for another model: it changes m.q_proj.weight as [6, 4], here it is [6, 5]"));
  EXPECT_THAT(error_of(nullptr, {}), HasSubstr("it changes m.q_proj.weight, which this one does not have"));
}

TEST_F(LoraAdapterTest, WhatIsNotPlainLoraIsNamed) {
  const auto with = [this](const char* key, const json& value) {
    const json before = config_;
    config_[key] = value;
    const Error found = error();
    config_ = before;
    EXPECT_EQ(found.code, ErrorCode::kUnsupported) << key;
    return found.message;
  };
  EXPECT_THAT(with("peft_type", "LOHA"), HasSubstr("LOHA"));
  EXPECT_THAT(with("fan_in_fan_out", true), HasSubstr("transposed"));
  EXPECT_THAT(with("use_dora", true), HasSubstr("DoRA"));
  EXPECT_THAT(with("bias", "all"), HasSubstr("biases"));
  EXPECT_THAT(with("modules_to_save", {"lm_head"}), HasSubstr("whole modules"));
  EXPECT_THAT(with("alpha_pattern", {{".*q_proj", 3}}), HasSubstr("regular expression"));
  EXPECT_THAT(with("init_lora_weights", "pissa_niter_4"), HasSubstr("changes the model"));
  EXPECT_THAT(with("layer_replication", {{0, 4}}), HasSubstr("layer_replication"));
  file_.add("base_model.model.m.embed.lora_embedding_A", "F32", {1}, std::vector<float>{1});
  EXPECT_THAT(error().message, HasSubstr("lora_embedding_A"));
}

TEST_F(LoraAdapterTest, DamageIsNamed) {
  config_["r"] = 3;
  EXPECT_THAT(error().message, HasSubstr("do not fit the rank 3"));
  config_["r"] = 0;
  EXPECT_THAT(error().message, HasSubstr("r is 0"));
  config_["r"] = kRank;
  config_["rank_pattern"] = "q_proj";
  EXPECT_EQ(error().code, ErrorCode::kDamagedModel);
  config_.erase("rank_pattern");
  file_.remove(kB);
  EXPECT_THAT(error().message, HasSubstr("lacks base_model.model.m.q_proj.lora_B.weight"));
  file_.remove(kA);
  EXPECT_THAT(error().message, HasSubstr("changes nothing"));
  std::filesystem::resize_file(folder_.path() / "adapter/adapter_model.safetensors", 5);
  EXPECT_EQ(LoraAdapter::load(folder_.path() / "adapter").error().code, ErrorCode::kDamagedModel);
  EXPECT_EQ(LoraAdapter::load(folder_.path() / "none").error().code, ErrorCode::kNotFound);
  std::filesystem::remove(folder_.path() / "adapter/adapter_config.json");
  EXPECT_THAT(LoraAdapter::load(folder_.path() / "adapter").error().message,
              HasSubstr("no adapter_config.json"));
}

}  // namespace
}  // namespace fovea
