#pragma once

#include <cmath>
#include <random>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

namespace fovea::test {

/// Uniform in [-scale, scale), the same on every machine.
inline at::Tensor random_tensor(std::vector<std::int64_t> shape, at::ScalarType type, double scale = 1.0,
                                unsigned seed = 1) {
  at::Tensor out = at::empty(shape, at::TensorOptions().dtype(at::kFloat));
  std::mt19937 bits(seed);
  auto* p = out.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < out.numel(); ++i) {
    p[i] = static_cast<float>((static_cast<double>(bits()) / 4294967296.0 * 2.0 - 1.0) * scale);
  }
  return out.to(type);
}

inline double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return a.to(at::kDouble).sub(b.to(at::kDouble)).abs().max().item<double>();
}

inline ::testing::AssertionResult same_bits(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes()) return ::testing::AssertionFailure() << "shapes differ";
  if (at::equal(a, b)) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "differ by up to " << largest_difference(a, b);
}

}  // namespace fovea::test
