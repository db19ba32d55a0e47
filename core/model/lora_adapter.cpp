#include "core/model/lora_adapter.h"

#include "core/model/checkpoint.h"
#include "core/model/json_reader.h"
#include "core/model/weight_faults.h"
#include "core/model/weight_source.h"

#include <cmath>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include <ATen/ops/mm.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kConfig = "adapter_config.json";
constexpr const char* kWeights = "adapter_model.safetensors";
constexpr std::string_view kPeftPrefix = "base_model.model.";
constexpr std::string_view kA = ".lora_A.weight";
constexpr std::string_view kB = ".lora_B.weight";
constexpr std::uintmax_t kMaxConfigBytes = 4U << 20;
constexpr std::int64_t kHighestRank = 1 << 16;

Error damaged(const std::string& file, const std::string& what) {
  return Error{ErrorCode::kDamagedModel, "Adapter file damaged: " + file + " (" + what + ").",
               "Download the adapter again.", "adapter"};
}

Error unsupported(const std::string& what) {
  return Error{ErrorCode::kUnsupported, "This adapter can't be merged: " + what + ".",
               "Merge it with PEFT and save the model, or use another adapter.", "adapter"};
}

/// What adapter_config.json says of a matrix's rank and factor.
struct Settings {
  std::int64_t rank = 8;
  double alpha = 8.0;
  bool rank_stabilized = false;
  std::map<std::string, double> ranks;   ///< by the end of a module's name
  std::map<std::string, double> alphas;  ///< likewise

  static std::optional<double> find(const std::map<std::string, double>& by_end, const std::string& module) {
    for (const auto& [end, value] : by_end) {
      if (module == end || module.ends_with("." + end)) return value;
    }
    return std::nullopt;
  }
  std::int64_t rank_of(const std::string& module) const {
    const auto own = find(ranks, module);
    return own ? static_cast<std::int64_t>(*own) : rank;
  }
  double factor_of(const std::string& module) const {
    const auto r = static_cast<double>(rank_of(module));
    return find(alphas, module).value_or(alpha) / (rank_stabilized ? std::sqrt(r) : r);
  }
};

bool plain_name(const std::string& key) {
  return !key.empty() &&
         key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") ==
             std::string::npos;
}

/// PEFT takes the keys for regular expressions that match the end of a module's name; names are read.
Result<std::map<std::string, double>> read_pattern(const json* object, const char* key) {
  std::map<std::string, double> out;
  if (object == nullptr) return out;
  if (!object->is_object()) return damaged(kConfig, std::string(key) + " is no object");
  for (const auto& [name, value] : object->items()) {
    if (!plain_name(name)) return unsupported(std::string("its ") + key + " has a regular expression");
    if (!value.is_number() || !(value.get<double>() > 0.0 && value.get<double>() <= kHighestRank))
      return damaged(kConfig, std::string(key) + " makes no sense");
    out[name] = value.get<double>();
  }
  return out;
}

/// What this adapter is besides LoRA on plain matrices, or nothing.
std::string other_than_lora(JsonReader& r) {
  const auto set = [&r](const char* key) {
    const json* value = r.find(key);
    return value != nullptr && !value->empty() && !(value->is_boolean() && !value->get<bool>());
  };
  const std::string type = r.word("peft_type", "");
  if (type != "LORA") return "it is of the kind '" + type.substr(0, 40) + "', not LORA";
  if (r.flag("fan_in_fan_out", false)) return "its matrices are transposed (fan_in_fan_out)";
  if (r.flag("use_dora", false)) return "it is a DoRA adapter";
  if (r.flag("lora_bias", false) || r.word("bias", "none") != "none") return "it changes biases";
  if (set("modules_to_save")) return "it replaces whole modules (modules_to_save)";
  for (const char* key : {"layer_replication", "target_parameters", "use_qalora", "alora_invocation_tokens",
                          "trainable_token_indices", "corda_config", "arrow_config"}) {
    if (set(key)) return std::string("it uses ") + key;
  }
  // These begin from another base than the model's own weights.
  if (const json* begin = r.find("init_lora_weights"); begin != nullptr && begin->is_string()) {
    const auto& word = begin->get_ref<const std::string&>();
    for (const std::string_view changing : {"pissa", "olora", "corda", "loftq", "lora_ga"}) {
      if (word.starts_with(changing))
        return "it was begun with " + word.substr(0, 40) + ", which changes the model";
    }
  }
  return "";
}

Result<Settings> read_settings(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_regular_file(folder / kConfig, error)) {
    return Error{ErrorCode::kNotFound, std::string("There is no ") + kConfig + " in the adapter's folder.",
                 "Name a folder that PEFT has saved.", "adapter"};
  }
  if (fs::file_size(folder / kConfig, error) > kMaxConfigBytes || error)
    return damaged(kConfig, "it is too large");
  std::ifstream in(folder / kConfig, std::ios::binary);
  const json root = json::parse(in, nullptr, false);
  if (!root.is_object()) return damaged(kConfig, "it is not a JSON object");
  JsonReader r(root, "");
  const std::string other = other_than_lora(r);
  if (!r.problem().empty()) return damaged(kConfig, r.problem());
  if (!other.empty()) return unsupported(other);
  Settings settings;
  settings.rank = r.integer("r", 1, kHighestRank);
  settings.alpha = r.number("lora_alpha", 0.0, 1e9, 8.0);
  settings.rank_stabilized = r.flag("use_rslora", false);
  auto ranks = read_pattern(r.find("rank_pattern"), "rank_pattern");
  if (!ranks) return std::move(ranks).error();
  auto alphas = read_pattern(r.find("alpha_pattern"), "alpha_pattern");
  if (!alphas) return std::move(alphas).error();
  if (!r.problem().empty()) return damaged(kConfig, r.problem());
  settings.ranks = std::move(*ranks);
  settings.alphas = std::move(*alphas);
  return settings;
}

/// "base_model.model.X.lora_A.weight" → "X"; empty: something else.
std::string module_of(std::string_view tensor) {
  if (!tensor.starts_with(kPeftPrefix) || !(tensor.ends_with(kA) || tensor.ends_with(kB))) return "";
  tensor.remove_prefix(kPeftPrefix.size());
  tensor.remove_suffix(kA.size());
  return std::string(tensor);
}

}  // namespace

Result<LoraAdapter> LoraAdapter::load(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Error{ErrorCode::kNotFound, "There is no such adapter folder.", "Check --adapter.", "adapter"};
  }
  auto settings = read_settings(folder);
  if (!settings) return std::move(settings).error();
  if (!fs::exists(folder / kWeights, error)) {
    return Error{ErrorCode::kNotFound, std::string("There is no ") + kWeights + " in the adapter's folder.",
                 "Save the adapter with PEFT as safetensors.", "adapter"};
  }
  auto file = open_weight_files(folder, {kWeights});
  if (!file) return std::move(file).error();

  LoraAdapter adapter;
  WeightSource source(*file, at::kFloat, WeightSource::Pass::kRead, {});
  for (const auto& [name, entry] : file->tensors) {
    const std::string module = module_of(name);
    if (module.empty()) return unsupported("its tensor " + name.substr(0, 120) + " is no matrix of LoRA's");
    const bool is_b = name.ends_with(kB);
    const std::string b = std::string(kPeftPrefix) + module + std::string(is_b ? kA : kB);  // the other half
    const auto other = file->tensors.find(b);
    if (other == file->tensors.end()) return damaged(kWeights, "it lacks " + b.substr(0, 120));
    if (is_b) continue;  // read with its a
    const std::vector<std::int64_t>& in = entry.tensor.shape;
    const std::vector<std::int64_t>& out = other->second.tensor.shape;
    const std::int64_t rank = settings->rank_of(module);
    if (in.size() != 2 || out.size() != 2 || in[0] != rank || out[1] != rank) {
      return damaged(kWeights, module.substr(0, 120) + " has " + shape_text(in) + " and " + shape_text(out) +
                                   ", which do not fit the rank " + std::to_string(rank));
    }
    adapter.parts_[module + ".weight"] = {source.tensor(name, in), source.tensor(b, out),
                                          settings->factor_of(module)};
  }
  if (auto read = source.finish(); !read) return std::move(read).error();
  if (adapter.parts_.empty()) return damaged(kWeights, "it changes nothing");
  return adapter;
}

std::vector<std::string> LoraAdapter::weights() const {
  std::vector<std::string> names;
  names.reserve(parts_.size());
  for (const auto& [name, part] : parts_) names.push_back(name);
  return names;
}

Result<void> LoraAdapter::fits(const std::string& weight, const std::vector<std::int64_t>& shape) const {
  const Part& part = parts_.at(weight);
  const std::vector<std::int64_t> own = {part.b.size(0), part.a.size(1)};
  if (own == shape) return {};
  return Error{ErrorCode::kDamagedModel,
               "The adapter is for another model: it changes " + weight + " as " + shape_text(own) +
                   ", here it is " + shape_text(shape) + ".",
               "Use the model that the adapter was trained on.", "adapter"};
}

void LoraAdapter::merge(const std::string& weight, const at::Tensor& target) const {
  const Part& part = parts_.at(weight);
  target.add_(at::mm(part.b, part.a).mul_(part.factor));
}

}  // namespace fovea
