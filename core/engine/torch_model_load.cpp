#include "core/device/heap_policy.h"
#include "core/device/parallel_scope.h"
#include "core/device/process_memory.h"
#include "core/engine/compute_choice.h"
#include "core/engine/kv_budget.h"
#include "core/engine/local_engine.h"
#include "core/engine/torch_model_runner.h"
#include "core/model/kv_block.h"

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

/// Whether the weights could lie within EngineOptions::memory_bytes, before any is read. Integer weights are
/// counted as if all of them were held so: a bound from below.
Result<void> check_fits(const EngineOptions& options, std::int64_t parameters, c10::ScalarType type) {
  if (options.memory_bytes == 0) return {};
  const auto bits = [&](WeightFormat format) -> std::uint64_t {
    if (format == WeightFormat::kModel) return 8 * c10::elementSize(type);
    return format == WeightFormat::kInt8 ? 8 : 4;
  };
  const auto bytes = [&](WeightFormat format) {
    return static_cast<std::uint64_t>(parameters) * bits(format) / 8;
  };
  if (bytes(options.weights.format) < options.memory_bytes) return {};
  std::string remedy = "Allow more with --memory, or use a smaller model.";
  for (const WeightFormat smaller : {WeightFormat::kInt8, WeightFormat::kInt4}) {
    if (bits(smaller) >= bits(options.weights.format) || bytes(smaller) >= options.memory_bytes) continue;
    remedy = "Hold the weights as integers (--weights " + std::string(weight_format_name(smaller)) +
             "), or allow more with --memory.";
    break;
  }
  return Error{ErrorCode::kOutOfMemory,
               "The model's weights alone take " + std::to_string(bytes(options.weights.format) / 1'000'000) +
                   " MB, and the program may hold " + std::to_string(options.memory_bytes / 1'000'000) +
                   " MB.",
               remedy, "memory_bytes"};
}

/// What caches may still take: what is free on the machine, and of what the program may hold what it does not
/// yet.
std::uint64_t free_memory(const EngineOptions& options) {
  const std::uint64_t available = available_memory();
  if (options.memory_bytes == 0) return available;
  const std::uint64_t held = process_memory().resident;
  return std::min(available, options.memory_bytes > held ? options.memory_bytes - held : 0);
}

}  // namespace

Result<std::unique_ptr<ModelRunner>> TorchModelRunner::load(const EngineOptions& asked,
                                                            const LoadObserver& observer) {
  const fs::path folder(asked.model_folder);
  auto config = load_model_config(folder);
  if (!config) return std::move(config).error();
  auto held = held_weights(asked.weights, *config);
  if (!held) return std::move(held).error();
  EngineOptions options = asked;
  options.weights = *held;
  auto prompts = PromptBuilder::load(folder);
  if (!prompts) return std::move(prompts).error();
  if (auto agreed = check_agreement(*prompts, *config); !agreed) return std::move(agreed).error();
  auto generation = load_generation_config(folder);
  if (!generation) return std::move(generation).error();

  const int threads = options.threads > 0 ? options.threads : static_cast<int>(usable_cores());
  at::set_num_threads(threads);
  const ParallelScope loading;  // answers are computed by another thread
  const c10::InferenceMode no_gradients;
  auto checkpoint = open_checkpoint(folder);
  if (!checkpoint) return std::move(checkpoint).error();
  const std::optional<StoredIntegers>& integers = config->integers;
  const std::int64_t parameters = integers ? integers->parameters : checkpoint->parameters();
  const ComputeChoice choice = choose_compute_type(
      options.compute_type, integers ? integers->made_from : checkpoint->main_type(), parameters);
  if (auto fits = check_fits(options, parameters, choice.type); !fits)
    return std::move(fits).error();
  auto model = [&] {
    const LoadingHeap heap;
    return VisionLanguageModel::load(folder, choice.type, options.weights, observer);
  }();
  if (!model) return std::move(model).error();

  std::unique_ptr<TorchModelRunner> runner(
      new TorchModelRunner(std::move(prompts).value(), std::move(generation).value(),
                           std::move(model).value(), options.vision_cache_bytes));
  runner->describe(*config, options);
  runner->info_.compute_type = compute_type_name(choice.name);
  if (!choice.note.empty()) runner->info_.note += (runner->info_.note.empty() ? "" : " ") + choice.note;
  if (auto made = runner->make_pool(options); !made) return std::move(made).error();
  return std::unique_ptr<ModelRunner>(std::move(runner));
}

void TorchModelRunner::describe(const ModelConfig& config, const EngineOptions& options) {
  info_.name = model_name(fs::path(options.model_folder));
  info_.family = family_name(config.family);
  info_.architecture = config.architecture;
  info_.checkpoint_type = stored_type_name(model_->stored_type());
  if (options.weights.format != WeightFormat::kModel) {
    info_.weight_format = weight_format_name(options.weights.format);
  }
  info_.parameters = model_->parameters();
  info_.weights_bytes = model_->weight_bytes();
  info_.step_weight_bytes = model_->step_weight_bytes();
  info_.decoder_layers = config.text.num_layers;
  info_.vision_layers = config.vision.depth;
  info_.context_tokens = options.max_context_tokens > 0
                             ? std::min(options.max_context_tokens, config.text.max_positions)
                             : config.text.max_positions;
  info_.kv_bytes_per_token = config.kv_bytes_per_token(c10::elementSize(model_->type()));
  info_.patch_size = static_cast<int>(config.vision.patch_size);
  info_.merge_size = static_cast<int>(config.vision.spatial_merge_size);
  info_.reasons = prompts_.knows_thinking();
  info_.note = config.note;
  for (const std::string& key : generation_.ignored) {
    info_.note += (info_.note.empty() ? "" : " ") + ("Its generation setting " + key + " is not applied.");
  }
}

Result<void> TorchModelRunner::make_pool(const EngineOptions& options) {
  const std::uint64_t block_bytes = info_.kv_bytes_per_token * static_cast<std::uint64_t>(kKvBlockTokens);
  const auto blocks =
      plan_kv_blocks(options, info_.context_tokens, kKvBlockTokens, block_bytes, free_memory(options));
  if (!blocks) return blocks.error();
  try {
    pool_ = std::make_unique<KvPool>(model_->config().text, *blocks, model_->type());
  } catch (const c10::Error&) {  // the system does not even reserve as much
    return Error{ErrorCode::kOutOfMemory, "There is not enough memory for keys and values.",
                 "Give them less, or use a smaller model.", "kv_cache_bytes"};
  }
  return {};
}

Result<std::unique_ptr<Engine>> load_local_engine(const EngineOptions& options,
                                                  const LoadObserver& observer) {
  try {
    auto runner = TorchModelRunner::load(options, observer);
    if (!runner) return std::move(runner).error();
    return std::unique_ptr<Engine>(
        std::make_unique<LocalEngine>(std::move(runner).value(), options.scheduling, options.prefix_cache,
                                      options.draft_tokens, options.answer_cache_bytes));
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory, "There is not enough memory for this model.",
                 "Use a smaller model.", ""};
  } catch (const std::exception&) {
    return Error{ErrorCode::kInternal, "The model could not be loaded.", "Check its files, or report it.",
                 ""};
  }
}

}  // namespace fovea
