#include "app/serve/config_file.h"

#include "core/hub/near_names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include <yaml-cpp/yaml.h>

namespace fovea::serve {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;  // bytes

Error wrong(const std::string& file, std::string message, std::string remedy) {
  return {ErrorCode::kInvalidArgument, "In " + file + ": " + std::move(message), std::move(remedy),
          "--config"};
}

/// The long names of the options that a file may set, and whether each is a flag.
const std::map<std::string, bool>& known_keys() {
  static const std::map<std::string, bool> kKeys = {
      {"model", false},         {"dtype", false},         {"weights", false},      {"weights-group", false},
      {"weights-vision", true}, {"weights-head", true},   {"threads", false},      {"memory", false},
      {"answer-cache", false},  {"engine", false},        {"host", false},         {"port", false},
      {"host-name", false},     {"allow-origin", false},  {"keys", false},         {"jwt-secret", false},
      {"jwt-audience", false},  {"rate-limit", false},    {"in-flight", false},    {"connections", false},
      {"max-body", false},      {"routes", false},        {"no-page", true},       {"fetch-media", true},
      {"audit-log", false},     {"model-name", false},    {"max-tokens", false},   {"max-pixels", false},
      {"mode", false},          {"max-batch", false},     {"max-wait", false},     {"step-tokens", false},
      {"drain-seconds", false}, {"idle-unload", false},   {"loaded-hours", false}, {"adapter", false},
      {"device", false},        {"kv-cache-dtype", false}};
  return kKeys;
}

Error unknown_key(const std::string& file, const std::string& key, const std::vector<std::string>& names) {
  const std::vector<std::string> meant = near_names(key, names, 1);
  return wrong(file, "there is no setting \"" + key.substr(0, 60) + "\".",
               meant.empty() ? "`fovea serve --print-config` lists what there is."
                             : "Did you mean " + meant.front() + "?");
}

std::string dashed(std::string key) {
  std::replace(key.begin(), key.end(), '_', '-');
  return key;
}

/// One setting as the arguments that say the same.
Result<void> add_arguments(const std::string& file, const std::string& key, const YAML::Node& value,
                           std::vector<std::string>& arguments) {
  const std::string option = "--" + dashed(key);
  if (known_keys().at(dashed(key))) {
    bool on = false;
    if (!value.IsScalar() || !YAML::convert<bool>::decode(value, on))
      return wrong(file, key + " must be true or false.", {});
    if (on) arguments.push_back(option);
    return {};
  }
  if (value.IsScalar()) {
    arguments.push_back(option + "=" + value.Scalar());
    return {};
  }
  if (!value.IsSequence()) return wrong(file, key + " must be a value or a list.", {});
  for (const YAML::Node& one : value) {
    if (!one.IsScalar()) return wrong(file, key + " must be a list of values.", {});
    arguments.push_back(option + "=" + one.Scalar());
  }
  return {};
}

/// The reference deployments' block, in the words of ours.
Result<void> add_inference(const std::string& file, const YAML::Node& block,
                           std::vector<std::string>& arguments, std::vector<std::string>& notes) {
  if (!block.IsMap()) return wrong(file, "inference must be a block of settings.", {});
  const std::vector<std::string> names = {"batch_size", "precision", "image_size", "use_torch_compile",
                                          "max_new_tokens"};
  for (const auto& entry : block) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    const std::string value = entry.second.IsScalar() ? entry.second.Scalar() : std::string();
    if (std::find(names.begin(), names.end(), key) == names.end()) return unknown_key(file, key, names);
    if (key == "batch_size") {
      arguments.insert(arguments.end(), {"--mode=custom", "--max-batch=" + value, "--max-wait=0.1"});
    } else if (key == "max_new_tokens") {
      arguments.push_back("--max-tokens=" + value);
    } else if (key == "image_size") {
      double side = 0.0;
      if (!YAML::convert<double>::decode(entry.second, side) || !(side >= 1.0 && side <= 30'000.0)) {
        return wrong(file, "inference.image_size must be a side in pixels between 1 and 30000.", {});
      }
      arguments.push_back("--max-pixels=" + std::to_string(static_cast<std::int64_t>(side * side)));
    } else if (key == "precision" && value != "fp16") {
      arguments.push_back("--dtype=" + value);
    } else if (key == "precision") {
      notes.emplace_back("inference.precision fp16 is taken as auto: the type that suits this machine.");
    } else {
      notes.emplace_back("inference.use_torch_compile has no meaning here: nothing is compiled at run time.");
    }
  }
  return {};
}

}  // namespace

Result<ConfigFile> read_config_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kLargestFile + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.eof() || in.gcount() == 0) {
    if (in.is_open() && !in.eof()) return wrong(file, "it is larger than a megabyte.", {});
    if (!in.is_open())
      return Error{ErrorCode::kNotFound, "There is no file " + file + ".", "Check --config.", "--config"};
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  ConfigFile config;
  std::vector<std::string> arguments;
  try {
    const YAML::Node root = YAML::Load(text);
    if (root.IsNull()) return config;
    if (!root.IsMap()) return wrong(file, "it must be a list of settings, KEY: VALUE.", {});
    std::vector<std::string> names = {"inference"};
    for (const auto& [name, flag] : known_keys()) names.push_back(name);
    for (const auto& entry : root) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      Result<void> added;
      if (key == "inference") {
        added = add_inference(file, entry.second, arguments, config.notes);
      } else if (known_keys().contains(dashed(key))) {
        added = add_arguments(file, key, entry.second, arguments);
      } else {
        return unknown_key(file, key, names);
      }
      if (!added) return added.error();
    }
  } catch (const YAML::Exception& fault) {
    return wrong(file, "line " + std::to_string(fault.mark.line + 1) + " is no YAML.", {});
  }
  cli::ArgumentParser parser("serve", "");
  cli::declare_several_models_options(parser, config.settings.model, config.settings.models);
  declare_settings(parser, config.settings);
  const Result<bool> parsed = parser.parse(arguments);
  if (!parsed) return wrong(file, parsed.error().message, parsed.error().remedy);
  return config;
}

std::string settings_yaml(const ServeSettings& settings) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  std::string unset;
  const auto not_set = [&](const char* key) { unset += (unset.empty() ? "" : ", ") + std::string(key); };
  const auto value = [&](const char* key, const auto& one) {
    if (!one) return not_set(key);
    out << YAML::Key << key << YAML::Value << *one;
  };
  const auto list = [&](const char* key, const std::vector<std::string>& all) {
    if (all.empty()) return not_set(key);
    out << YAML::Key << key << YAML::Value << YAML::Flow << all;
  };
  const auto flag = [&](const char* key, bool on) { out << YAML::Key << key << YAML::Value << on; };
  const server::ServerOptions defaults;
  const std::vector<std::string>& models = settings.models;
  if (models.size() > 1) {
    list("model", models);
  } else {
    value("model", std::optional(models.empty() ? kBundledModel : models.front()));
  }
  value("dtype", std::optional(settings.model.compute_type.value_or("auto")));
  value("device", std::optional(device_name(settings.model.device.value_or(DeviceChoice{}))));
  value("weights", settings.model.weights.format);
  value("weights_group", settings.model.weights.group);
  flag("weights_vision", settings.model.weights.vision);
  flag("weights_head", settings.model.weights.head);
  value("kv_cache_dtype", settings.model.kv_cache_type);
  value("adapter", settings.model.adapter);
  value("threads", settings.model.threads);
  value("memory", settings.model.memory);
  value("answer_cache", settings.model.answer_cache);
  value("engine", settings.model.engine);
  value("host", std::optional(settings.host.value_or(defaults.address)));
  value("port", std::optional(settings.port.value_or(defaults.port)));
  list("host_name", settings.host_names);
  list("allow_origin", settings.origins);
  value("keys", settings.keys);
  value("jwt_secret", settings.jwt_secret);
  value("jwt_audience", settings.jwt_audience);
  value("rate_limit", std::optional(settings.rate_limit.value_or(0)));
  value("in_flight", std::optional(settings.in_flight.value_or(0)));
  value("connections",
        std::optional(settings.connections.value_or(static_cast<std::int64_t>(defaults.http.connections))));
  value("max_body",
        std::optional(settings.max_body.value_or(static_cast<std::int64_t>(defaults.body_bytes >> 20U))));
  list("routes", settings.routes);
  flag("no_page", settings.no_page);
  flag("fetch_media", settings.fetch_media);
  value("audit_log", settings.audit_log);
  list("model_name", settings.model_names);
  value("max_tokens", std::optional(settings.max_tokens.value_or(defaults.default_max_tokens)));
  value("max_pixels", settings.max_pixels);
  value("mode", std::optional(settings.mode.value_or("low_latency")));
  value("max_batch", settings.max_batch);
  value("max_wait", settings.max_wait);
  value("step_tokens", settings.step_tokens);
  value("idle_unload", settings.idle_unload);
  value("loaded_hours", settings.loaded_hours);
  value("drain_seconds", std::optional(settings.drain_seconds.value_or(30.0)));
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n# Not set: " + unset + "\n";
}

}  // namespace fovea::serve
