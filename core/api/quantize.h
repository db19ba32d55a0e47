#pragma once

#include "core/api/engine.h"

#include <functional>
#include <string>

namespace fovea {

/// A model whose weights are to be written as integers.
struct QuantizationJob {
  std::string model_folder;   ///< in Hugging Face layout
  std::string target_folder;  ///< exists; model.safetensors is written into it
  WeightOptions weights;      ///< kInt8 or kInt4
  int threads = 0;            ///< 0: the cores that this process may use
};

/// What config.json of the new model has to say about its weights; see docs/quantized-checkpoints.md.
struct QuantizedWeights {
  int bits = 0;
  int group = 0;
  std::string made_from;  ///< "fp32", "bf16", "fp16"
  std::int64_t parameters = 0;
  std::uint64_t file_bytes = 0;
};

/// Writes model.safetensors with the same integers that loading the model with these WeightOptions would make
/// of its weights, if it computes in a type that holds them exactly. One matrix at a time is in memory.
/// Errors: those of loading a model; kInvalidArgument (the weights are integers already, or the format is
/// kModel), kDiskFull (looked at before anything is written), kCancelled (the observer's word). What is in
/// the file after an error is of no use.
Result<QuantizedWeights> quantize_weights(const QuantizationJob& job, const LoadObserver& observer);

/// `quantize_weights`, or something scripted in tests.
using WeightQuantizer = std::function<Result<QuantizedWeights>(const QuantizationJob&, const LoadObserver&)>;

}  // namespace fovea
