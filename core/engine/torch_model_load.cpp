#include "core/api/load_plan.h"
#include "core/device/heap_policy.h"
#include "core/device/process_memory.h"
#include "core/engine/compute_choice.h"
#include "core/engine/kv_budget.h"
#include "core/engine/local_engine.h"
#include "core/engine/memory_planner.h"
#include "core/engine/torch_device.h"
#include "core/engine/torch_model_runner.h"
#include "core/model/kv_block.h"
#include "core/model/prequantized_layout.h"

#include <algorithm>
#include <filesystem>
#include <new>
#include <optional>
#include <utility>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

/// "org/repo" for a snapshot in a hub's cache, otherwise the folder's own name.
std::string model_name(const fs::path& folder) {
  const fs::path absolute = fs::absolute(folder).lexically_normal();
  const fs::path named = absolute.has_filename() ? absolute : absolute.parent_path();
  const fs::path repository = named.parent_path().parent_path().filename();
  const std::string cached = repository.string();
  if (named.parent_path().filename() == "snapshots" && cached.starts_with("models--")) {
    std::string name = cached.substr(8);
    if (const auto slash = name.find("--"); slash != std::string::npos) name.replace(slash, 2, "/");
    return name;
  }
  return named.filename().string();
}

/// The tokenizer, the processor and config.json must mean the same by a picture's placeholder.
Result<void> check_agreement(const PromptBuilder& prompts, const ModelConfig& config) {
  const PixelConfig& pixels = prompts.processor().config().image;
  if (prompts.image_token() != config.image_token_id) {
    return Error{ErrorCode::kDamagedModel,
                 "The tokenizer and config.json name different tokens for a picture (" +
                     std::to_string(prompts.image_token()) + " and " + std::to_string(config.image_token_id) +
                     ").",
                 "Download the model again.", ""};
  }
  if (pixels.patch_size != config.vision.patch_size ||
      pixels.merge_size != config.vision.spatial_merge_size ||
      pixels.temporal_patch_size != config.vision.temporal_patch_size) {
    return Error{ErrorCode::kDamagedModel,
                 "preprocessor_config.json and config.json name different patch sizes.",
                 "Download the model again.", ""};
  }
  if (prompts.tokenizer().size() > config.text.vocab_size) {
    return Error{ErrorCode::kDamagedModel, "The tokenizer has more tokens than the model.",
                 "Download the model again.", ""};
  }
  return {};
}

/// How the model will be computed, as far as memory goes.
ArithmeticPlan arithmetic_of(c10::ScalarType type, const WeightOptions& weights, KvCacheType kv_cache,
                             const DeviceChoice& device) {
  ArithmeticPlan plan;
  plan.kv_cache = kv_cache;
  plan.operators = device.kind != DeviceChoice::Kind::kCpu;
  plan.element = c10::elementSize(type);
  plan.type = type == at::kBFloat16 ? StoredType::kBFloat16
              : type == at::kHalf   ? StoredType::kFloat16
                                    : StoredType::kFloat32;
  plan.products = plan.operators            ? ProductKind::kPlain
                  : type == at::kFloat      ? ProductKind::kPlain
                  : has_fast_products(type) ? ProductKind::kPacked
                  : type == at::kBFloat16   ? ProductKind::kWidened
                                            : ProductKind::kPlain;
  plan.weights = weights;
  return plan;
}

/// Bytes that this process may hold: EngineOptions::memory_bytes, or what it has and what is free beside; 0
/// where neither is known. Beside others those that this model may. On a GPU those of its memory.
std::uint64_t memory_limit(const EngineOptions& options, bool beside_others, const SelectedDevice& device) {
  if (device.device.kind == DeviceChoice::Kind::kCuda) {
    const std::uint64_t free = device.memory.free;
    return options.memory_bytes == 0 ? free : std::min(free, options.memory_bytes);
  }
  if (beside_others) return options.memory_bytes;
  const std::uint64_t available = available_memory();
  const std::uint64_t found = available > 0 ? process_memory().resident + available : 0;
  if (options.memory_bytes == 0) return found;
  return found > 0 ? std::min(found, options.memory_bytes) : options.memory_bytes;
}

std::string megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

/// Whether the model could be loaded under the limit, before any of it is read.
Result<void> check_fits(const EngineOptions& options, const ModelConfig& config, const Checkpoint& checkpoint,
                        c10::ScalarType type, bool beside_others, const SelectedDevice& device) {
  const std::uint64_t limit = memory_limit(options, beside_others, device);
  if (limit == 0) return {};
  const bool own = beside_others || device.device.kind == DeviceChoice::Kind::kCuda;
  const std::uint64_t program = own ? 0 : process_memory().resident;
  const auto loading = [&](const WeightOptions& weights) {
    return program + MemoryPlanner(config, arithmetic_of(type, weights, options.kv_cache_type, device.device))
                         .weights(checkpoint)
                         .peak;
  };
  const std::uint64_t needed = loading(options.weights);
  const std::uint64_t available = beside_others ? available_memory() : 0;
  if (available > 0 && needed > available) {
    return Error{ErrorCode::kOutOfMemory,
                 "Loading the model takes " + megabytes(needed) + ", and the machine has " +
                     megabytes(available) + " left at the moment.",
                 "Close other programs, or use a smaller model.", "memory_bytes"};
  }
  if (needed <= limit) return {};
  std::string remedy = "Allow more with --memory, or use a smaller model.";
  if (options.memory_bytes == 0 || options.memory_bytes > limit) {
    remedy = "Close other programs, or use a smaller model.";
  }
  for (const WeightFormat smaller : {WeightFormat::kInt8, WeightFormat::kInt4}) {
    if (device.device.kind != DeviceChoice::Kind::kCpu) break;  // only our own kernels compute with integers
    if (loading({smaller}) > limit) continue;
    remedy = "Hold the weights as integers (--weights " + std::string(weight_format_name(smaller)) +
             "), or allow more with --memory.";
    break;
  }
  return Error{ErrorCode::kOutOfMemory,
               "Loading the model takes " + megabytes(needed - program) + ", the program itself " +
                   megabytes(program) + ", and it may hold " + megabytes(limit) + ".",
               remedy, "memory_bytes"};
}

/// What the files say, without tokenizer and weights.
struct ModelFiles {
  ModelConfig config;
  EngineOptions options;  ///< with the weights as they are going to be held
  Checkpoint checkpoint;
  ComputeChoice choice;
  SelectedDevice device;
};

std::int64_t context_of(const ModelFiles& files) {
  const std::int64_t most = files.config.text.max_positions;
  return files.options.max_context_tokens > 0 ? std::min(files.options.max_context_tokens, most) : most;
}

/// How its weights are held where libtorch's operators compute: another program's integers as numbers.
WeightOptions held_by_operators(const ModelFiles& files) {
  WeightOptions held = files.options.weights;
  if (files.config.scheme) held.format = WeightFormat::kFloat;
  return held;
}

/// What a model takes to answer one question of the usual size, see LoadPlan::least.
std::uint64_t least_memory(const ModelFiles& files, const MemoryPlanner& planner) {
  const VisionConfig& vision = files.config.vision;
  const std::int64_t merged = vision.patch_size * vision.spatial_merge_size;
  const std::int64_t side = (kPlannedSide + merged - 1) / merged * vision.spatial_merge_size;
  return planner.least(planner.weights(files.checkpoint), std::min(kPlannedTokens, context_of(files)),
                       {1, side, side});
}

/// Whether libtorch's operators can compute the model: integers are for our own kernels.
Result<void> check_operators(const ModelFiles& files) {
  const WeightFormat format = files.options.weights.format;
  if (format != WeightFormat::kInt8 && format != WeightFormat::kInt4) return {};
  return Error{ErrorCode::kUnsupported,
               "Weights held as integers are computed with by Fovea's own kernels only, on the processor.",
               "Use the model in bf16 without --weights.", "device"};
}

Result<ModelFiles> read_headers(const EngineOptions& asked) {
  const fs::path folder(asked.model_folder);
  ModelFiles files;
  auto config = load_model_config(folder);
  if (!config) return std::move(config).error();
  files.config = std::move(config).value();
  auto held = held_weights(asked.weights, files.config);
  if (!held) return std::move(held).error();
  files.options = asked;
  files.options.weights = *held;
  auto checkpoint = open_checkpoint(folder);
  if (!checkpoint) return std::move(checkpoint).error();
  files.checkpoint = std::move(checkpoint).value();
  const std::optional<StoredIntegers>& integers = files.config.integers;
  const QuantizationScheme* scheme = files.config.scheme ? &*files.config.scheme : nullptr;
  const auto choice_on = [&](bool gpu) {
    return choose_compute_type(
        asked.compute_type, integers ? integers->made_from : files.checkpoint.main_type(),
        integers ? integers->parameters : count_parameters(files.checkpoint, scheme), gpu);
  };
  using Kind = DeviceChoice::Kind;
  auto device = select_device(asked.device, find_gpus, [&]() -> Result<std::uint64_t> {
    if (auto able = check_operators(files); !able) return std::move(able).error();
    const ArithmeticPlan plan = arithmetic_of(choice_on(true).type, held_by_operators(files),
                                              files.options.kv_cache_type, {Kind::kCuda});
    return least_memory(files, MemoryPlanner(files.config, plan));
  });
  if (!device) return std::move(device).error();
  files.device = std::move(device).value();
  if (files.device.device.kind != Kind::kCpu) {
    if (auto able = check_operators(files); !able) return std::move(able).error();
    files.options.weights = held_by_operators(files);
  }
  files.choice = choice_on(files.device.device.kind == Kind::kCuda);
  return files;
}

/// What is known of the model without its weights.
ModelInfo info_of(const ModelFiles& files) {
  const auto& [config, options, checkpoint, choice, device] = files;
  ModelInfo info;
  info.name = model_name(fs::path(options.model_folder));
  info.family = family_name(config.family);
  info.architecture = config.architecture;
  info.checkpoint_type = config.scheme ? config.scheme->text() : stored_type_name(checkpoint.main_type());
  info.compute_type = compute_type_name(choice.name);
  info.device = device_name(device.device);
  if (!options.adapter_folder.empty()) info.adapter = model_name(fs::path(options.adapter_folder));
  info.parameters = config.integers ? config.integers->parameters
                                    : count_parameters(checkpoint, config.scheme ? &*config.scheme : nullptr);
  info.decoder_layers = config.text.num_layers;
  info.vision_layers = config.vision.depth;
  info.context_tokens = context_of(files);
  info.kv_cache_type = kv_cache_type_name(options.kv_cache_type);
  if (options.kv_cache_type == KvCacheType::kAuto) info.kv_cache_type = info.compute_type;
  info.kv_bytes_per_token = config.kv_bytes_per_token(c10::elementSize(choice.type), options.kv_cache_type);
  info.patch_size = static_cast<int>(config.vision.patch_size);
  info.merge_size = static_cast<int>(config.vision.spatial_merge_size);
  info.note = config.note;
  for (const std::string& note : {choice.note, device.note}) {
    if (!note.empty()) info.note += (info.note.empty() ? "" : " ") + note;
  }
  return info;
}

}  // namespace

Result<std::unique_ptr<ModelRunner>> TorchModelRunner::load(const EngineOptions& asked,
                                                            const LoadObserver& observer, bool beside_others,
                                                            std::shared_ptr<const Compute> compute) {
  const fs::path folder(asked.model_folder);
  auto files = read_headers(asked);
  if (!files) return std::move(files).error();
  const auto& [config, options, checkpoint, choice, device] = *files;
  auto prompts = PromptBuilder::load(folder);
  if (!prompts) return std::move(prompts).error();
  if (auto agreed = check_agreement(*prompts, config); !agreed) return std::move(agreed).error();
  auto generation = load_generation_config(folder);
  if (!generation) return std::move(generation).error();

  const int threads = options.threads > 0 ? options.threads : static_cast<int>(usable_cores());
  at::set_num_threads(threads);
  const c10::InferenceMode no_gradients;
  if (auto fits = check_fits(options, config, checkpoint, choice.type, beside_others, device); !fits)
    return std::move(fits).error();
  if (!compute) compute = compute_on(device.device);
  auto model = [&, type = choice.type, weights = options.weights] {
    const LoadingHeap heap;
    return VisionLanguageModel::load(folder, type, weights, fs::path(asked.adapter_folder), observer,
                                     compute);
  }();
  if (!model) return std::move(model).error();

  std::unique_ptr<TorchModelRunner> runner(
      new TorchModelRunner(std::move(prompts).value(), std::move(generation).value(),
                           std::move(model).value(), options.vision_cache_bytes));
  runner->planner_ = MemoryPlanner(
      config, arithmetic_of(choice.type, options.weights, options.kv_cache_type, device.device));
  runner->info_ = info_of(*files);
  runner->describe();
  runner->room_.own = beside_others || device.device.kind == DeviceChoice::Kind::kCuda;
  runner->room_.limit = memory_limit(options, beside_others, device);
  runner->room_.base =
      runner->room_.own ? runner->planner_.weights(checkpoint).held : process_memory().resident;
  if (auto made = runner->make_pool(options); !made) return std::move(made).error();
  return std::unique_ptr<ModelRunner>(std::move(runner));
}

/// What is known since the weights are there.
void TorchModelRunner::describe() {
  if (const int bits = model_->weight_bits(); bits != 0) {
    info_.weight_format = weight_format_name(bits == 8 ? WeightFormat::kInt8 : WeightFormat::kInt4);
  }
  info_.parameters = model_->parameters();
  info_.weights_bytes = model_->weight_bytes();
  info_.step_weight_bytes = model_->step_weight_bytes();
  info_.reasons = prompts_.knows_thinking();
  for (const std::string& key : generation_.ignored) {
    info_.note += (info_.note.empty() ? "" : " ") + ("Its generation setting " + key + " is not applied.");
  }
}

/// Room for keys and values, and the account of what is left for requests.
Result<void> TorchModelRunner::make_pool(const EngineOptions& options) {
  room_.step_row = planner_.step_row();
  const std::uint64_t block_bytes = info_.kv_bytes_per_token * static_cast<std::uint64_t>(kKvBlockTokens);
  const auto blocks =
      plan_kv_blocks(options, info_.context_tokens, kKvBlockTokens, block_bytes, room_.shared());
  if (!blocks) return blocks.error();
  try {
    pool_ =
        std::make_unique<KvPool>(model_->config().text, *blocks,
                                 kv_cache_scalar(options.kv_cache_type, model_->type()), model_->compute());
  } catch (const c10::Error&) {  // the system does not even reserve as much
    return Error{ErrorCode::kOutOfMemory, "There is not enough memory for keys and values.",
                 "Give them less, or use a smaller model.", "kv_cache_bytes"};
  }
  room_.pool = static_cast<std::uint64_t>(*blocks) * block_bytes;
  // Features leave most of what is shared to requests.
  if (room_.known()) cache_.set_budget(std::min(options.vision_cache_bytes, room_.shared() / 4));
  return {};
}

MemoryRoom TorchModelRunner::memory_room(std::int64_t logits_rows) const {
  MemoryRoom room = room_;
  room.step_fixed = planner_.step_fixed(logits_rows);
  return room;
}

Result<LoadPlan> plan_local_engine(const EngineOptions& options) {
  auto files = read_headers(options);
  if (!files) return std::move(files).error();
  const MemoryPlanner planner(
      files->config, arithmetic_of(files->choice.type, files->options.weights, files->options.kv_cache_type,
                                   files->device.device));
  const WeightMemory weights = planner.weights(files->checkpoint);
  LoadPlan plan;
  plan.model = info_of(*files);
  plan.model.weights_bytes = weights.held;
  plan.weights = weights.held;
  plan.loading = weights.peak;
  plan.least = least_memory(*files, planner);
  return plan;
}

namespace {

Result<std::unique_ptr<Engine>> load_engine(const EngineOptions& options, const LoadObserver& observer,
                                            bool beside_others) {
  try {
    auto runner = TorchModelRunner::load(options, observer, beside_others);
    if (!runner) return std::move(runner).error();
    auto engine =
        std::make_unique<LocalEngine>(std::move(runner).value(), options.scheduling, options.prefix_cache,
                                      options.draft_tokens, options.answer_cache_bytes);
    if (options.calibrate) engine->calibrate();
    return std::unique_ptr<Engine>(std::move(engine));
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory, "There is not enough memory for this model.",
                 "Use a smaller model.", ""};
  } catch (const std::exception&) {
    return Error{ErrorCode::kInternal, "The model could not be loaded.", "Check its files, or report it.",
                 ""};
  }
}

}  // namespace

Result<std::unique_ptr<Engine>> load_local_engine(const EngineOptions& options,
                                                  const LoadObserver& observer) {
  return load_engine(options, observer, false);
}

Result<std::unique_ptr<Engine>> load_local_engine_beside(const EngineOptions& options,
                                                         const LoadObserver& observer) {
  return load_engine(options, observer, true);
}

}  // namespace fovea
