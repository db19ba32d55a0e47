#include "core/model/quantization_scheme.h"

#include "core/model/json_reader.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using nlohmann::json;

constexpr std::int64_t kLargestGroup = 1 << 17;

Error damaged_scheme(const std::string& what) {
  return Error{ErrorCode::kDamagedModel, "Model file damaged: config.json (" + what + ").",
               "Download this file again.", ""};
}

Error unread(const std::string& what) {
  return Error{ErrorCode::kUnsupported,
               "The weights are quantised in a way that Fovea does not read: " + what + ".",
               "Use the bf16 version of the model, and `fovea models quantize`.", ""};
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool empty(const json* value) {
  return value == nullptr || value->empty();
}

/// -1 or 0 or nothing: all of a row.
std::int64_t read_group(JsonReader& r) {
  return std::max<std::int64_t>(0, r.integer("group_size", -1, kLargestGroup, std::int64_t{-1}));
}

Result<QuantizationScheme> read_gptq(const json& object) {
  JsonReader r(object, "quantization_config.");
  QuantizationScheme out;
  out.method = QuantizationMethod::kGptq;
  const std::int64_t bits = r.integer("bits", 1, 16);
  out.bits = static_cast<int>(bits);
  out.group = read_group(r);
  out.symmetric = r.flag("sym", true);
  out.act_order = r.flag("desc_act", false);
  // Old files say nothing; "marlin" and others reorder what is stored.
  const std::string format = lower(r.word("checkpoint_format", r.word("format", "gptq").c_str()));
  if (!r.problem().empty()) return damaged_scheme(r.problem());
  if (bits != 4 && bits != 8) return unread("GPTQ with " + std::to_string(bits) + " bits");
  if (format != "gptq" && format != "gptq_v2")
    return unread("GPTQ's checkpoint format '" + format.substr(0, 40) + "'");
  out.zeros_less_one = format == "gptq";
  const json* dynamic = r.find("dynamic");
  if (!empty(dynamic)) {
    if (!dynamic->is_object()) return damaged_scheme("quantization_config.dynamic is no list of modules");
    // "-:PATTERN" leaves modules as they were, which their tensors tell; others change bits or groups.
    for (const auto& [pattern, change] : dynamic->items()) {
      if (!pattern.starts_with("-:") && !change.empty())
        return unread("GPTQ with other bits or groups for some modules (dynamic)");
    }
  }
  return out;
}

Result<QuantizationScheme> read_awq(const json& object) {
  JsonReader r(object, "quantization_config.");
  QuantizationScheme out;
  out.method = QuantizationMethod::kAwq;
  const std::int64_t bits = r.integer("bits", 1, 16, r.integer("w_bit", 1, 16, std::int64_t{4}));
  const std::string version = lower(r.word("version", r.word("format", "gemm").c_str()));
  out.group = read_group(r);
  out.symmetric = false;
  if (!r.problem().empty()) return damaged_scheme(r.problem());
  if (bits != 4) return unread("AWQ with " + std::to_string(bits) + " bits");
  if (version != "gemm") return unread("AWQ's packing '" + version.substr(0, 40) + "'");
  return out;
}

/// What a group of modules does to its weights.
Result<QuantizationScheme> read_weights(const json& weights, const std::string& where) {
  JsonReader r(weights, where + "weights.");
  QuantizationScheme out;
  const std::int64_t bits = r.integer("num_bits", 1, 16, std::int64_t{8});
  const std::string type = lower(r.word("type", "int"));
  const std::string strategy = lower(r.word(
      "strategy", r.integer("group_size", -1, kLargestGroup, std::int64_t{-1}) > 0 ? "group" : "channel"));
  out.bits = static_cast<int>(bits);
  out.symmetric = r.flag("symmetric", true);
  const bool dynamic = r.flag("dynamic", false);
  const json* order = r.find("actorder");
  out.group = strategy == "group" ? read_group(r) : 0;
  if (!r.problem().empty()) return damaged_scheme(r.problem());
  if (type != "int" || dynamic)
    return unread("compressed-tensors with weights of type '" + type.substr(0, 40) + "'");
  if (bits != 4 && bits != 8) return unread("compressed-tensors with " + std::to_string(bits) + " bits");
  if (strategy != "group" && strategy != "channel" && strategy != "tensor")
    return unread("compressed-tensors with a scale a " + strategy.substr(0, 40));
  if (strategy == "group" && out.group == 0) return damaged_scheme(where + "weights.group_size is missing");
  if (order != nullptr && order->is_string()) {
    const std::string word = lower(order->get<std::string>());
    out.act_order = word == "group" || word == "dynamic";
  } else {
    out.act_order = order != nullptr && order->is_boolean() && order->get<bool>();
  }
  return out;
}

/// What it does to the products' inputs: nothing, or 8 bits a token as they come.
Result<bool> read_activations(const json* activations, const std::string& where) {
  if (empty(activations)) return false;
  JsonReader r(*activations, where + "input_activations.");
  const bool plain = r.integer("num_bits", 1, 16, std::int64_t{8}) == 8 &&
                     lower(r.word("type", "int")) == "int" && lower(r.word("strategy", "token")) == "token" &&
                     r.flag("symmetric", true);
  const json* dynamic = r.find("dynamic");
  if (!r.problem().empty()) return damaged_scheme(r.problem());
  if (!plain || dynamic == nullptr || !dynamic->is_boolean() || !dynamic->get<bool>())
    return unread("compressed-tensors with activations other than 8 bits a token, scaled as they come");
  return true;
}

Result<QuantizationScheme> read_config_group(const json& group, const std::string& where,
                                             const std::string& general) {
  if (!group.is_object()) return damaged_scheme(where + " is no object");
  JsonReader r(group, where);
  const json* weights = r.find("weights");
  if (weights == nullptr || !weights->is_object())
    return unread("compressed-tensors without quantised weights");
  auto out = read_weights(*weights, where);
  if (!out) return out;
  auto rounds = read_activations(r.find("input_activations"), where);
  if (!rounds) return std::move(rounds).error();
  out->rounds_activations = *rounds;
  if (!empty(r.find("output_activations"))) return unread("compressed-tensors with rounded results");
  const std::string format = lower(r.word("format", general.c_str()));
  if (!r.problem().empty()) return damaged_scheme(r.problem());
  if (format != "pack-quantized" && format != "int-quantized" && format != "naive-quantized")
    return unread("compressed-tensors' format '" + format.substr(0, 40) + "'");
  out->bytes = format != "pack-quantized";
  if (out->bytes && out->bits != 8) return unread("compressed-tensors' format '" + format + "' with 4 bits");
  return out;
}

bool same(const QuantizationScheme& a, const QuantizationScheme& b) {
  return a.bits == b.bits && a.group == b.group && a.symmetric == b.symmetric && a.act_order == b.act_order &&
         a.bytes == b.bytes && a.rounds_activations == b.rounds_activations;
}

Result<QuantizationScheme> read_compressed_tensors(const json& object) {
  JsonReader r(object, "quantization_config.");
  const std::string format = r.word("format", "");
  if (!r.problem().empty()) return damaged_scheme(r.problem());
  if (!empty(r.find("kv_cache_scheme"))) return unread("compressed-tensors with rounded keys and values");
  if (!empty(r.find("transform_config"))) return unread("compressed-tensors with transforms");
  if (const json* sparsity = r.find("sparsity_config"); !empty(sparsity)) {
    JsonReader s(*sparsity, "quantization_config.sparsity_config.");
    if (s.word("format", "dense") != "dense") return unread("compressed-tensors with sparse weights");
  }
  const json* groups = r.find("config_groups");
  if (groups == nullptr || !groups->is_object() || groups->empty())
    return damaged_scheme("quantization_config.config_groups is missing");
  std::optional<QuantizationScheme> found;
  for (const auto& [name, group] : groups->items()) {
    auto one = read_config_group(group, "quantization_config." + name.substr(0, 40) + ".", format);
    if (!one) return one;
    if (found && !same(*found, *one)) return unread("compressed-tensors with several schemes in one model");
    found = *one;
  }
  return *found;
}

}  // namespace

std::string_view quantization_method_name(QuantizationMethod method) {
  switch (method) {
    case QuantizationMethod::kCompressedTensors:
      return "compressed-tensors";
    case QuantizationMethod::kGptq:
      return "gptq";
    case QuantizationMethod::kAwq:
      return "awq";
  }
  return "";
}

std::string QuantizationScheme::text() const {
  return std::string(quantization_method_name(method)) + ", " + std::to_string(bits) + " bits by " +
         (group > 0 ? std::to_string(group) : "row") + (rounds_activations ? ", activations too" : "");
}

Result<QuantizationScheme> read_quantization_scheme(const json& object) {
  if (!object.is_object()) return damaged_scheme("quantization_config is no object");
  JsonReader r(object, "quantization_config.");
  const std::string method = r.word("quant_method", "");
  if (method == "gptq") return read_gptq(object);
  if (method == "awq") return read_awq(object);
  if (method == "compressed-tensors") return read_compressed_tensors(object);
  return unread(method.empty() ? "quantization_config names no quant_method" : method.substr(0, 60));
}

}  // namespace fovea
