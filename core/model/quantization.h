#pragma once

#include "core/device/cpu/quantized_product.h"

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Memory for the integers and scales of a weight [rows, columns], in pages of 2 MB; nothing is in it yet.
/// `group`: 32, 64, 128, or with 8 bits kWholeRow.
cpu::QuantizedWeight empty_quantized(std::int64_t rows, std::int64_t columns, int bits, std::int64_t group);

/// Rounds a weight [rows, columns] (fp32, bf16 or fp16) to `bits` (8 or 4) with one fp16 scale for each
/// `group` (32, 64, 128; with 8 bits kWholeRow: all) of a row.
///
/// 8 bits: scale max|w| / 127. 4 bits: sixteen levels -8 … 7 times a scale of either sign, so that the
/// group's extreme takes the longer side; of eight lengths around it, and the least-squares scale of the
/// best, the one with the least squared error. On normal numbers by groups of 32 that errs by 8.2 % of the
/// weights' size, where a plain scale of max / -8 errs by 8.6 % and a symmetric one of max / 7 by 9.7 % (8
/// bits by 64: 0.6 %).
///
/// Uses ATen's threads; a thousand million weights take one core about two seconds at 8 bits, four at 4. The
/// same numbers on every machine.
cpu::QuantizedWeight quantize(const at::Tensor& weight, int bits, std::int64_t group);

}  // namespace fovea
