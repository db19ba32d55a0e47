#include "core/output/generation_config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uintmax_t kMaxFileBytes = 1U << 20;

/// Keys of transformers' generation that this program lacks, with the number that switches each off.
struct UnknownKey {
  std::string_view name;
  double off;
};
constexpr std::array kUnknownKeys = {
    UnknownKey{"bad_words_ids", 0},
    UnknownKey{"begin_suppress_tokens", 0},
    UnknownKey{"encoder_no_repeat_ngram_size", 0},
    UnknownKey{"encoder_repetition_penalty", 1},
    UnknownKey{"epsilon_cutoff", 0},
    UnknownKey{"eta_cutoff", 0},
    UnknownKey{"exponential_decay_length_penalty", 0},
    UnknownKey{"guidance_scale", 1},
    UnknownKey{"min_length", 0},
    UnknownKey{"min_new_tokens", 0},
    UnknownKey{"no_repeat_ngram_size", 0},
    UnknownKey{"num_beams", 1},
    UnknownKey{"penalty_alpha", 0},
    UnknownKey{"sequence_bias", 0},
    UnknownKey{"suppress_tokens", 0},
    UnknownKey{"top_h", 0},
    UnknownKey{"typical_p", 1},
};

Error damaged(const std::string& file, const std::string& what) {
  return Error{ErrorCode::kDamagedModel, "Model file damaged: " + file + " (" + what + ").",
               "Download this file again.", ""};
}

/// The file as a JSON object; nothing if it is not there.
Result<std::optional<json>> read_object(const fs::path& folder, const std::string& file) {
  std::error_code error;
  const fs::path path = folder / file;
  if (!fs::exists(path, error)) return std::optional<json>();
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error || bytes > kMaxFileBytes) return damaged(file, error ? "it cannot be read" : "it is over 1 MB");
  std::ifstream stream(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return damaged(file, "it is not a JSON object");
  return std::optional<json>(std::move(object));
}

/// Looks a key up in one object after the other; the first that has it, not null, counts.
class Lookup {
 public:
  Lookup(std::string file, const json* first, const json* second = nullptr)
      : file_(std::move(file)), objects_{first, second} {}

  const std::string& file() const { return file_; }

  const json* find(std::string_view key) const {
    for (const json* object : objects_) {
      if (object == nullptr) continue;
      const auto found = object->find(key);
      if (found != object->end() && !found->is_null()) return &*found;
    }
    return nullptr;
  }

  /// Puts the key's number into `value` if the key is there.
  Result<void> number(std::string_view key, double low, double high, double& value) const {
    const json* found = find(key);
    if (found == nullptr) return {};
    const double given = found->is_number() ? found->get<double>() : std::numeric_limits<double>::quiet_NaN();
    if (!(given >= low && given <= high)) return damaged(file_, std::string(key) + " is out of range");
    value = given;
    return {};
  }

 private:
  std::string file_;
  std::array<const json*, 2> objects_;
};

Result<void> read_eos(const Lookup& lookup, std::vector<std::int32_t>& ids) {
  const json* found = lookup.find("eos_token_id");
  if (found == nullptr) return {};
  const auto take = [&ids](const json& value) {
    if (!value.is_number_integer()) return false;
    const auto id = value.get<std::int64_t>();
    if (id < 0 || id > std::numeric_limits<std::int32_t>::max()) return false;
    ids.push_back(static_cast<std::int32_t>(id));
    return true;
  };
  const bool good = found->is_array() ? std::all_of(found->begin(), found->end(), take) : take(*found);
  if (!good) return damaged(lookup.file(), "eos_token_id is not an id or a list of ids");
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return {};
}

Result<void> read_sampling(const Lookup& lookup, SamplingDefaults& defaults) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  constexpr double kSmallest = std::numeric_limits<double>::min();
  if (const json* found = lookup.find("do_sample")) {
    if (!found->is_boolean()) return damaged(lookup.file(), "do_sample is neither true nor false");
    defaults.do_sample = found->get<bool>();
  }
  double top_k = defaults.top_k;
  if (auto read = lookup.number("temperature", 0.0, kLargest, defaults.temperature); !read) return read;
  if (auto read = lookup.number("top_k", -1.0, std::numeric_limits<std::int32_t>::max(), top_k); !read)
    return read;
  if (auto read = lookup.number("top_p", kSmallest, 1.0, defaults.top_p); !read) return read;
  if (auto read = lookup.number("min_p", 0.0, 1.0, defaults.min_p); !read) return read;
  if (auto read = lookup.number("repetition_penalty", kSmallest, kLargest, defaults.repetition_penalty);
      !read) {
    return read;
  }
  defaults.top_k = std::max(static_cast<int>(top_k), 0);
  if (defaults.temperature == 0.0) {
    defaults.do_sample = false;
    defaults.temperature = 1.0;
  }
  return {};
}

std::vector<std::string> active_unknown_keys(const Lookup& lookup) {
  std::vector<std::string> active;
  for (const UnknownKey& key : kUnknownKeys) {
    const json* found = lookup.find(key.name);
    if (found == nullptr || (found->is_number() && found->get<double>() == key.off)) continue;
    if ((found->is_array() || found->is_object()) && found->empty()) continue;
    if (found->is_boolean() && !found->get<bool>()) continue;
    active.emplace_back(key.name);
  }
  return active;
}

}  // namespace

Result<GenerationConfig> load_generation_config(const fs::path& model_folder) {
  Result<std::optional<json>> own = read_object(model_folder, "generation_config.json");
  if (!own) return own.error();
  Result<std::optional<json>> model = read_object(model_folder, "config.json");
  if (!model) return model.error();
  if (!*own && !*model) {
    return Error{ErrorCode::kNotFound, "The model has neither generation_config.json nor config.json.",
                 "Download the whole folder again.", ""};
  }

  const json* root = *model ? &**model : nullptr;
  const json* text = nullptr;
  if (root != nullptr && root->contains("text_config") && root->at("text_config").is_object()) {
    text = &root->at("text_config");
  }
  const Lookup in_model("config.json", root, text);
  const Lookup lookup = *own ? Lookup("generation_config.json", &**own) : in_model;

  GenerationConfig config;
  if (Result<void> read = read_sampling(lookup, config.sampling); !read) return read.error();
  if (Result<void> read = read_eos(lookup, config.eos_ids); !read) return read.error();
  if (config.eos_ids.empty()) {
    if (Result<void> read = read_eos(in_model, config.eos_ids); !read) return read.error();
  }
  config.ignored = active_unknown_keys(lookup);
  return config;
}

}  // namespace fovea
