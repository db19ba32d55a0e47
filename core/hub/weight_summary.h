#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace fovea {

/// What the headers of a checkpoint's weight files say. No weights are read.
struct WeightSummary {
  std::int64_t parameters = 0;                 ///< elements of all tensors
  std::map<std::string, std::int64_t> packed;  ///< see SafetensorsTally
  std::int64_t tensors = 0;
  std::uint64_t file_bytes = 0;  ///< of the weight files
  int files = 0;
  std::string dtype;  ///< that most bytes are stored in: "fp32", "bf16", "fp16", else as the file names it
  std::string float_dtype;  ///< likewise of what is no integer; empty: nothing
};

/// Reads the headers of a folder in Hugging Face layout: the shards that model.safetensors.index.json names,
/// or model.safetensors. Errors: kDamagedModel (cut off, contradictory, shards missing or outside of the
/// folder), kUnsupported (only .bin, .pt, .pth, .ckpt or .gguf), kNotFound (no weights at all). Cost: a few
/// hundred kilobytes of reading; memory does not grow with the header's structure.
Result<WeightSummary> summarize_weights(const std::filesystem::path& folder);

}  // namespace fovea
