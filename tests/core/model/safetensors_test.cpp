#include "core/model/safetensors.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using ::testing::HasSubstr;

Result<std::vector<StoredTensor>> parse(const std::string& header, std::uint64_t data_bytes) {
  return parse_safetensors_header(header, header.size() + 8 + data_bytes, "model.safetensors");
}

TEST(SafetensorsHeader, ListsTensorsByOffset) {
  const std::string header =
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[8,20]},)"
      R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  const auto tensors = parse(header, 20);
  ASSERT_TRUE(tensors) << tensors.error().text();
  ASSERT_EQ(tensors->size(), 2U);
  EXPECT_EQ((*tensors)[0].name, "a");
  EXPECT_EQ((*tensors)[0].begin, header.size() + 8);
  EXPECT_EQ((*tensors)[1].shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ((*tensors)[1].elements(), 6);
  EXPECT_EQ((*tensors)[1].type, StoredType::kBFloat16);
}

TEST(SafetensorsHeader, TakesAScalarAndAnEmptyTensor) {
  const auto tensors = parse(
      R"({"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"e":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]}})",
      4);
  ASSERT_TRUE(tensors) << tensors.error().text();
  EXPECT_EQ(tensors->size(), 2U);
}

struct Fault {
  const char* name;
  const char* header;
  std::uint64_t data_bytes;
  const char* says;
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.name;
}

class SafetensorsFault : public ::testing::TestWithParam<Fault> {};

TEST_P(SafetensorsFault, IsAnErrorThatNamesTheTensor) {
  const Fault& fault = GetParam();
  const auto tensors = parse(fault.header, fault.data_bytes);
  ASSERT_FALSE(tensors);
  EXPECT_THAT(tensors.error().message, HasSubstr(fault.says));
  EXPECT_THAT(tensors.error().message, HasSubstr("model.safetensors"));
}

INSTANTIATE_TEST_SUITE_P(
    All, SafetensorsFault,
    ::testing::Values(
        Fault{"not_json", "{\"a\":", 0, "not JSON"}, Fault{"a_list", "[]", 0, "not a JSON object"},
        Fault{
            "duplicate",
            R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
            8, "'a' is listed twice"},
        Fault{"negative", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}})", 4, "offsets of 'a'"},
        Fault{"reversed", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4, "offsets of 'a'"},
        Fault{"past_the_end", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4,
              "'a' lies past the end"},
        Fault{
            "overlap",
            R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
            8, "'b' overlaps"},
        Fault{"gap", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8, "gap before 'a'"},
        Fault{"trailing", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 9, "bytes follow"},
        Fault{"product_overflow",
              R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}})", 4,
              "overflows"},
        Fault{"shape_too_small", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})", 8,
              "does not fit"},
        Fault{"negative_side", R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4,
              "shape of 'a'"},
        Fault{"no_dtype", R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4, "lacks dtype"},
        Fault{"other_dtype", R"({"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}})", 4, "F8_E4M3"},
        Fault{"deep", R"({"a":[[[[[[[[[[1]]]]]]]]]]})", 0, "nested too deeply"},
        Fault{"a_number", R"({"a":7})", 0, "'a' is not described"}),
    [](const auto& one) { return one.param.name; });

TEST(SafetensorsLength, IsCheckedAgainstTheFile) {
  const auto length = [](const std::string& first, std::uint64_t bytes) {
    return parse_safetensors_header_length(first, bytes, "m");
  };
  EXPECT_FALSE(length("abc", 3));
  EXPECT_FALSE(length(std::string(8, '\xFF'), 1 << 20)) << "2^64 - 1";
  EXPECT_FALSE(length(std::string("\x10\0\0\0\0\0\0\0", 8), 23)) << "one byte short";
  const auto exact = length(std::string("\x10\0\0\0\0\0\0\0", 8), 24);
  ASSERT_TRUE(exact);
  EXPECT_EQ(*exact, 16U);
  EXPECT_FALSE(length(std::string("\0\0\0\x10\0\0\0\0", 8), std::uint64_t{1} << 40)) << "256 MB of header";
}

}  // namespace
}  // namespace fovea
