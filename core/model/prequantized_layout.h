#pragma once

#include "core/api/error.h"
#include "core/model/checkpoint.h"
#include "core/model/quantization_scheme.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea {

/// Integers as cpu::QuantizedWeight has them; 0 bits: it cannot hold them.
struct HeldIntegers {
  int bits = 0;
  std::int64_t group = 0;

  bool operator==(const HeldIntegers&) const = default;
};

/// The tensors that a matrix of a published checkpoint lies in, by name; empty: there is none.
struct PrequantizedNames {
  std::string values;  ///< compressed-tensors weight_packed or weight; GPTQ and AWQ qweight
  std::string scales;  ///< weight_scale; scales
  std::string zeros;   ///< weight_zero_point where not symmetric; qzeros
  std::string order;   ///< weight_g_idx, g_idx: an input's group; GPTQ stores it whether it matters or not
  std::string shape;   ///< weight_shape: [rows, columns]
};

/// A tensor of the model as its parts ask for it, whatever it lies in.
struct LogicalTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  StoredType type = StoredType::kFloat32;  ///< of a matrix of integers: of its scales
  std::uint64_t bytes = 0;                 ///< stored, side tensors included
  bool prequantized = false;
  HeldIntegers held;  ///< what it can be kept as, as far as the header tells
};

/// Where a published checkpoint keeps the matrices that are integers. A view; both must outlive it.
class PrequantizedLayout {
 public:
  PrequantizedLayout(const QuantizationScheme& scheme, const Checkpoint& checkpoint)
      : scheme_(scheme), checkpoint_(checkpoint) {}

  const QuantizationScheme& scheme() const { return scheme_; }

  /// Whether the weight ("….q_proj.weight") is integers here, or at least some of what belongs to them.
  bool holds(const std::string& weight) const;

  /// Its tensors, checked against [rows, columns]: all there, their types and shapes. Error kDamagedModel.
  Result<PrequantizedNames> find(const std::string& weight, std::int64_t rows, std::int64_t columns) const;

  /// What it can be kept as without a change: 4 bits where the zero point is the middle, otherwise 8, since
  /// QuantizedWeight has no zero points and four bits less one of them take five. Not with groups that are no
  /// multiple of 32 or that inputs are dealt to one by one, with scales in fp32, or with 8 bits and zero
  /// points.
  HeldIntegers held(const PrequantizedNames& names) const;

  /// The checkpoint's tensors with each matrix of integers as one.
  std::vector<LogicalTensor> tensors() const;

 private:
  PrequantizedNames names_of(const std::string& weight) const;

  const QuantizationScheme& scheme_;
  const Checkpoint& checkpoint_;
};

/// The tensors of a checkpoint; `scheme`: how some of them are integers, or null.
std::vector<LogicalTensor> logical_tensors(const Checkpoint& checkpoint, const QuantizationScheme* scheme);

/// The weights of all of them.
std::int64_t count_parameters(const Checkpoint& checkpoint, const QuantizationScheme* scheme);

}  // namespace fovea
