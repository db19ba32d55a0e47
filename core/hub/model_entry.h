#pragma once

#include "core/api/engine.h"
#include "core/api/error.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace fovea {

/// Where a model on this machine comes from.
enum class ModelSource { kBundled, kFolder, kHuggingFace, kModelScope };

/// "in the box", "folder", "Hugging Face", "ModelScope".
std::string_view model_source_name(ModelSource source);

/// A model on disk as its config.json and the headers of its weights describe it; nothing of it is loaded.
/// Fields that could not be read keep their initial values, and `problem` says why.
struct ModelEntry {
  std::string name;  ///< "org/repo", "org/repo@revision" for an older snapshot, else the folder's name
  std::filesystem::path folder;
  ModelSource source = ModelSource::kFolder;
  std::string revision;  ///< of a hub's snapshot, in full

  std::optional<Error> problem;  ///< why this program cannot run it; kUnsupported, kDamagedModel or kNotFound
  bool supported() const { return !problem; }

  std::string family;        ///< "Qwen3-VL" or "GLM-4V"; empty if unknown
  std::string architecture;  ///< as config.json names it
  std::string dtype;         ///< of most of the weights: "fp32", "bf16", "fp16" or as the file names it
  std::string quantization;  ///< "int4"; of others config.json's quant_method with what is known: "fp8",
                             ///< "awq, 4 bits by 128"; empty: none
  std::optional<WeightOptions> integers;  ///< how weights are held that `models quantize` wrote
  /// How another program's integers are held where nothing else is asked for: as the same integers, or kFloat
  /// where ours cannot hold them. `group`: 32, 64 or 128.
  std::optional<WeightOptions> published;
  int published_bits = 0;              ///< of those, as stored: 4 or 8
  std::int64_t published_weights = 0;  ///< how many of `parameters` they are
  std::int64_t parameters = 0;
  std::uint64_t file_bytes = 0;  ///< of the weight files
  int weight_files = 0;
  std::int64_t decoder_layers = 0;
  std::int64_t vision_layers = 0;
  std::int64_t hidden_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t vocabulary = 0;
  std::int64_t context_tokens = 0;         ///< max_position_embeddings
  std::int64_t kv_elements_per_token = 0;  ///< 2 · layers · KV heads · head size
  std::int64_t head_size = 0;              ///< numbers of a key, of a value
  std::int64_t layer_weights = 0;          ///< elements of the decoder layers' matrices, see layer_weights()
  bool tied_head = false;                  ///< the embedding is the head too
};

/// Elements of the decoder layers' matrices: layers · (queries, output, keys, values; gate, up, down).
/// `entry` with its layers, hidden_size and intermediate_size.
std::int64_t layer_weights(const ModelEntry& entry, std::int64_t heads, std::int64_t kv_heads,
                           std::int64_t head_size);

/// Describes the model in `folder`; never fails, see ModelEntry::problem. `name`: empty for the folder's
/// name. Cost: reads config.json and the weight files' headers.
ModelEntry describe_model(const std::filesystem::path& folder, ModelSource source, std::string name = {});

}  // namespace fovea
