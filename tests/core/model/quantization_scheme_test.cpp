#include "core/model/quantization_scheme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json compressed() {
  return json::parse(
      R"({"quant_method": "compressed-tensors", "format": "pack-quantized", "kv_cache_scheme": null,
    "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "output_activations": null,
      "weights": {"num_bits": 4, "type": "int", "symmetric": true, "strategy": "group", "group_size": 128,
                  "dynamic": false, "actorder": null, "observer": "minmax"}}},
    "ignore": ["lm_head"]})");
}

json w8a8() {
  json config = compressed();
  json& group = config["config_groups"]["group_0"];
  config["format"] = "int-quantized";
  group["weights"] = {{"num_bits", 8}, {"type", "int"}, {"symmetric", true}, {"strategy", "channel"}};
  group["input_activations"] = {
      {"num_bits", 8}, {"type", "int"}, {"symmetric", true}, {"strategy", "token"}, {"dynamic", true}};
  return config;
}

json gptq() {
  return json::parse(R"({"quant_method": "gptq", "bits": 4, "group_size": 64, "desc_act": true, "sym": false,
                         "checkpoint_format": "gptq", "dynamic": {"-:.*visual.*": {}}})");
}

json awq() {
  return json::parse(
      R"({"quant_method": "awq", "bits": 4, "group_size": 128, "version": "GEMM", "zero_point": true})");
}

TEST(QuantizationScheme, ReadsCompressedTensors) {
  const auto scheme = read_quantization_scheme(compressed());
  ASSERT_TRUE(scheme) << scheme.error().text();
  EXPECT_EQ(scheme->method, QuantizationMethod::kCompressedTensors);
  EXPECT_EQ(scheme->bits, 4);
  EXPECT_EQ(scheme->group, 128);
  EXPECT_TRUE(scheme->symmetric);
  EXPECT_FALSE(scheme->bytes || scheme->rounds_activations || scheme->act_order);
  EXPECT_EQ(scheme->text(), "compressed-tensors, 4 bits by 128");
}

TEST(QuantizationScheme, ReadsRoundedActivations) {
  const auto scheme = read_quantization_scheme(w8a8());
  ASSERT_TRUE(scheme) << scheme.error().text();
  EXPECT_TRUE(scheme->bytes && scheme->rounds_activations);
  EXPECT_EQ(scheme->group, 0);
  EXPECT_EQ(scheme->text(), "compressed-tensors, 8 bits by row, activations too");
}

TEST(QuantizationScheme, ReadsGptqAndItsTwoFormats) {
  json config = gptq();
  const auto first = read_quantization_scheme(config);
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_TRUE(first->zeros_less_one && first->act_order && !first->symmetric);
  config["checkpoint_format"] = "gptq_v2";
  EXPECT_FALSE(read_quantization_scheme(config)->zeros_less_one);
  config.erase("checkpoint_format");
  EXPECT_TRUE(read_quantization_scheme(config)->zeros_less_one) << "old files do not say";
  config["group_size"] = -1;
  EXPECT_EQ(read_quantization_scheme(config)->group, 0);
}

TEST(QuantizationScheme, ReadsAwq) {
  const auto scheme = read_quantization_scheme(awq());
  ASSERT_TRUE(scheme) << scheme.error().text();
  EXPECT_EQ(scheme->method, QuantizationMethod::kAwq);
  EXPECT_FALSE(scheme->symmetric);
  EXPECT_EQ(scheme->text(), "awq, 4 bits by 128");
}

struct SchemeChange {
  const char* name;
  json (*from)();
  const char* at;
  json value;
  ErrorCode code;
  const char* said;
};

class UnreadScheme : public ::testing::TestWithParam<SchemeChange> {};

TEST_P(UnreadScheme, IsRefusedInWords) {
  json config = GetParam().from();
  config[json::json_pointer(GetParam().at)] = GetParam().value;
  const auto scheme = read_quantization_scheme(config);
  ASSERT_FALSE(scheme);
  EXPECT_EQ(scheme.error().code, GetParam().code);
  EXPECT_THAT(scheme.error().message, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Variants, UnreadScheme,
    ::testing::Values(
        SchemeChange{"method", gptq, "/quant_method", "bitsandbytes", ErrorCode::kUnsupported,
                     "bitsandbytes"},
        SchemeChange{"gptq_bits", gptq, "/bits", 3, ErrorCode::kUnsupported, "GPTQ with 3 bits"},
        SchemeChange{"gptq_format", gptq, "/checkpoint_format", "marlin", ErrorCode::kUnsupported, "marlin"},
        SchemeChange{"gptq_dynamic",
                     gptq,
                     "/dynamic",
                     {{"+:.*down.*", {{"bits", 8}}}},
                     ErrorCode::kUnsupported,
                     "dynamic"},
        SchemeChange{"gptq_bits_text", gptq, "/bits", "four", ErrorCode::kDamagedModel, "bits"},
        SchemeChange{"gptq_group", gptq, "/group_size", -7, ErrorCode::kDamagedModel, "group_size"},
        SchemeChange{"awq_bits", awq, "/bits", 8, ErrorCode::kUnsupported, "AWQ with 8 bits"},
        SchemeChange{"awq_packing", awq, "/version", "gemv", ErrorCode::kUnsupported, "gemv"},
        SchemeChange{"ct_bits", compressed, "/config_groups/group_0/weights/num_bits", 3,
                     ErrorCode::kUnsupported, "3 bits"},
        SchemeChange{"ct_float", compressed, "/config_groups/group_0/weights/type", "float",
                     ErrorCode::kUnsupported, "float"},
        SchemeChange{"ct_block", compressed, "/config_groups/group_0/weights/strategy", "block",
                     ErrorCode::kUnsupported, "block"},
        SchemeChange{"ct_format", compressed, "/format", "marlin-24", ErrorCode::kUnsupported, "marlin-24"},
        SchemeChange{"ct_bytes_of_four", compressed, "/format", "int-quantized", ErrorCode::kUnsupported,
                     "with 4 bits"},
        SchemeChange{"ct_no_groups", compressed, "/config_groups", json::object(), ErrorCode::kDamagedModel,
                     "config_groups"},
        SchemeChange{"ct_keys_and_values",
                     compressed,
                     "/kv_cache_scheme",
                     {{"num_bits", 8}},
                     ErrorCode::kUnsupported,
                     "keys and values"},
        SchemeChange{"ct_fixed_activations", w8a8, "/config_groups/group_0/input_activations/dynamic", false,
                     ErrorCode::kUnsupported, "activations"},
        SchemeChange{"ct_two_schemes",
                     compressed,
                     "/config_groups/group_1",
                     {{"weights", {{"num_bits", 8}, {"strategy", "channel"}}}},
                     ErrorCode::kUnsupported,
                     "several schemes"}),
    [](const auto& one) { return one.param.name; });

TEST(QuantizationScheme, SurvivesWhatIsNoObject) {
  EXPECT_FALSE(read_quantization_scheme(json(4)));
  EXPECT_FALSE(read_quantization_scheme(json::object()));
  json config = compressed();
  config["config_groups"]["group_0"] = "Linear";
  EXPECT_FALSE(read_quantization_scheme(config));
}

}  // namespace
}  // namespace fovea
