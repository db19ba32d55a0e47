#pragma once

#include "core/api/error.h"
#include "core/output/sampling_rules.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fovea {

/// What a checkpoint says about the making of answers.
struct GenerationConfig {
  std::vector<std::int32_t>
      eos_ids;  ///< sorted, distinct; each ends an answer. Empty: only the length ends it
  SamplingDefaults sampling;
  /// Keys that ask for something this program does not do ("no_repeat_ngram_size"); answers may differ from
  /// those of transformers by it, so the user should be told.
  std::vector<std::string> ignored;
};

/// Reads generation_config.json of a folder in Hugging Face layout. Where that file is missing, the same keys
/// are looked for in config.json, first at its root, then in text_config, as transformers does; where it
/// names no eos_token_id, config.json's counts (transformers would not stop at all). eos_token_id is a number
/// or a list; null counts as missing. A temperature of 0 means no sampling; a top_k below 0 keeps all.
/// Errors: kDamagedModel (not JSON, wrong kind of value, out of range), kNotFound (neither file is there).
Result<GenerationConfig> load_generation_config(const std::filesystem::path& model_folder);

}  // namespace fovea
