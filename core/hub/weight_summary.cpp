#include "core/hub/weight_summary.h"

#include "core/hub/json_file.h"
#include "core/hub/safetensors_tally.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kIndex = "model.safetensors.index.json";
constexpr const char* kSingle = "model.safetensors";
constexpr std::size_t kMaxShards = 10'000;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
}

/// The shards' names, each once.
Result<std::set<std::string>> indexed_shards(const fs::path& folder) {
  Result<json> index = read_json_object(folder, kIndex);
  if (!index) return index.error();
  const auto map = index->find("weight_map");
  if (map == index->end() || !map->is_object() || map->empty())
    return damaged_file(kIndex, "it lists no weights");
  std::set<std::string> shards;
  for (const json& shard : *map) {
    if (!shard.is_string()) return damaged_file(kIndex, "a file's name is no text");
    const auto& name = shard.get_ref<const std::string&>();
    if (!is_plain_name(name)) return damaged_file(kIndex, "it names a file outside of the model's folder");
    shards.insert(name);
    if (shards.size() > kMaxShards) return damaged_file(kIndex, "it names too many files");
  }
  return shards;
}

/// Why there is nothing to read: another format, or nothing.
Error no_weights(const fs::path& folder) {
  static constexpr std::array<std::string_view, 6> kOthers = {".bin",  ".pt",   ".pth",
                                                              ".ckpt", ".gguf", ".onnx"};
  std::error_code error;
  std::size_t looked_at = 0;
  for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && it != end && looked_at < kMaxShards; it.increment(error), ++looked_at) {
    const std::string extension = it->path().extension().string();
    if (std::find(kOthers.begin(), kOthers.end(), extension) == kOthers.end()) continue;
    return Error{ErrorCode::kUnsupported, "Unsupported format: the weights are in a " + extension + " file.",
                 "Get the model with .safetensors files.", ""};
  }
  return Error{ErrorCode::kNotFound, "No weights: there is no .safetensors file.",
               "Download the model again.", ""};
}

std::string dtype_name(const std::string& stored) {
  static const std::map<std::string, std::string> kNames = {
      {"F32", "fp32"}, {"BF16", "bf16"}, {"F16", "fp16"}};
  const auto known = kNames.find(stored);
  return known == kNames.end() ? stored : known->second;
}

}  // namespace

Result<WeightSummary> summarize_weights(const fs::path& folder) {
  std::set<std::string> shards;
  if (is_file(folder / kIndex)) {
    Result<std::set<std::string>> indexed = indexed_shards(folder);
    if (!indexed) return indexed.error();
    shards = std::move(*indexed);
  } else if (is_file(folder / kSingle)) {
    shards = {kSingle};
  } else {
    return no_weights(folder);
  }
  const auto missing = static_cast<std::size_t>(std::count_if(
      shards.begin(), shards.end(), [&folder](const std::string& name) { return !is_file(folder / name); }));
  if (missing > 0) {
    return Error{
        ErrorCode::kDamagedModel,
        std::to_string(missing) + " of " + std::to_string(shards.size()) + " weight files are missing.",
        "The download is not complete: start it again.", ""};
  }

  WeightSummary summary;
  std::map<std::string, std::uint64_t> bytes_by_dtype;
  for (const std::string& name : shards) {
    Result<SafetensorsTally> tally = tally_safetensors(folder / name, name);
    if (!tally) return tally.error();
    summary.parameters += tally->parameters;
    summary.tensors += tally->tensors;
    summary.file_bytes += tally->file_bytes;
    summary.files += 1;
    for (const auto& [dtype, bytes] : tally->bytes_by_dtype) bytes_by_dtype[dtype] += bytes;
    for (const auto& [end, elements] : tally->packed) summary.packed[end] += elements;
  }
  const auto largest = std::max_element(bytes_by_dtype.begin(), bytes_by_dtype.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
  if (largest == bytes_by_dtype.end()) return damaged_file(*shards.begin(), "it holds no tensors");
  summary.dtype = dtype_name(largest->first);
  std::uint64_t most = 0;
  for (const auto& [dtype, bytes] : bytes_by_dtype) {
    if (!dtype.starts_with("F") && !dtype.starts_with("BF")) continue;
    if (bytes > most) {
      most = bytes;
      summary.float_dtype = dtype_name(dtype);
    }
  }
  return summary;
}

}  // namespace fovea
