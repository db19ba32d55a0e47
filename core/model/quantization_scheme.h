#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace fovea {

/// Who published a checkpoint's integers, which says how they lie in its files.
enum class QuantizationMethod {
  kCompressedTensors,  ///< llm-compressor and others: `quant_method` "compressed-tensors"
  kGptq,               ///< AutoGPTQ, GPTQModel
  kAwq,                ///< AutoAWQ, its GEMM packing
};

/// "compressed-tensors", "gptq", "awq".
std::string_view quantization_method_name(QuantizationMethod method);

/// How the matrices of a published checkpoint are integers, as `quantization_config` in its config.json says.
/// A weight is (stored integer - zero point) · scale.
struct QuantizationScheme {
  QuantizationMethod method = QuantizationMethod::kCompressedTensors;
  int bits = 4;                     ///< 4 or 8
  std::int64_t group = 128;         ///< inputs that share scale and zero point; 0: all of a row
  bool symmetric = true;            ///< the zero point is the middle of the integers' range
  bool act_order = false;           ///< which group an input belongs to is stored beside it
  bool bytes = false;               ///< compressed-tensors' int-quantized: a byte each, not packed into words
  bool zeros_less_one = false;      ///< GPTQ's first format stores zero points less one
  bool rounds_activations = false;  ///< w8a8: products are with activations rounded to 8 bits, token by token

  /// "awq, 4 bits by 128", "compressed-tensors, 8 bits by row, activations too".
  std::string text() const;
};

/// Reads `quantization_config`. Errors: kUnsupported (another method, or a variant of these that is not read;
/// the message names it), kDamagedModel.
Result<QuantizationScheme> read_quantization_scheme(const nlohmann::json& object);

}  // namespace fovea
