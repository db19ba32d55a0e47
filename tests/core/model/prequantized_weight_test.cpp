// Matrices of integers as compressed-tensors, GPTQ and AWQ publish them, packed here word by word.
#include "core/model/prequantized_weight.h"

#include "core/model/weight_source.h"
#include "tensor_compare.h"
#include "tensor_file.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::same_bits;
using ::testing::HasSubstr;
using Pass = WeightSource::Pass;
using Words = std::vector<std::uint32_t>;

constexpr std::int64_t kRows = 24;  // a panel and a half
constexpr std::int64_t kColumns = 96;
constexpr std::int64_t kGroup = 32;
constexpr std::int64_t kGroups = kColumns / kGroup;
constexpr std::int64_t kAwqOrder[8] = {0, 2, 4, 6, 1, 3, 5, 7};

struct Kind {
  const char* name;
  QuantizationMethod method;
  int bits;
  bool symmetric;
  bool bytes = false;
  bool less_one = false;
  bool ordered = false;
  std::string scales = "F16";

  QuantizationScheme scheme() const {
    QuantizationScheme out;
    out.method = method;
    out.bits = bits;
    out.group = kGroup;
    out.symmetric = symmetric;
    out.bytes = bytes;
    out.zeros_less_one = less_one;
    out.act_order = ordered;
    return out;
  }
  std::int64_t a_word() const { return 32 / bits; }
  std::uint32_t integer(std::int64_t r, std::int64_t k) const {
    return static_cast<std::uint32_t>(r * 7 + k * 5 + r * k) % (1U << bits);
  }
  std::uint32_t zero(std::int64_t r, std::int64_t g) const {
    const std::uint32_t middle = 1U << (bits - 1);
    return symmetric ? middle : middle - 3 + static_cast<std::uint32_t>(r + 2 * g) % 7;
  }
  static float scale(std::int64_t r, std::int64_t g) {
    return static_cast<float>(1 + (r + 3 * g) % 5) / 64.0F;
  }
  std::int64_t group_of(std::int64_t k) const { return ordered ? k * 5 % kGroups : k / kGroup; }
  float weight(std::int64_t r, std::int64_t k) const {
    const auto apart =
        static_cast<std::int32_t>(integer(r, k)) - static_cast<std::int32_t>(zero(r, group_of(k)));
    return static_cast<float>(apart) * scale(r, group_of(k));
  }
};

at::Tensor meant(const Kind& kind) {
  at::Tensor out = at::empty({kRows, kColumns}, at::TensorOptions().dtype(at::kFloat));
  for (std::int64_t r = 0; r < kRows; ++r)
    for (std::int64_t k = 0; k < kColumns; ++k)
      out.mutable_data_ptr<float>()[r * kColumns + k] = kind.weight(r, k);
  return out;
}

void add_scales(const Kind& kind, const std::string& name, bool by_group, test::TensorFile& file) {
  std::vector<c10::Half> half(kRows * kGroups);
  std::vector<float> wide(kRows * kGroups);
  for (std::int64_t r = 0; r < kRows; ++r) {
    for (std::int64_t g = 0; g < kGroups; ++g) {
      const auto at = static_cast<std::size_t>(by_group ? g * kRows + r : r * kGroups + g);
      half[at] = wide[at] = Kind::scale(r, g);
    }
  }
  const std::vector<std::int64_t> shape =
      by_group ? std::vector<std::int64_t>{kGroups, kRows} : std::vector<std::int64_t>{kRows, kGroups};
  if (kind.scales == "F16")
    file.add(name, "F16", shape, half);
  else
    file.add(name, "F32", shape, wide);
}

void add_compressed(const Kind& kind, const std::string& module, test::TensorFile& file) {
  const std::int64_t a_word = kind.a_word();
  add_scales(kind, module + ".weight_scale", false, file);
  if (kind.bytes) {
    std::vector<std::int8_t> values;
    for (std::int64_t r = 0; r < kRows; ++r)
      for (std::int64_t k = 0; k < kColumns; ++k)
        values.push_back(static_cast<std::int8_t>(static_cast<int>(kind.integer(r, k)) - 128));
    file.add(module + ".weight", "I8", {kRows, kColumns}, values);
    return;
  }
  Words values(kRows * kColumns / a_word);
  Words zeros(kRows / a_word * kGroups);
  for (std::int64_t r = 0; r < kRows; ++r) {
    for (std::int64_t k = 0; k < kColumns; ++k)
      values[static_cast<std::size_t>((r * kColumns + k) / a_word)] |= kind.integer(r, k)
                                                                       << (k % a_word * kind.bits);
    for (std::int64_t g = 0; g < kGroups; ++g)
      zeros[static_cast<std::size_t>(r / a_word * kGroups + g)] |= kind.zero(r, g)
                                                                   << (r % a_word * kind.bits);
  }
  file.add(module + ".weight_packed", "I32", {kRows, kColumns / a_word}, values);
  file.add(module + ".weight_shape", "I64", {2}, std::vector<std::int64_t>{kRows, kColumns});
  if (!kind.symmetric) file.add(module + ".weight_zero_point", "I32", {kRows / a_word, kGroups}, zeros);
}

void add_gptq(const Kind& kind, const std::string& module, test::TensorFile& file) {
  const std::int64_t a_word = kind.a_word();
  const std::uint32_t mask = (1U << kind.bits) - 1;
  Words values(kRows * kColumns / a_word);
  Words zeros(kRows / a_word * kGroups);
  std::vector<std::int32_t> order;
  for (std::int64_t k = 0; k < kColumns; ++k) {
    order.push_back(static_cast<std::int32_t>(kind.group_of(k)));
    for (std::int64_t r = 0; r < kRows; ++r)
      values[static_cast<std::size_t>(k / a_word * kRows + r)] |= kind.integer(r, k)
                                                                  << (k % a_word * kind.bits);
  }
  for (std::int64_t r = 0; r < kRows; ++r) {
    for (std::int64_t g = 0; g < kGroups; ++g) {
      const std::uint32_t stored = kind.less_one ? (kind.zero(r, g) - 1) & mask : kind.zero(r, g);
      zeros[static_cast<std::size_t>(g * kRows / a_word + r / a_word)] |= stored << (r % a_word * kind.bits);
    }
  }
  add_scales(kind, module + ".scales", true, file);
  file.add(module + ".qweight", "I32", {kColumns / a_word, kRows}, values);
  file.add(module + ".qzeros", "I32", {kGroups, kRows / a_word}, zeros);
  file.add(module + ".g_idx", "I32", {kColumns}, order);
}

void add_awq(const Kind& kind, const std::string& module, test::TensorFile& file) {
  Words values(kRows * kColumns / 8);
  Words zeros(kRows / 8 * kGroups);
  for (std::int64_t word = 0; word < kRows / 8; ++word) {
    for (std::int64_t i = 0; i < 8; ++i) {
      const std::int64_t r = word * 8 + kAwqOrder[i];
      for (std::int64_t k = 0; k < kColumns; ++k)
        values[static_cast<std::size_t>(k * kRows / 8 + word)] |= kind.integer(r, k) << (4 * i);
      for (std::int64_t g = 0; g < kGroups; ++g)
        zeros[static_cast<std::size_t>(g * kRows / 8 + word)] |= kind.zero(r, g) << (4 * i);
    }
  }
  add_scales(kind, module + ".scales", true, file);
  file.add(module + ".qweight", "I32", {kColumns, kRows / 8}, values);
  file.add(module + ".qzeros", "I32", {kGroups, kRows / 8}, zeros);
}

void add_matrix(const Kind& kind, const std::string& module, test::TensorFile& file) {
  switch (kind.method) {
    case QuantizationMethod::kCompressedTensors:
      return add_compressed(kind, module, file);
    case QuantizationMethod::kGptq:
      return add_gptq(kind, module, file);
    case QuantizationMethod::kAwq:
      return add_awq(kind, module, file);
  }
}

using Method = QuantizationMethod;
const Kind kCompressed{"compressed_4", Method::kCompressedTensors, 4, true};
const Kind kGptq{"gptq_4", Method::kGptq, 4, true, false, true};
const Kind kAwq{"awq", Method::kAwq, 4, false};
const Kind kBytes{"compressed_bytes", Method::kCompressedTensors, 8, true, true};
const Kind kOrdered{"gptq_ordered", Method::kGptq, 4, true, false, true, true};
const Kind kWideScales{
    "compressed_wide_scales", Method::kCompressedTensors, 4, true, false, false, false, "F32"};
const std::vector<Kind> kKinds = {kCompressed,
                                  {"compressed_4_zeros", Method::kCompressedTensors, 4, false},
                                  {"compressed_8", Method::kCompressedTensors, 8, true},
                                  {"compressed_8_zeros", Method::kCompressedTensors, 8, false},
                                  kBytes,
                                  kWideScales,
                                  kGptq,
                                  {"gptq_4_zeros", Method::kGptq, 4, false, false, true},
                                  {"gptq_4_zeros_second", Method::kGptq, 4, false},
                                  {"gptq_8", Method::kGptq, 8, true, false, true},
                                  kOrdered,
                                  kAwq};

class Folder {
 public:
  explicit Folder(const test::TensorFile& file) { file.write(folder_.path() / "model.safetensors"); }
  Checkpoint checkpoint() const {
    auto opened = open_checkpoint(folder_.path());
    EXPECT_TRUE(opened) << opened.error().text();
    return std::move(*opened);
  }
  std::filesystem::path file() const { return folder_.path() / "model.safetensors"; }

 private:
  test::TemporaryFolder folder_;
};

class Prequantized : public ::testing::TestWithParam<Kind> {};

TEST_P(Prequantized, IsTheNumbersThatItMeans) {
  const Kind& kind = GetParam();
  test::TensorFile file;
  add_matrix(kind, "a", file);
  const Folder folder(file);
  const Checkpoint checkpoint = folder.checkpoint();
  const QuantizationScheme scheme = kind.scheme();
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    WeightSource source(checkpoint, type, Pass::kRead, {}, {}, {&scheme});
    const at::Tensor numbers = source.tensor("a.weight", {kRows, kColumns});
    ASSERT_TRUE(source.finish()) << source.finish().error().text();
    EXPECT_TRUE(same_bits(numbers, meant(kind).to(type)));
  }
}

/// Multiplied by the unit matrix a weight comes back, integers or numbers: 1 is rounded to 127 / 127.
at::Tensor weight_of(const Linear& linear) {
  return linear(at::eye(kColumns, at::TensorOptions().dtype(at::kFloat))).t();
}

TEST_P(Prequantized, StaysIntegersWhereOursHoldThem) {
  const Kind& kind = GetParam();
  test::TensorFile file;
  add_matrix(kind, "a", file);
  add_matrix(kind, "b", file);
  const Folder folder(file);
  const Checkpoint checkpoint = folder.checkpoint();
  const QuantizationScheme scheme = kind.scheme();
  const auto both = [&](WeightSource& source) {
    return source.linear("ab.weight", 2 * kRows, kColumns, source.layers(), [&] {
      return source.stacked({{"a.weight", {kRows, kColumns}}, {"b.weight", {kRows, kColumns}}});
    });
  };
  const bool none = kind.ordered || kind.scales == "F32" || (kind.bits == 8 && !kind.symmetric);
  const int bits = none ? 0 : kind.bits == 4 && kind.symmetric ? 4 : 8;
  const at::Tensor expected = at::cat({meant(kind), meant(kind)});
  WeightSource check(checkpoint, at::kFloat, Pass::kCheck, {}, {}, {&scheme});
  both(check);
  EXPECT_TRUE(check.finish());
  WeightSource source(checkpoint, at::kFloat, Pass::kRead, {}, {}, {&scheme});
  const Linear kept = both(source);
  ASSERT_TRUE(source.finish()) << source.finish().error().text();
  EXPECT_EQ(kept.integer_bits(), bits);
  EXPECT_TRUE(at::allclose(weight_of(kept), expected, 1e-6, 1e-7));
  const PrequantizedLayout layout(scheme, checkpoint);
  EXPECT_EQ(layout.held(*layout.find("a.weight", kRows, kColumns)).bits, bits) << "the header tells as much";

  WeightSource numbers(checkpoint, at::kFloat, Pass::kRead, {}, {WeightFormat::kFloat}, {&scheme});
  const Linear plain = both(numbers);
  EXPECT_EQ(plain.integer_bits(), 0);
  EXPECT_TRUE(same_bits(weight_of(plain).contiguous(), expected));

  WeightSource coarser(checkpoint, at::kFloat, Pass::kRead, {}, {WeightFormat::kInt4, 32}, {&scheme});
  EXPECT_EQ(both(coarser).integer_bits(), 4) << "fewer bits may be asked for";
  ASSERT_TRUE(coarser.finish());
}

INSTANTIATE_TEST_SUITE_P(Kinds, Prequantized, ::testing::ValuesIn(kKinds),
                         [](const auto& one) { return one.param.name; });

TEST(PrequantizedLayout, CountsWeights) {
  for (const Kind& kind : kKinds) {
    test::TensorFile file;
    add_matrix(kind, "a", file);
    file.add("norm.weight", "F32", {3}, std::vector<float>{1, 2, 3});
    const Folder folder(file);
    const QuantizationScheme scheme = kind.scheme();
    EXPECT_EQ(count_parameters(folder.checkpoint(), &scheme), kRows * kColumns + 3) << kind.name;
  }
}

/// The error of asking for "a.weight" after a change to its tensors, in either pass.
Error error_after(const Kind& kind, const std::function<void(test::TensorFile&)>& change, Pass pass) {
  test::TensorFile file;
  add_matrix(kind, "a", file);
  change(file);
  const Folder folder(file);
  const Checkpoint checkpoint = folder.checkpoint();
  const QuantizationScheme scheme = kind.scheme();
  WeightSource source(checkpoint, at::kFloat, pass, {}, {}, {&scheme});
  source.linear("a.weight", kRows, kColumns, source.layers(), [&] {
    return source.tensor("a.weight", {kRows, kColumns});
  });
  const auto done = source.finish();
  EXPECT_FALSE(done);
  return done ? Error{} : done.error();
}

TEST(PrequantizedWeight, DamageIsNamed) {
  const auto without = [](const std::string& name) {
    return [name](test::TensorFile& file) { file.remove(name); };
  };
  EXPECT_THAT(error_after(kGptq, without("a.scales"), Pass::kCheck).message,
              HasSubstr("lacks the tensor a.scales [3, 24]"));
  EXPECT_THAT(error_after(kGptq, without("a.qweight"), Pass::kCheck).message,
              HasSubstr("lacks the tensor a.qweight"));
  EXPECT_THAT(error_after(kAwq, without("a.qzeros"), Pass::kCheck).message,
              HasSubstr("lacks the tensor a.qzeros"));
  EXPECT_THAT(error_after(kOrdered, without("a.g_idx"), Pass::kCheck).message,
              HasSubstr("lacks the tensor a.g_idx"));
  EXPECT_THAT(error_after(kCompressed, without("a.weight_scale"), Pass::kCheck).message,
              HasSubstr("a.weight_scale"));
  EXPECT_THAT(error_after(kCompressed, without("a.weight_shape"), Pass::kCheck).message,
              HasSubstr("a.weight_shape"));
  EXPECT_THAT(error_after(kBytes, without("a.weight_scale"), Pass::kCheck).message,
              HasSubstr("a.weight_scale"));

  const auto wrong_shape = [](test::TensorFile& file) {
    file.add("a.qweight", "I32", {kColumns, kRows / 4}, Words(kColumns * kRows / 4));
  };
  EXPECT_THAT(error_after(kAwq, wrong_shape, Pass::kCheck).message,
              HasSubstr("a.qweight has the shape [96, 6], expected [96, 3]"));
  const auto wrong_type = [](test::TensorFile& file) {
    file.add("a.qzeros", "F32", {kGroups, kRows / 8}, std::vector<float>(kGroups * kRows / 8));
  };
  EXPECT_THAT(error_after(kAwq, wrong_type, Pass::kCheck).message, HasSubstr("stored as fp32"));
  const auto other_matrix = [](test::TensorFile& file) {
    file.add("a.weight_shape", "I64", {2}, std::vector<std::int64_t>{kRows, kColumns - 1});
  };
  EXPECT_THAT(error_after(kCompressed, other_matrix, Pass::kRead).message,
              HasSubstr("[24, 95], expected [24, 96]"));
}

TEST(PrequantizedWeight, AnInputOutsideOfTheGroupsIsRefused) {
  for (const std::int32_t outside : {-1, 3, 1 << 30}) {
    const auto change = [outside](test::TensorFile& file) {
      std::vector<std::int32_t> order(kColumns, 0);
      order[50] = outside;
      file.add("a.g_idx", "I32", {kColumns}, order);
    };
    const Error error = error_after(kOrdered, change, Pass::kRead);
    EXPECT_EQ(error.code, ErrorCode::kDamagedModel);
    EXPECT_THAT(error.message, HasSubstr("in group " + std::to_string(outside) + " of 3"));
  }
}

TEST(PrequantizedWeight, AFileThatEndsWhileItIsReadIsNamed) {
  test::TensorFile file;
  add_matrix(kGptq, "a", file);
  const Folder folder(file);
  const Checkpoint checkpoint = folder.checkpoint();
  const QuantizationScheme scheme = kGptq.scheme();
  WeightSource source(checkpoint, at::kFloat, Pass::kRead, {}, {}, {&scheme});
  std::filesystem::resize_file(folder.file(), 700);
  EXPECT_FALSE(source.tensor("a.weight", {kRows, kColumns}).defined() && source.finish());
  ASSERT_FALSE(source.finish());
  EXPECT_THAT(source.finish().error().message, HasSubstr("Model file damaged: model.safetensors"));
}

TEST(PrequantizedWeight, SymmetricByItsConfigAndNotByItsZerosTakesEightBits) {
  Kind kind{"gptq", Method::kGptq, 4, false, false, true};  // zeros of all kinds
  test::TensorFile file;
  add_matrix(kind, "a", file);
  const Folder folder(file);
  const Checkpoint checkpoint = folder.checkpoint();
  QuantizationScheme scheme = kind.scheme();
  scheme.symmetric = true;
  WeightSource source(checkpoint, at::kFloat, Pass::kRead, {}, {}, {&scheme});
  const Linear kept = source.linear("a.weight", kRows, kColumns, source.layers(), [&] {
    return source.tensor("a.weight", {kRows, kColumns});
  });
  EXPECT_EQ(kept.integer_bits(), 8);
  EXPECT_TRUE(at::allclose(weight_of(kept), meant(kind), 1e-6, 1e-7));
}

TEST(PrequantizedWeight, RoundedActivationsMeetNumbersOnlyWhenAskedFor) {
  test::TensorFile file;
  add_matrix(kBytes, "a", file);
  const Folder folder(file);
  const Checkpoint checkpoint = folder.checkpoint();
  QuantizationScheme scheme = kBytes.scheme();
  scheme.rounds_activations = true;
  const auto product = [&](const WeightOptions& storage) {
    WeightSource source(checkpoint, at::kFloat, Pass::kRead, {}, storage, {&scheme});
    return source.linear("a.weight", kRows, kColumns, source.layers(), [&] {
      return source.tensor("a.weight", {kRows, kColumns});
    });
  };
  const at::Tensor x = test::random_tensor({5, kColumns}, at::kFloat);
  EXPECT_EQ(product({}).integer_bits(), 8);
  const at::Tensor y = product({WeightFormat::kFloat})(x);
  EXPECT_TRUE(same_bits(y, plain_linear(rounded_rows(x), meant(kBytes), {})));
  EXPECT_FALSE(same_bits(y, plain_linear(x, meant(kBytes), {})));
}

TEST(RoundedRows, HaveAScaleOfTheirOwnAndKeepNoughts) {
  at::Tensor x = at::zeros({3, 4}, at::TensorOptions().dtype(at::kFloat));
  auto* at = x.mutable_data_ptr<float>();
  at[0] = 127.5F;  // scale 1: rounds to 128, which 8 bits do not hold
  at[1] = -127.5F;
  at[2] = 2.5F;  // ties to even
  at[3] = 0.2F;
  at[4] = 255.0F;
  at[5] = 3.0F;
  const at::Tensor y = rounded_rows(x);
  const std::vector<float> expected = {127, -128, 2, 0, 254, 4, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(std::vector<float>(y.const_data_ptr<float>(), y.const_data_ptr<float>() + 12), expected);
}

}  // namespace
}  // namespace fovea
