#include "core/model/text_rope.h"

#include <algorithm>
#include <cmath>

#include <ATen/Parallel.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/reciprocal.h>

namespace fovea {
namespace {

/// Axis of each frequency (models.md 6).
std::vector<std::size_t> axes_of(const ModelConfig& config) {
  const auto& section = config.text.mrope_section;
  const std::int64_t half = config.text.rotary_dim / 2;
  std::vector<std::size_t> axis(static_cast<std::size_t>(half), 0);
  if (config.family == ModelFamily::kQwen3Vl) {
    for (const std::size_t a : {1, 2}) {
      const std::int64_t end = std::min(half, section[a] * 3);
      for (auto i = static_cast<std::int64_t>(a); i < end; i += 3) axis[static_cast<std::size_t>(i)] = a;
    }
  } else {
    for (std::int64_t i = 0; i < half; ++i) {
      axis[static_cast<std::size_t>(i)] = i < section[0] ? 0 : i < section[0] + section[1] ? 1 : 2;
    }
  }
  return axis;
}

}  // namespace

TextRope::TextRope(const ModelConfig& config, at::ScalarType type) : axis_(axes_of(config)), type_(type) {
  const std::int64_t dim = config.text.rotary_dim;
  const at::Tensor exponent =
      at::arange(0, dim, 2, at::TensorOptions().dtype(at::kFloat)).div_(static_cast<double>(dim));
  const at::Tensor inverse = at::reciprocal(at::pow(at::Scalar(config.text.rope_theta), exponent));
  const auto* first = inverse.const_data_ptr<float>();
  inverse_frequency_.assign(first, first + inverse.numel());
}

RopeTables TextRope::tables(std::span<const Position> positions) const {
  const auto n = static_cast<std::int64_t>(positions.size());
  const std::size_t half = axis_.size();
  const auto options = at::TensorOptions().dtype(at::kFloat);
  const at::Tensor cos = at::empty({n, static_cast<std::int64_t>(half)}, options);
  const at::Tensor sin = at::empty_like(cos);
  auto* const c = cos.mutable_data_ptr<float>();
  auto* const s = sin.mutable_data_ptr<float>();
  at::parallel_for(0, n, 16, [&](std::int64_t first, std::int64_t last) {
    for (auto row = static_cast<std::size_t>(first); row < static_cast<std::size_t>(last); ++row) {
      for (std::size_t i = 0; i < half; ++i) {
        const float angle = static_cast<float>(positions[row][axis_[i]]) * inverse_frequency_[i];
        c[row * half + i] = static_cast<float>(std::cos(static_cast<double>(angle)));
        s[row * half + i] = static_cast<float>(std::sin(static_cast<double>(angle)));
      }
    }
  });
  return {cos.to(type_), sin.to(type_)};
}

}  // namespace fovea
