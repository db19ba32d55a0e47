#include "core/model/text_rope.h"

#include <algorithm>

#include <ATen/ops/arange.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/sin.h>

namespace fovea {
namespace {

/// Axis of each frequency (models.md 6).
std::vector<std::int64_t> axes_of(const ModelConfig& config) {
  const auto& section = config.text.mrope_section;
  const std::int64_t half = config.text.rotary_dim / 2;
  std::vector<std::int64_t> axis(static_cast<std::size_t>(half), 0);
  if (config.family == ModelFamily::kQwen3Vl) {
    for (std::int64_t a : {1, 2}) {
      for (std::int64_t i = a; i < std::min(half, section[static_cast<std::size_t>(a)] * 3); i += 3) {
        axis[static_cast<std::size_t>(i)] = a;
      }
    }
  } else {
    for (std::int64_t i = 0; i < half; ++i) {
      axis[static_cast<std::size_t>(i)] = i < section[0] ? 0 : i < section[0] + section[1] ? 1 : 2;
    }
  }
  return axis;
}

}  // namespace

TextRope::TextRope(const ModelConfig& config, at::ScalarType type) : type_(type) {
  const std::int64_t dim = config.text.rotary_dim;
  const at::Tensor exponent =
      at::arange(0, dim, 2, at::TensorOptions().dtype(at::kFloat)).div_(static_cast<double>(dim));
  inverse_frequency_ = at::reciprocal(at::pow(at::Scalar(config.text.rope_theta), exponent));
  const std::vector<std::int64_t> axis = axes_of(config);
  axis_ = at::empty({static_cast<std::int64_t>(axis.size())}, at::TensorOptions().dtype(at::kLong));
  std::copy(axis.begin(), axis.end(), axis_.mutable_data_ptr<std::int64_t>());
}

RopeTables TextRope::from_axes(const at::Tensor& positions) const {
  const at::Tensor chosen = positions.index_select(0, axis_).transpose(0, 1);  // [n, R/2]
  const at::Tensor angle = chosen.mul(inverse_frequency_);
  return {at::cos(angle).to(type_).contiguous(), at::sin(angle).to(type_).contiguous()};
}

RopeTables TextRope::tables(const RopePositions& positions) const {
  const auto n = static_cast<std::int64_t>(positions.axes[0].size());
  at::Tensor rows = at::empty({3, n}, at::TensorOptions().dtype(at::kFloat));
  auto* out = rows.mutable_data_ptr<float>();
  for (const auto& axis : positions.axes) {
    out = std::transform(axis.begin(), axis.end(), out, [](std::int64_t p) { return static_cast<float>(p); });
  }
  return from_axes(rows);
}

RopeTables TextRope::tables(std::int64_t position) const {
  return from_axes(at::full({3, 1}, static_cast<double>(position), at::TensorOptions().dtype(at::kFloat)));
}

}  // namespace fovea
