#pragma once

#include "core/device/cpu/quantized_product.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace fovea {

/// Names and shapes of what a matrix held as integers takes in a checkpoint (docs/quantized-checkpoints.md).
struct IntegerTensors {
  std::string values;  ///< uint8, the bytes of QuantizedWeight::values
  std::string scales;  ///< fp16
  std::string unit;    ///< fp32 [1]
  std::vector<std::int64_t> value_shape;
  std::vector<std::int64_t> scale_shape;
};

/// `group` as empty_quantized() takes it. Of the matrix `name` (its weight's name, with ".weight") of `rows`
/// · `columns`.
IntegerTensors integer_tensors(const std::string& name, std::int64_t rows, std::int64_t columns, int bits,
                               std::int64_t group);

/// Takes what a checkpoint is turned into while WeightSource walks it: once to plan, once with the numbers.
class IntegerSink {
 public:
  virtual ~IntegerSink() = default;

  /// A tensor stays as it is stored.
  virtual void keep(const std::string& name) = 0;
  /// A matrix becomes integers: so large.
  virtual void plan(const std::string& name, std::int64_t rows, std::int64_t columns, int bits,
                    std::int64_t group) = 0;
  /// Its integers. False: they could not be taken, and the walk ends.
  virtual bool take(const std::string& name, const cpu::QuantizedWeight& weight) = 0;
};

}  // namespace fovea
