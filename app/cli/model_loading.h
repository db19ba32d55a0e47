#pragma once

#include "app/cli/argument_parser.h"
#include "app/cli/host.h"
#include "app/cli/server_options.h"
#include "app/cli/status_line.h"
#include "app/cli/weight_options.h"
#include "core/api/engine_place.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea::cli {

/// --model, --dtype, --device, --weights and what belongs to it, --adapter, --threads, --memory, --engine,
/// --no-speculation,
/// --answer-cache; or --server and what belongs to it.
struct ModelOptions {
  std::optional<std::string> model;
  std::optional<std::string> compute_type;
  std::optional<DeviceChoice> device;
  WeightArguments weights;
  std::optional<std::string> kv_cache_type;
  std::optional<std::string> adapter;  ///< a folder; see EngineOptions::adapter_folder
  std::optional<std::int64_t> threads;
  std::optional<std::int64_t> memory;        ///< megabytes; see EngineOptions::memory_bytes
  std::optional<std::int64_t> answer_cache;  ///< megabytes; see EngineOptions::answer_cache_bytes
  std::optional<std::string> engine;         ///< an engine_place_name()
  bool no_speculation = false;               ///< see EngineOptions::draft_tokens
  ServerArguments server;
  /// What the verb itself wants of a model on this machine; called last, may be empty.
  std::function<void(EngineOptions&)> adjust = {};
};

/// Whether a verb's answers may take several tokens a step: unless told not to, or never, because it measures
/// what a step takes.
enum class Speculation { kUnlessToldNot, kNever };

void declare_model_options(ArgumentParser& parser, ModelOptions& options,
                           Speculation speculation = Speculation::kUnlessToldNot);
/// The same for a verb that takes --model several times; all of them go into `models`.
void declare_several_models_options(ArgumentParser& parser, ModelOptions& options,
                                    std::vector<std::string>& models);

/// The values that --dtype takes, and what they mean; kAuto if it is not given.
std::vector<std::string> compute_type_names();
ComputeType compute_type_of(const std::optional<std::string>& name);

/// --device, as every verb that takes it says it.
void declare_device_option(ArgumentParser& parser, std::optional<DeviceChoice>& device);

/// What --engine means; kAutomatic if it is not given.
EnginePlace engine_place_of(const std::optional<std::string>& name);

/// Loads a model in the place that is named or, with kAutomatic, suits this machine. kUnsupported: a process
/// of its own cannot be had here.
Result<std::unique_ptr<Engine>> load_in_place(EnginePlace wanted, const EngineOptions& options,
                                              const LoadObserver& observer, const Host& host);

/// The folder that `--model` means: a folder, a model in the box, or one in a cache; the bundled model if it
/// is not given. kNotFound and kInvalidArgument with what to do.
Result<std::string> find_model(const std::optional<std::string>& model, const Host& host);

/// What a model on this machine is loaded with; errors as find_model's.
Result<EngineOptions> engine_options(const ModelOptions& options, const std::optional<std::string>& model,
                                     const Host& host);

/// Loads one by `load`, with progress on `status`. kCancelled after Ctrl+C.
Result<std::unique_ptr<Engine>> load_shown(
    const EngineOptions& options,
    const std::function<Result<std::unique_ptr<Engine>>(const LoadObserver&)>& load, Host& host,
    StatusLine& status);

struct LoadedModel {
  std::unique_ptr<Engine> engine;
  double seconds = 0.0;  ///< that loading took; -1 of a server: what it took there is not known
  std::shared_ptr<const OutboundLedger>
      network;  ///< what goes to the server; null of a model on this machine
  /// Loads the same model in the same way once more, as long as the verb's host lives; empty of a server.
  std::function<Result<std::unique_ptr<Engine>>(const LoadObserver&)> again = {};
};

/// Finds and loads the model, or connects to the server, with progress on `status`. kCancelled after Ctrl+C.
Result<LoadedModel> load_model(const ModelOptions& options, Host& host, StatusLine& status);

/// Who answers, in one line: "fovea-mini (Qwen3-VL, 12.6 M parameters, bf16). Small model: ..."
std::string model_line(const ModelInfo& model);

}  // namespace fovea::cli
