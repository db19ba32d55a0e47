#pragma once

#include "core/api/error.h"
#include "core/device/cpu/quantized_product.h"
#include "core/model/quantization_scheme.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// What a published checkpoint stores of a matrix, as it lies in the file; see PrequantizedNames. Undefined:
/// there is none.
struct PrequantizedTensors {
  at::Tensor values, scales, zeros, order, shape;
};

/// A matrix [rows, columns] of a published checkpoint: integers less their zero points, times scales.
/// Immutable; any thread.
class PrequantizedWeight {
 public:
  /// `tensors` of the shapes that PrequantizedLayout::find() has checked. Error kDamagedModel, which names
  /// `weight`: a stored shape or order that contradicts them.
  static Result<PrequantizedWeight> make(const QuantizationScheme& scheme, const std::string& weight,
                                         std::int64_t rows, std::int64_t columns,
                                         PrequantizedTensors tensors);

  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }

  /// Writes the weights [rows, columns] to `target` (fp32, bf16 or fp16, contiguous) as the reference
  /// packages compute them: of compressed-tensors the scale is rounded to the target's type before the
  /// product, of the others the product to the stored scale's type; then the product to the target's.
  void dequantize(const at::Tensor& target) const;

  /// Bits (4 or 8) that hold any integers less these zero points; 0: not even 8 do.
  int narrowest_bits() const;

  /// Whether groups are runs of inputs, and multiples of 32 of them.
  bool has_plain_groups() const;

  /// The largest finite scale.
  float largest_scale() const;
  /// Whether fp16 holds every scale / unit exactly.
  bool scales_fit(float unit) const;

  /// Writes integers and scales to rows first … first + rows - 1 of `to`, whose bits, group and unit hold
  /// them.
  void copy_to(cpu::QuantizedWeight& to, std::int64_t first) const;

 private:
  PrequantizedWeight() = default;

  void read_scales(const at::Tensor& scales);
  void read_zeros(const at::Tensor& zeros);
  void decode(std::int64_t first, std::int64_t count, std::int16_t* out) const;
  void decode_bytes(std::int64_t first, std::int64_t count, std::int16_t* out) const;
  void decode_rows(std::int64_t first, std::int64_t count, std::int16_t* out) const;
  void decode_gptq(std::int64_t first, std::int64_t count, std::int16_t* out) const;
  void decode_awq(std::int64_t first, std::int64_t count, std::int16_t* out) const;

  /// Calls work(begin, end, group) for the columns in order, as many at a time as share a group.
  template <typename Work>
  void for_each_run(Work&& work) const {
    if (order_.empty()) {
      for (std::int64_t g = 0; g < groups_; ++g) work(g * group_, std::min(columns_, (g + 1) * group_), g);
    } else {
      for (std::int64_t k = 0; k < columns_; ++k) work(k, k + 1, order_[static_cast<std::size_t>(k)]);
    }
  }

  QuantizationScheme scheme_;
  std::int64_t rows_ = 0;
  std::int64_t columns_ = 0;
  std::int64_t group_ = 0;  ///< inputs a group; columns where a row is one
  std::int64_t groups_ = 0;
  at::Tensor values_;
  at::ScalarType scale_type_ = at::kFloat;
  std::vector<float> scales_;        ///< [rows, groups]
  std::vector<std::int16_t> zeros_;  ///< [rows, groups]
  std::vector<std::int32_t> order_;  ///< [columns]; empty: column / group
};

/// One QuantizedWeight of matrices that lie under each other, or undefined values where it cannot hold them
/// without a change. Its bits are the fewest that do; its group is `group`.
cpu::QuantizedWeight kept_integers(std::span<const PrequantizedWeight> parts, std::int64_t group);

}  // namespace fovea
