#include "app/cli/model_loading.h"

#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"
#include "core/hub/model_catalog.h"

#include <chrono>
#include <filesystem>
#include <mutex>

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostThreads = 1024;
constexpr EnginePlace kPlaces[] = {EnginePlace::kAutomatic, EnginePlace::kInProcess, EnginePlace::kChild};
constexpr std::int64_t kMostMegabytes = 1'000'000;

/// What is shown of a model's folder before it is loaded: its last part.
std::string short_name(const std::string& folder) {
  fs::path path = fs::path(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return repaired_utf8(path.filename().empty() ? folder : path.filename().string());
}

/// The first option that says how this machine should calculate, if one was given.
std::optional<std::string> local_option(const ModelOptions& options) {
  if (options.model) return "--model";
  if (options.compute_type) return "--dtype";
  if (options.device) return "--device";
  const WeightArguments& weights = options.weights;
  if (options.adapter) return "--adapter";
  if (weights.format || weights.group || weights.vision || weights.head) return "--weights";
  if (options.threads) return "--threads";
  if (options.memory) return "--memory";
  if (options.answer_cache) return "--answer-cache";
  if (options.engine) return "--engine";
  return std::nullopt;
}

Result<LoadedModel> connect(const ModelOptions& options, ServerChoice choice, Host& host,
                            StatusLine& status) {
  if (const auto option = local_option(options)) {
    return wrong_argument(*option + " is about a model on this machine, and --server names one elsewhere.",
                          "Leave one out; --server-model names a server's model.", *option);
  }
  choice.ledger = host.ledger;
  choice.on_saving = [uploads = host.uploads](const UploadSaving& saving) { uploads->add(saving); };
  const std::string step = "Connecting to " + repaired_utf8(choice.address);
  status.show(step);
  Result<std::unique_ptr<Engine>> engine = host.connect_server(choice, [&](const LoadProgress&) {
    status.show(step);
    return !host.interrupt.requested();
  });
  status.clear();
  if (!engine) return engine.error();
  return LoadedModel{std::move(*engine), -1.0, host.ledger, {}};
}

std::vector<std::string> engine_place_names() {
  std::vector<std::string> names;
  for (const EnginePlace place : kPlaces) names.emplace_back(engine_place_name(place));
  return names;
}

}  // namespace

EnginePlace engine_place_of(const std::optional<std::string>& name) {
  for (const EnginePlace place : kPlaces) {
    if (name == engine_place_name(place)) return place;
  }
  return EnginePlace::kAutomatic;
}

Result<std::unique_ptr<Engine>> load_in_place(EnginePlace wanted, const EngineOptions& options,
                                              const LoadObserver& observer, const Host& host) {
  const EnginePlace place = chosen_place(wanted, options.device, host.engines.usable_gpu);
  if (place == EnginePlace::kInProcess) return host.engines.in_process(options, observer);
  if (host.engines.child) return host.engines.child(options, observer);
  return Error{ErrorCode::kUnsupported, "This program cannot start its engine in a process of its own.",
               "Use --engine in-process.", "--engine"};
}

void declare_device_option(ArgumentParser& parser, std::optional<DeviceChoice>& device) {
  parser.device(
      "--device",
      "Where the model computes; auto: on a GPU that it fits, else on the processor; cpu:operators: "
      "there by libtorch's operators instead of Fovea's own kernels, for comparison",
      device);
}

std::vector<std::string> compute_type_names() {
  return {"auto", "fp32", "bf16", "fp16"};
}

ComputeType compute_type_of(const std::optional<std::string>& name) {
  for (const ComputeType type : {ComputeType::kFloat32, ComputeType::kBFloat16, ComputeType::kFloat16}) {
    if (name == compute_type_name(type)) return type;
  }
  return ComputeType::kAuto;
}

namespace {

/// All but --model.
void declare_other_model_options(ArgumentParser& parser, ModelOptions& options, Speculation speculation,
                                 const char* memory_help) {
  parser.choice("--dtype", compute_type_names(),
                "What is calculated in; auto: the model's own where the machine has it", "auto",
                options.compute_type);
  declare_device_option(parser, options.device);
  declare_weight_options(parser, options.weights);
  declare_kv_cache_option(parser, options.kv_cache_type);
  parser.text("--adapter", "DIR", "A LoRA adapter in PEFT's layout, merged into the weights while they load",
              "none", options.adapter);
  parser.integer("--threads", "Threads for the arithmetic", "all cores", 1, kMostThreads, options.threads);
  parser.megabytes("--memory", memory_help, "what is free", 1, kMostMegabytes, options.memory);
  parser.choice("--engine", engine_place_names(),
                "Where the model lives: in this process, or in a child that is started again when it dies; "
                "auto: a child where there is a GPU",
                "auto", options.engine);
  declare_server_options(parser, options.server);
  if (speculation == Speculation::kNever) {
    options.no_speculation = true;
    return;
  }
  parser.flag("--no-speculation",
              "One token a step: don't guess what a greedy answer repeats (the answers are the same)",
              options.no_speculation);
  parser.megabytes("--answer-cache",
                   "Megabytes of answers without chance that are kept, and given again to the same question",
                   "none", 0, kMostMegabytes, options.answer_cache);
}

}  // namespace

void declare_model_options(ArgumentParser& parser, ModelOptions& options, Speculation speculation) {
  parser.section("Model");
  parser.text("-m,--model", "NAME|DIR", "A model's name, or its folder in Hugging Face layout", kBundledModel,
              options.model);
  declare_other_model_options(
      parser, options, speculation,
      "Megabytes that the program may hold, model and all; a model that takes more is refused");
}

void declare_several_models_options(ArgumentParser& parser, ModelOptions& options,
                                    std::vector<std::string>& models) {
  parser.section("Model");
  parser.texts("-m,--model", "NAME|DIR",
               std::string("A model's name, or its folder in Hugging Face layout (") + kBundledModel +
                   " if none is given); may be given several times",
               models);
  declare_other_model_options(
      parser, options, Speculation::kUnlessToldNot,
      "Megabytes that the program may hold, models and all; of several models those that "
      "do not fit beside each other take turns");
}

Result<std::string> find_model(const std::optional<std::string>& model, const Host& host) {
  if (!model || *model == kBundledModel) {
    if (const auto folder = host.resources.model(kBundledModel)) return folder->string();
    return Error{ErrorCode::kNotFound,
                 std::string("The model in the box, ") + kBundledModel + ", is missing.",
                 "Name another with --model, or install the program again.", "model"};
  }
  Result<ModelEntry> entry = ModelCatalog(host.places).resolve(*model);
  if (!entry) return entry.error();
  return entry->folder.string();
}

Result<EngineOptions> engine_options(const ModelOptions& options, const std::optional<std::string>& model,
                                     const Host& host) {
  Result<std::string> folder = find_model(model, host);
  if (!folder) return folder.error();
  EngineOptions engine;
  engine.model_folder = *folder;
  engine.compute_type = compute_type_of(options.compute_type);
  engine.device = options.device.value_or(DeviceChoice{});
  engine.weights = weight_options(options.weights);
  engine.kv_cache_type = kv_cache_type_of(options.kv_cache_type);
  engine.adapter_folder = options.adapter.value_or("");
  engine.threads = static_cast<int>(options.threads.value_or(0));
  engine.memory_bytes = static_cast<std::uint64_t>(options.memory.value_or(0)) * 1'000'000;
  engine.answer_cache_bytes = static_cast<std::uint64_t>(options.answer_cache.value_or(0)) * 1'000'000;
  if (options.no_speculation) engine.draft_tokens = 0;
  if (options.adjust) options.adjust(engine);
  return engine;
}

Result<std::unique_ptr<Engine>> load_shown(
    const EngineOptions& options,
    const std::function<Result<std::unique_ptr<Engine>>(const LoadObserver&)>& load, Host& host,
    StatusLine& status) {
  const std::string step = "Loading " + short_name(options.model_folder);
  std::mutex one_at_a_time;  // the observer is called from the loader's threads
  status.show(step);
  const LoadObserver observer = [&](const LoadProgress& progress) {
    const std::lock_guard lock(one_at_a_time);
    std::string detail = progress.step;
    if (progress.total > 0) {
      detail += ", " + bytes_text(progress.done) + " of " + bytes_text(progress.total);
    }
    status.show(step, detail);
    return !host.interrupt.requested();
  };
  Result<std::unique_ptr<Engine>> loaded = load(observer);
  status.clear();
  if (host.interrupt.requested())
    return Error{ErrorCode::kCancelled, "Stopped while the model was loading.", {}, {}};
  return loaded;
}

Result<LoadedModel> load_model(const ModelOptions& options, Host& host, StatusLine& status) {
  Result<std::optional<ServerChoice>> server = server_choice(options.server);
  if (!server) return server.error();
  if (*server) return connect(options, std::move(**server), host, status);
  Result<EngineOptions> engine = engine_options(options, options.model, host);
  if (!engine) return engine.error();
  const EnginePlace place = engine_place_of(options.engine);
  const auto begin = std::chrono::steady_clock::now();
  const auto load = [place, engine = *engine, &host](const LoadObserver& watcher) {
    return load_in_place(place, engine, watcher, host);
  };
  Result<std::unique_ptr<Engine>> loaded = load_shown(*engine, load, host, status);
  if (!loaded) return loaded.error();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  return LoadedModel{std::move(*loaded), seconds.count(), nullptr, load};
}

std::string model_line(const ModelInfo& model) {
  std::string line = model.name + " (" + model.family;
  if (model.parameters > 0) line += ", " + parameters_text(model.parameters) + " parameters";
  if (!model.compute_type.empty()) line += ", " + model.compute_type;
  if (!model.device.empty() && model.device != "cpu") line += " on " + model.device;
  if (!model.weight_format.empty()) line += " with " + model.weight_format + " weights";
  if (!model.kv_cache_type.empty() && model.kv_cache_type != model.compute_type)
    line += ", keys and values in " + model.kv_cache_type;
  if (!model.adapter.empty()) line += ", adapter " + model.adapter;
  line += ")";
  return model.note.empty() ? line : line + ". " + model.note;
}

}  // namespace fovea::cli
