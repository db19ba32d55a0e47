#pragma once

#include "core/api/quantize.h"
#include "core/hub/model_entry.h"

#include <filesystem>

namespace fovea {

/// A model that was written with integer weights.
struct QuantizedModel {
  std::filesystem::path folder;
  std::uint64_t bytes = 0;  ///< of its weights
  std::string sha256;       ///< of model.safetensors
};

/// Makes `target` a copy of `entry`'s folder with its weights as integers: `quantizer` writes them,
/// config.json says how, the files beside them are copied, and `.fovea.json` notes the digests, which `models
/// verify` compares. All of it grows in a hidden folder beside `target`, which gets its name when it is
/// complete and on the disk; after an error nothing is left. The observer hears of the weights, then of the
/// reading for their digest. Errors: those of quantize_weights(); kInvalidArgument (`target` exists),
/// kUnsupported (the model cannot run), kDiskFull, kInternal.
Result<QuantizedModel> quantize_model(const ModelEntry& entry, const WeightOptions& weights,
                                      const std::filesystem::path& target, const WeightQuantizer& quantizer,
                                      const LoadObserver& observer);

}  // namespace fovea
