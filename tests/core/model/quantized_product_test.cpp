#include "core/device/cpu/quantized_product.h"

#include "core/api/weight_group.h"
#include "core/model/linear.h"
#include "core/model/quantization.h"
#include "tensor_compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/linear.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using cpu::QuantizedKernel;
using test::random_tensor;
using test::same_bits;

struct Format {
  int bits;
  std::int64_t group;
};

const std::vector<Format> kFormats = {{8, 32}, {8, 64}, {8, 128}, {8, kWholeRow}, {4, 32}, {4, 64}, {4, 128}};

/// The weight that the integers stand for, [rows, columns] fp32.
at::Tensor dequantize(const cpu::QuantizedWeight& weight) {
  at::Tensor out = at::empty({weight.rows, weight.columns}, weight.values.options().dtype(at::kFloat));
  const auto* values = weight.values.const_data_ptr<std::uint8_t>();
  const auto* scales = weight.scales.const_data_ptr<c10::Half>();
  auto* to = out.mutable_data_ptr<float>();
  for (std::int64_t row = 0; row < weight.rows; ++row) {
    for (std::int64_t column = 0; column < weight.columns; ++column) {
      const std::int64_t at = row / cpu::kPanelRows * weight.groups() + column / weight.group;
      const std::int64_t quad = at * weight.group / 4 + column % weight.group / 4;
      const std::int64_t inside = row % cpu::kPanelRows * 4 + column % 4;
      std::int32_t value = 0;
      if (weight.bits == 8) {
        value = values[quad * 64 + inside] - 128;
      } else {
        const std::uint8_t both = values[quad / 2 * 64 + inside];
        value = (quad % 2 == 0 ? both & 15 : both >> 4) - 8;
      }
      const float scale =
          static_cast<float>(scales[at * cpu::kPanelRows + row % cpu::kPanelRows]) * weight.unit;
      to[row * weight.columns + column] = scale * static_cast<float>(value);
    }
  }
  return out;
}

/// Sum of squares of a - b over that of b.
double relative_error(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor exact = b.to(at::kDouble);
  return std::sqrt(a.to(at::kDouble).sub(exact).square().sum().item<double>() /
                   exact.square().sum().item<double>());
}

/// Normal numbers, the same on every machine.
at::Tensor normal_tensor(std::vector<std::int64_t> shape, at::ScalarType type, unsigned seed = 1) {
  at::Tensor sum = random_tensor(shape, at::kFloat, 1.0, seed);
  for (unsigned i = 1; i < 12; ++i) sum.add_(random_tensor(shape, at::kFloat, 1.0, seed + 100 * i));
  return sum.mul_(0.5).to(type);
}

TEST(Quantization, ErrsByWhatItsBitsAllow) {
  const at::Tensor weight = normal_tensor({70, 512}, at::kBFloat16).mul_(0.02);
  const std::vector<double> most = {0.006, 0.0065, 0.007, 0.009, 0.083, 0.092, 0.099};
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    const auto [bits, group] = kFormats[i];
    const double error = relative_error(dequantize(quantize(weight, bits, group)), weight);
    EXPECT_LT(error, most[i]) << bits << " bits by " << group;
    EXPECT_GT(error, most[i] / 1.4) << bits << " bits by " << group;
  }
}

TEST(Quantization, KeepsNumbersThatItsLevelsHold) {
  // -8 … 7 times a power of two, in 18 rows (a panel and a bit) of 40 columns (a group and a bit).
  at::Tensor weight = at::empty({18, 40}, at::TensorOptions().dtype(at::kFloat));
  auto* p = weight.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < weight.numel(); ++i)
    p[i] = static_cast<float>((i * 7 + i / 40) % 16 - 8) / 1024;
  for (const auto [bits, group] : {Format{4, 32}, Format{4, 64}, Format{4, 128}}) {
    EXPECT_TRUE(same_bits(dequantize(quantize(weight, bits, group)), weight)) << group;
    EXPECT_TRUE(same_bits(dequantize(quantize(weight.neg(), bits, group)), weight.neg())) << group;
  }
  EXPECT_LT(relative_error(dequantize(quantize(weight, 8, 64)), weight), 0.005);
}

TEST(Quantization, KnowsTinyHugeAndEmptyGroups) {
  for (const double scale : {1e-30, 1e-6, 1e6, 1e30}) {
    const at::Tensor weight = normal_tensor({16, 64}, at::kFloat).mul_(scale);
    EXPECT_LT(relative_error(dequantize(quantize(weight, 8, 32)), weight), 0.006) << scale;
    EXPECT_LT(relative_error(dequantize(quantize(weight, 4, 32)), weight), 0.09) << scale;
  }
  for (const int bits : {8, 4}) {
    const at::Tensor nothing = at::empty({3, 50}, at::TensorOptions().dtype(at::kFloat)).zero_();
    EXPECT_TRUE(same_bits(dequantize(quantize(nothing, bits, 32)), nothing));
  }
}

TEST(Quantization, TakesTheBytesThatItsBitsSay) {
  const at::Tensor weight = normal_tensor({64, 256}, at::kBFloat16);
  EXPECT_EQ(quantize(weight, 8, 64).bytes(), 64U * 256 * (64 * 8 + 16) / 64 / 8);
  EXPECT_EQ(quantize(weight, 4, 32).bytes(), 64U * 256 * (32 * 4 + 16) / 32 / 8);
}

TEST(QuantizedLinear, IsTheProductWithBothSidesRounded) {
  for (const auto [bits, group] : kFormats) {
    for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
      const at::Tensor x = normal_tensor({5, 300}, type, 3);
      const at::Tensor weight = normal_tensor({70, 300}, type, 8);
      const at::Tensor bias = normal_tensor({70}, type, 9);
      const cpu::QuantizedWeight stored = quantize(weight, bits, group);
      const at::Tensor want = at::linear(x.to(at::kDouble), dequantize(stored).to(at::kDouble));
      // What is left is the rounding of x (and of bf16): 0.5 to 0.7 % for normal numbers.
      EXPECT_LT(relative_error(cpu::quantized_linear(x, stored, {}), want), 0.009) << bits << " " << group;
      EXPECT_LT(relative_error(cpu::quantized_linear(x, stored, bias), want.add(bias.to(at::kDouble))),
                0.009);
    }
  }
}

TEST(QuantizedLinear, GivesTheSameBitsWithEveryKernel) {
  for (const auto [bits, group] : kFormats) {
    for (const auto& [rows, n, k] :
         std::vector<std::array<std::int64_t, 3>>{{1, 5, 31}, {2, 200, 96}, {7, 33, 257}, {23, 150, 384}}) {
      const at::Tensor x = normal_tensor({rows, k}, at::kBFloat16, 3);
      const cpu::QuantizedWeight stored = quantize(normal_tensor({n, k}, at::kBFloat16, 8), bits, group);
      const at::Tensor want = cpu::quantized_linear(x, stored, {}, QuantizedKernel::kPlain);
      for (const QuantizedKernel kernel : cpu::quantized_kernels()) {
        EXPECT_TRUE(same_bits(cpu::quantized_linear(x, stored, {}, kernel), want))
            << bits << " bits by " << group << ", kernel " << static_cast<int>(kernel) << ", rows " << rows;
      }
    }
  }
}

TEST(QuantizedLinear, GivesTheBitsOfThePlainKernelByTilesOfAnyRowsAndColumns) {
  if (cpu::quantized_kernels().front() != QuantizedKernel::kAmx) {
    GTEST_SKIP() << "this processor has no AMX, or the system does not grant it";
  }
  // Tiles take 16 rows, 16 of the weight's and 64 columns, two of each at a time; 256 rows and 128 of the
  // weight's make a share.
  std::mt19937 random(7);
  const auto seed = [&] { return static_cast<unsigned>(random()); };
  const auto around = [&](const std::vector<std::int64_t>& of) {
    const std::int64_t value = of[seed() % of.size()] + static_cast<std::int64_t>(seed() % 3) - 1;
    return std::max<std::int64_t>(value, 1);
  };
  for (const auto [bits, group] : kFormats) {
    for (int i = 0; i < 12; ++i) {
      const std::int64_t rows = std::max<std::int64_t>(9, around({9, 16, 32, 48, 100, 256, 272}));
      const std::int64_t n = around({1, 16, 32, 48, 128, 144});
      const std::int64_t k = around({1, 32, 64, 128, 192, 384, 1088});
      const at::Tensor x = normal_tensor({rows, k}, at::kBFloat16, seed());
      const cpu::QuantizedWeight stored = quantize(normal_tensor({n, k}, at::kBFloat16, seed()), bits, group);
      const at::Tensor bias = normal_tensor({n}, at::kBFloat16, seed());
      EXPECT_TRUE(same_bits(cpu::quantized_linear(x, stored, bias, QuantizedKernel::kAmx),
                            cpu::quantized_linear(x, stored, bias, QuantizedKernel::kPlain)))
          << bits << " bits by " << group << ": " << rows << " rows, [" << n << ", " << k << "]";
    }
  }
}

TEST(QuantizedLinear, ExtremesOverflowNoKernel) {
  // Every product at its largest, of either sign: what a kernel with 16-bit sums would saturate on.
  for (const int bits : {8, 4}) {
    for (const double sign : {1.0, -1.0}) {
      const at::Tensor x = at::empty({16, 256}, at::TensorOptions().dtype(at::kFloat)).fill_(sign);
      const at::Tensor weight = at::empty({16, 256}, at::TensorOptions().dtype(at::kFloat)).fill_(0.5);
      const cpu::QuantizedWeight stored = quantize(weight, bits, 128);
      for (const QuantizedKernel kernel : cpu::quantized_kernels()) {
        const at::Tensor y = cpu::quantized_linear(x, stored, {}, kernel);
        EXPECT_LT(y.sub(sign * 128).abs().max().item<double>(), 0.1)
            << bits << " " << static_cast<int>(kernel);
      }
    }
  }
}

TEST(QuantizedLinear, TheLongestRowOverflowsNoKernel) {
  for (const double sign : {1.0, -1.0}) {
    const at::Tensor x = at::empty({9, kLongestRow}, at::TensorOptions().dtype(at::kFloat)).fill_(sign);
    const at::Tensor weight = at::empty({16, kLongestRow}, at::TensorOptions().dtype(at::kFloat)).fill_(0.5);
    const cpu::QuantizedWeight stored = quantize(weight, 8, kWholeRow);
    ASSERT_EQ(stored.groups(), 1);
    for (const QuantizedKernel kernel : cpu::quantized_kernels()) {
      const at::Tensor y = cpu::quantized_linear(x, stored, {}, kernel);
      EXPECT_LT(y.sub(sign * 32768).abs().max().item<double>(), 20) << static_cast<int>(kernel);
    }
  }
  EXPECT_GT(
      quantize(at::empty({1, kLongestRow + 1}, at::TensorOptions().dtype(at::kFloat)).fill_(1), 8, kWholeRow)
          .groups(),
      1);
}

TEST(QuantizedLinear, GivesARowTheSameBitsAmongAnyRowsAndWithAnyThreads) {
  const int threads = at::get_num_threads();
  for (const auto [bits, group] : {Format{8, 64}, Format{8, 128}, Format{8, kWholeRow}, Format{4, 32}}) {
    const at::Tensor x = normal_tensor({210, 160}, at::kBFloat16, 3);
    const cpu::QuantizedWeight stored = quantize(normal_tensor({1100, 160}, at::kBFloat16, 8), bits, group);
    const at::Tensor bias = normal_tensor({1100}, at::kBFloat16, 9);
    for (const QuantizedKernel kernel : cpu::quantized_kernels()) {
      if (kernel == QuantizedKernel::kPlain) continue;
      const at::Tensor all = cpu::quantized_linear(x, stored, bias, kernel);
      for (const std::int64_t count : {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 64, 97}) {
        for (const std::int64_t first : {0, 41, 113}) {
          at::set_num_threads(static_cast<int>(1 + count % 3));
          const at::Tensor part = cpu::quantized_linear(x.narrow(0, first, count), stored, bias, kernel);
          EXPECT_TRUE(same_bits(part, all.narrow(0, first, count))) << count << " rows from " << first;
        }
      }
    }
  }
  at::set_num_threads(threads);
}

TEST(QuantizedLinear, KeepsNanAndInfinityToTheirRow) {
  for (const double poison :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const at::Tensor x = normal_tensor({18, 64}, at::kFloat, 3);
    const cpu::QuantizedWeight stored = quantize(normal_tensor({20, 64}, at::kFloat, 8), 8, 32);
    const at::Tensor clean = cpu::quantized_linear(x, stored, {});
    const at::Tensor hurt = x.clone();
    hurt.narrow(0, 1, 1).narrow(1, 40, 1).fill_(poison);
    for (const QuantizedKernel kernel : cpu::quantized_kernels()) {
      const at::Tensor y = cpu::quantized_linear(hurt, stored, {}, kernel);
      EXPECT_TRUE(y.narrow(0, 1, 1).isnan().all().item<bool>());
      EXPECT_TRUE(same_bits(y.narrow(0, 0, 1), clean.narrow(0, 0, 1)));
      EXPECT_TRUE(same_bits(y.narrow(0, 2, 16), clean.narrow(0, 2, 16)));
    }
  }
}

TEST(QuantizedLinear, IsWhatLinearUsesWhenAsked) {
  const at::Tensor weight = normal_tensor({96, 128}, at::kBFloat16);
  const at::Tensor bias = normal_tensor({96}, at::kBFloat16, 2);
  const at::Tensor x = normal_tensor({7, 128}, at::kBFloat16, 3);
  const Linear linear(weight.clone(), bias, {8, 64});
  EXPECT_TRUE(same_bits(linear(x), cpu::quantized_linear(x, quantize(weight, 8, 64), bias)));
  EXPECT_EQ(linear.bytes(), 96U * 128 + 2U * 96 * 2 + 2U * 96);
}

}  // namespace
}  // namespace fovea
