#include "core/hub/model_entry.h"

#include "core/hub/json_file.h"
#include "core/hub/model_config.h"
#include "core/hub/weight_summary.h"

#include <utility>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Result<void> read_config(ModelEntry& entry) {
  Result<json> config = read_json_object(entry.folder, "config.json");
  if (!config) return config.error();
  return describe_config(*config, entry);
}

/// Counts weights where the file has words of integers, scales and the like.
void count_published(const WeightSummary& weights, ModelEntry& entry) {
  for (const auto& [end, elements] : weights.packed) {
    entry.parameters -= elements;
    const bool words = end == "qweight" || end == "weight_packed";
    constexpr std::int64_t kWordBits = 32;
    if (words) entry.published_weights += elements * (kWordBits / entry.published_bits);
    if (end == "int8") entry.published_weights += elements;
  }
  entry.parameters += entry.published_weights;
}

Result<void> read_weights(ModelEntry& entry) {
  Result<WeightSummary> weights = summarize_weights(entry.folder);
  if (!weights) return weights.error();
  if (!entry.integers) entry.parameters = weights->parameters;
  if (entry.published) count_published(*weights, entry);
  entry.file_bytes = weights->file_bytes;
  entry.weight_files = weights->files;
  if (!entry.integers) entry.dtype = entry.published ? weights->float_dtype : weights->dtype;
  if (entry.dtype != "fp32" && entry.dtype != "bf16" && entry.dtype != "fp16") {
    return Error{ErrorCode::kUnsupported,
                 "The weights are stored as " + entry.dtype + ", which Fovea does not read.",
                 "Get the model in bf16.", ""};
  }
  return {};
}

}  // namespace

std::int64_t layer_weights(const ModelEntry& entry, std::int64_t heads, std::int64_t kv_heads,
                           std::int64_t head_size) {
  const std::int64_t attention = entry.hidden_size * head_size * (2 * heads + 2 * kv_heads);
  return entry.decoder_layers * (attention + 3 * entry.hidden_size * entry.intermediate_size);
}

std::string_view model_source_name(ModelSource source) {
  switch (source) {
    case ModelSource::kBundled:
      return "in the box";
    case ModelSource::kFolder:
      return "folder";
    case ModelSource::kHuggingFace:
      return "Hugging Face";
    case ModelSource::kModelScope:
      return "ModelScope";
  }
  return "";
}

ModelEntry describe_model(const fs::path& folder, ModelSource source, std::string name) {
  ModelEntry entry;
  entry.folder = folder;
  entry.source = source;
  const fs::path plain = folder.has_filename() ? folder : folder.parent_path();
  entry.name = name.empty() ? plain.filename().string() : std::move(name);
  // Both are read, whatever the first says, so that a list can show what is known. The first reason counts.
  const Result<void> config = read_config(entry);
  const Result<void> weights = read_weights(entry);
  const bool other_format = !weights && weights.error().code == ErrorCode::kUnsupported;
  if (!config && config.error().code == ErrorCode::kNotFound && other_format) {
    entry.problem = weights.error();
  } else if (!config) {
    entry.problem = config.error();
  } else if (!weights) {
    entry.problem = weights.error();
  }
  return entry;
}

}  // namespace fovea
