#include "core/hub/model_entry.h"

#include "core/hub/json_file.h"
#include "core/hub/safetensors_tally.h"
#include "tests/core/hub/fake_model.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::config_text;
using testing_support::safetensors;
using testing_support::write_file;
using testing_support::write_model;

class ModelEntryTest : public testing::Test {
 protected:
  ModelEntryTest() { write_model(model()); }

  fs::path model() const { return folder_.path() / "some-model"; }
  ModelEntry describe() const { return describe_model(model(), ModelSource::kFolder); }
  /// The model with `from` in its config.json replaced by `to`.
  ModelEntry with_config(const std::string& from, const std::string& to) const {
    std::string text = config_text();
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    write_file(model() / "config.json", text.replace(at, from.size(), to));
    return describe();
  }
  void expect_problem(const ModelEntry& entry, ErrorCode code, const std::string& words) const {
    ASSERT_TRUE(entry.problem) << words;
    EXPECT_EQ(entry.problem->code, code) << entry.problem->text();
    EXPECT_THAT(entry.problem->message, HasSubstr(words));
    EXPECT_FALSE(entry.problem->remedy.empty());
    EXPECT_THAT(entry.problem->text(), testing::Not(HasSubstr(folder_.path().string())));
  }

  testing_support::TemporaryFolder folder_;
};

TEST_F(ModelEntryTest, ReadsConfigAndHeaders) {
  const ModelEntry entry = describe();
  ASSERT_TRUE(entry.supported()) << entry.problem->text();
  EXPECT_EQ(entry.name, "some-model");
  EXPECT_EQ(entry.family, "Qwen3-VL");
  EXPECT_EQ(entry.architecture, "Qwen3VLForConditionalGeneration");
  EXPECT_EQ(entry.dtype, "bf16");
  EXPECT_EQ(entry.parameters, 17);
  EXPECT_EQ(entry.file_bytes, fs::file_size(model() / "model.safetensors"));
  EXPECT_EQ(entry.weight_files, 1);
  EXPECT_EQ(entry.decoder_layers, 2);
  EXPECT_EQ(entry.vision_layers, 3);
  EXPECT_EQ(entry.context_tokens, 4096);
  EXPECT_EQ(entry.vocabulary, 100);
  EXPECT_EQ(entry.kv_elements_per_token, 2 * 2 * 2 * 16);
  EXPECT_EQ(entry.layer_weights, 2 * (64 * 16 * (2 * 4 + 2 * 2) + 3 * 64 * 96));
}

TEST_F(ModelEntryTest, ReadsShardsAndAFlatConfig) {
  fs::remove(model() / "model.safetensors");
  write_file(model() / "model.safetensors.index.json",
             R"({"weight_map": {"a": "one.safetensors", "b": "two.safetensors", "c": "one.safetensors"}})");
  write_file(model() / "one.safetensors",
             safetensors(R"({"a": {"dtype": "F16", "shape": [4], "data_offsets": [0, 8]},
                                                          "c": {"dtype": "F16", "shape": [0, 7], "data_offsets": [8, 8]}})",
                         8));
  write_file(model() / "two.safetensors",
             safetensors(R"({"b": {"dtype": "F16", "shape": [3], "data_offsets": [0, 6]}})", 6));
  write_file(
      model() / "config.json",
      R"({"architectures": ["Glm4vForConditionalGeneration"], "model_type": "glm4v", "num_hidden_layers": 2, "hidden_size": 64,
                 "num_attention_heads": 4, "max_position_embeddings": 65536})");
  ModelEntry entry = describe();
  ASSERT_TRUE(entry.supported()) << entry.problem->text();
  EXPECT_EQ(entry.family, "GLM-4V");
  EXPECT_EQ(entry.parameters, 7);
  EXPECT_EQ(entry.weight_files, 2);
  EXPECT_EQ(entry.dtype, "fp16");
  EXPECT_EQ(entry.kv_elements_per_token, 2 * 2 * 4 * 16);

  fs::remove(model() / "two.safetensors");
  entry = describe();
  expect_problem(entry, ErrorCode::kDamagedModel, "1 of 2 weight files are missing");
  EXPECT_EQ(entry.context_tokens, 65536);  // what is known stays
}

/// A matrix [8, 64] of 4 bits by 32 as AWQ packs it, and 17 numbers in fp16.
std::string awq_weights() {
  return safetensors(R"({"m.qweight": {"dtype": "I32", "shape": [64, 1], "data_offsets": [0, 256]},
                         "m.qzeros": {"dtype": "I32", "shape": [2, 1], "data_offsets": [256, 264]},
                         "m.scales": {"dtype": "F16", "shape": [2, 8], "data_offsets": [264, 296]},
                         "norm.weight": {"dtype": "F16", "shape": [17], "data_offsets": [296, 330]}})",
                     330);
}

TEST_F(ModelEntryTest, ReadsIntegersOfOtherPrograms) {
  write_file(model() / "model.safetensors", awq_weights());
  const auto with = [this](const std::string& settings) {
    return with_config("\"vision_config\"", "\"quantization_config\": {" + settings + "}, \"vision_config\"");
  };
  const ModelEntry awq = with(R"("quant_method": "awq", "bits": 4, "group_size": 32)");
  ASSERT_TRUE(awq.supported()) << awq.problem->text();
  EXPECT_EQ(awq.quantization, "awq, 4 bits by 32");
  EXPECT_EQ(awq.parameters, 8 * 64 + 17);
  EXPECT_EQ(awq.published_weights, 8 * 64);
  EXPECT_EQ(awq.dtype, "fp16");
  ASSERT_TRUE(awq.published);
  EXPECT_EQ(awq.published->format, WeightFormat::kInt8) << "zero points take a fifth bit";
  EXPECT_EQ(awq.published->group, 32);

  const auto held = [&](const std::string& settings) {
    const ModelEntry entry = with(settings);
    return entry.published ? entry.published->format : WeightFormat::kModel;
  };
  EXPECT_EQ(held(R"("quant_method": "gptq", "bits": 4, "group_size": 128, "sym": true)"),
            WeightFormat::kInt4);
  EXPECT_EQ(held(R"("quant_method": "gptq", "bits": 4, "group_size": 128, "sym": false)"),
            WeightFormat::kInt8);
  EXPECT_EQ(held(R"("quant_method": "gptq", "bits": 4, "group_size": -1, "desc_act": true)"),
            WeightFormat::kFloat);
  EXPECT_EQ(held(R"("quant_method": "gptq", "bits": 4, "group_size": 48)"), WeightFormat::kFloat);
  EXPECT_EQ(held(R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights":
                    {"type": "int", "num_bits": 8, "strategy": "channel", "group_size": null}}})"),
            WeightFormat::kInt8);
  expect_problem(with(R"("quant_method": "gptq", "bits": 3, "group_size": 128)"), ErrorCode::kUnsupported,
                 "3 bits");
  expect_problem(with(R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights":
                        {"type": "float", "num_bits": 8}}})"),
                 ErrorCode::kUnsupported, "compressed-tensors");
}

TEST_F(ModelEntryTest, SaysWhatItDoesNotRun) {
  expect_problem(with_config("Qwen3VLForConditionalGeneration", "LlamaForCausalLM"), ErrorCode::kUnsupported,
                 "LlamaForCausalLM");
  expect_problem(with_config("[\"Qwen3VLForConditionalGeneration\"], \"model_type\": \"qwen3_vl\"",
                             "[\"Qwen3VLMoeForConditionalGeneration\"], \"model_type\": \"qwen3_vl_moe\""),
                 ErrorCode::kUnsupported, "mixture of experts");
  const ModelEntry quantised = with_config(
      "\"vision_config\"", "\"quantization_config\": {\"quant_method\": \"fp8\"}, \"vision_config\"");
  expect_problem(quantised, ErrorCode::kUnsupported, "quantised (fp8)");
  EXPECT_EQ(quantised.quantization, "fp8");
  expect_problem(with_config("\"num_hidden_layers\"",
                             "\"rope_scaling\": {\"rope_type\": \"yarn\"}, \"num_hidden_layers\""),
                 ErrorCode::kUnsupported, "yarn");
  EXPECT_TRUE(
      with_config("\"num_hidden_layers\"", "\"rope_scaling\": {\"type\": \"default\"}, \"num_hidden_layers\"")
          .supported());
  // Without `architectures` the type decides.
  EXPECT_TRUE(with_config("\"architectures\": [\"Qwen3VLForConditionalGeneration\"],", "").supported());
}

TEST_F(ModelEntryTest, PickleAndOtherFormatsAreUnsupported) {
  fs::remove(model() / "model.safetensors");
  expect_problem(describe(), ErrorCode::kNotFound, "No weights");
  for (const std::string name : {"pytorch_model.bin", "weights.pt", "model.gguf"}) {
    write_file(model() / name, "x");
    expect_problem(describe(), ErrorCode::kUnsupported, "Unsupported format");
    fs::remove(model() / name);
  }
  fs::remove(model() / "config.json");
  expect_problem(describe(), ErrorCode::kNotFound, "config.json is missing");
  write_file(model() / "q4.gguf", "x");
  expect_problem(describe(), ErrorCode::kUnsupported, "Unsupported format");
}

TEST_F(ModelEntryTest, DamagedConfigsAreNamed) {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[1]"), std::string("{}"), std::string(300'000, '['),
        std::string(R"({"model_type": "qwen3_vl"})"), std::string(9U << 20, ' ')}) {
    write_file(model() / "config.json", text);
    expect_problem(describe(), ErrorCode::kDamagedModel, "config.json");
  }
  for (const std::string number :
       {"-1", "0", "1.5", "1e999", "\"2\"", "18446744073709551615", "3000000000"}) {
    expect_problem(with_config("\"num_hidden_layers\": 2", "\"num_hidden_layers\": " + number),
                   ErrorCode::kDamagedModel, "config.json");
  }
  fs::remove(model() / "config.json");
  fs::create_directory(model() / "config.json");
  expect_problem(describe(), ErrorCode::kNotFound, "config.json");
  fs::remove(model() / "config.json");
  ASSERT_EQ(mkfifo((model() / "config.json").c_str(), 0600), 0);  // opening it would wait for ever
  expect_problem(describe(), ErrorCode::kNotFound, "config.json");
}

TEST_F(ModelEntryTest, DamagedWeightsAreNamed) {
  const std::string good = R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})";
  const auto with_weights = [this](const std::string& bytes) {
    write_file(model() / "model.safetensors", bytes);
    return describe();
  };
  EXPECT_TRUE(with_weights(safetensors(good, 8)).supported());
  for (const std::string& bytes :
       {std::string(), std::string("1234567"), std::string(8, '\xFF'), safetensors(good, 7),
        safetensors(good, 8).substr(0, 40), safetensors(std::string(100, '['), 0), safetensors("{}", 0)}) {
    expect_problem(with_weights(bytes), ErrorCode::kDamagedModel, "model.safetensors");
  }
  for (const std::string header :
       {R"({"a": 5})", R"({"a": {"shape": [2], "data_offsets": [0, 8]}})",
        R"({"a": {"dtype": "F32", "shape": [2]}})",
        R"({"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}})",
        R"({"a": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 8]}})",
        R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}})",
        R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8, 9]}})",
        R"({"a": {"dtype": "F32", "shape": [[2]], "data_offsets": [0, 8]}})", R"([{"dtype": "F32"}])", "7"}) {
    SCOPED_TRACE(header);
    expect_problem(with_weights(safetensors(header, 8)), ErrorCode::kDamagedModel, "model.safetensors");
  }
  expect_problem(with_weights(std::string(8, '\xFF')), ErrorCode::kDamagedModel, "header is over 100 MB");
  expect_problem(
      with_weights(safetensors(R"({"a": {"dtype": "F8_E4M3", "shape": [8], "data_offsets": [0, 8]}})", 8)),
      ErrorCode::kUnsupported, "F8_E4M3");
}

TEST_F(ModelEntryTest, AnIndexMayNotLeadOutOfTheFolder) {
  write_file(folder_.path() / "secret.safetensors",
             safetensors(R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})", 8));
  for (const std::string name : {"../secret.safetensors", "/etc/passwd", "sub\\\\file", "..", ""}) {
    write_file(model() / "model.safetensors.index.json", R"({"weight_map": {"a": ")" + name + R"("}})");
    expect_problem(describe(), ErrorCode::kDamagedModel, "outside");
  }
  for (const std::string index :
       {"{}", R"({"weight_map": {}})", R"({"weight_map": {"a": 5}})", R"({"weight_map": ["a"]})"}) {
    write_file(model() / "model.safetensors.index.json", index);
    expect_problem(describe(), ErrorCode::kDamagedModel, "model.safetensors.index.json");
  }
}

}  // namespace
}  // namespace fovea
