#pragma once

#include "app/cli/argument_parser.h"
#include "app/cli/model_loading.h"
#include "app/cli/weight_options.h"
#include "core/api/engine.h"

#include <optional>
#include <string>

namespace fovea::debug {

/// --model, --dtype, --device, --weights, --adapter and --threads as the developers' verbs take them: the
/// model is a folder, the dtype is stated.
struct ModelArguments {
  std::optional<std::string> folder;
  std::optional<std::string> compute_type;
  std::optional<DeviceChoice> device;
  cli::WeightArguments weights;
  std::optional<std::string> kv_cache_type;
  std::optional<std::string> adapter;
  std::optional<std::int64_t> threads;

  void declare(cli::ArgumentParser& parser) {
    parser.text("--model", "DIR", "The model's folder", "", folder);
    parser.choice("--dtype", {"auto", "fp32", "bf16", "fp16"}, "What is computed in", "the verb's own",
                  compute_type);
    cli::declare_device_option(parser, device);
    cli::declare_weight_options(parser, weights);
    cli::declare_kv_cache_option(parser, kv_cache_type);
    parser.text("--adapter", "DIR", "A LoRA adapter in PEFT's layout", "none", adapter);
    parser.integer("--threads", "Threads for arithmetic", "all cores", 1, 4096, threads);
  }

  EngineOptions engine_options(ComputeType otherwise) const {
    EngineOptions options;
    options.model_folder = folder.value_or("");
    options.threads = static_cast<int>(threads.value_or(0));
    options.compute_type = otherwise;
    options.device = device.value_or(DeviceChoice{});
    options.weights = cli::weight_options(weights);
    options.kv_cache_type = cli::kv_cache_type_of(kv_cache_type);
    options.adapter_folder = adapter.value_or("");
    for (const ComputeType type :
         {ComputeType::kAuto, ComputeType::kFloat32, ComputeType::kBFloat16, ComputeType::kFloat16}) {
      if (compute_type && *compute_type == compute_type_name(type)) options.compute_type = type;
    }
    return options;
  }
};

}  // namespace fovea::debug
