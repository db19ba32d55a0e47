#include "core/model/linear.h"

#include "tensor_compare.h"

#include <ATen/Parallel.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::largest_difference;
using test::random_tensor;

TEST(Linear, InFp32IsAtensWithinTheOrderOfSums) {
  const at::Tensor weight = random_tensor({24, 40}, at::kFloat);
  const at::Tensor bias = random_tensor({24}, at::kFloat, 1.0, 2);
  const at::Tensor x = random_tensor({8, 40}, at::kFloat, 1.0, 3);
  const Linear linear(weight, bias);
  EXPECT_LE(largest_difference(linear(x), at::linear(x, weight, bias)), 1e-5);
  EXPECT_LE(largest_difference(Linear(weight, {})(x), at::linear(x, weight)), 1e-5);
  EXPECT_TRUE(test::same_bits(linear.gelu(x, true), at::gelu(linear(x), "tanh")));
  EXPECT_EQ(linear.bytes(), 4U * 24 * 41);
}

TEST(Linear, PackedGivesTheSameWithinARounding) {
  for (const std::int64_t rows : {1, 3, 64, 700}) {
    const at::Tensor weight = random_tensor({96, 128}, at::kBFloat16);
    const at::Tensor bias = random_tensor({96}, at::kBFloat16, 1.0, 2);
    const at::Tensor x = random_tensor({rows, 128}, at::kBFloat16, 1.0, 3);
    const Linear linear(weight.clone(), bias);
    const at::Tensor exact = at::linear(x.to(at::kFloat), weight.to(at::kFloat), bias.to(at::kFloat));
    EXPECT_LE(largest_difference(linear(x), exact), 0.07) << rows;
    for (const bool tanh_form : {true, false}) {
      EXPECT_LE(largest_difference(linear.gelu(x, tanh_form), at::gelu(exact, tanh_form ? "tanh" : "none")),
                0.07);
    }
    EXPECT_EQ(linear.bytes(), 2U * 96 * 129);
  }
}

TEST(Linear, GivesARowTheSameBitsAloneAndInCompany) {
  const int threads = at::get_num_threads();
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    const at::Tensor x = random_tensor({150, 160}, type, 1.0, 3);
    const Linear linear(random_tensor({96, 160}, type), random_tensor({96}, type, 1.0, 2));
    at::set_num_threads(1);
    const at::Tensor all = linear(x);
    for (const int count : {1, 2, 3}) {
      at::set_num_threads(count);
      for (const std::int64_t rows : {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 17, 31, 33, 64, 65, 127, 150}) {
        EXPECT_TRUE(test::same_bits(linear(x.narrow(0, 0, rows)), all.narrow(0, 0, rows))) << rows;
        const at::Tensor last = x.narrow(0, 150 - rows, rows);
        EXPECT_TRUE(test::same_bits(linear(last), all.narrow(0, 150 - rows, rows))) << rows;
      }
    }
  }
  at::set_num_threads(threads);
}

}  // namespace
}  // namespace fovea
