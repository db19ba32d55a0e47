#include "core/engine/torch_model_runner.h"

#include "core/device/heap_policy.h"
#include "core/engine/compute_choice.h"
#include "core/engine/local_engine.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <c10/core/InferenceMode.h>

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

/// Features of several pictures (or clips), one after the other.
VisionFeatures joined(std::vector<VisionFeatures> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  VisionFeatures whole;
  if (parts.empty()) return whole;
  const auto rows_of = [&](const auto& pick) {
    std::vector<at::Tensor> rows;
    for (const VisionFeatures& part : parts) rows.push_back(pick(part));
    return at::cat(rows, 0);
  };
  whole.merged = rows_of([](const VisionFeatures& part) { return part.merged; });
  for (std::size_t tap = 0; tap < parts.front().deepstack.size(); ++tap) {
    whole.deepstack.push_back(rows_of([tap](const VisionFeatures& part) { return part.deepstack[tap]; }));
  }
  return whole;
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

}  // namespace

/// Pictures, or clips, of a request.
struct TorchModelRunner::Pictures {
  std::vector<VisionGrid> grids;
  std::vector<at::Tensor> patches;  ///< of each, [n, 3·2·p·p] fp32; let go once encoded
  std::vector<VisionFeatureCache::Key> keys;

  Pictures() = default;
  Pictures(std::vector<VisionPatches> parts, const VisionFeatureCache& cache) {
    for (VisionPatches& part : parts) {
      grids.push_back({part.grid.t, part.grid.h, part.grid.w});
      patches.push_back(part.patches.contiguous());
      keys.push_back(cache.key_of(patches.back(), grids.back()));
    }
  }
};

struct TorchModelRunner::Prepared : PreparedRequest {
  Pictures images;
  Pictures videos;
  ModelSequence sequence;
};

TorchModelRunner::TorchModelRunner(PromptBuilder prompts, GenerationConfig generation,
                                   std::unique_ptr<VisionLanguageModel> model,
                                   std::uint64_t vision_cache_bytes)
    : prompts_(std::move(prompts)),
      generation_(std::move(generation)),
      model_(std::move(model)),
      cache_(vision_cache_bytes) {}

Result<std::unique_ptr<ModelRunner>> TorchModelRunner::load(const EngineOptions& options,
                                                            const LoadObserver& observer) {
  const fs::path folder(options.model_folder);
  auto config = load_model_config(folder);
  if (!config) return std::move(config).error();
  auto prompts = PromptBuilder::load(folder);
  if (!prompts) return std::move(prompts).error();
  if (auto agreed = check_agreement(*prompts, *config); !agreed) return std::move(agreed).error();
  auto generation = load_generation_config(folder);
  if (!generation) return std::move(generation).error();

  const int threads = options.threads > 0 ? options.threads : static_cast<int>(usable_cores());
  at::set_num_threads(threads);
  const c10::InferenceMode no_gradients;
  auto checkpoint = open_checkpoint(folder);
  if (!checkpoint) return std::move(checkpoint).error();
  const ComputeChoice choice =
      choose_compute_type(options.compute_type, checkpoint->main_type(), checkpoint->parameters());
  auto model = [&] {
    const LoadingHeap heap;
    return VisionLanguageModel::load(folder, choice.type, options.weights, observer);
  }();
  if (!model) return std::move(model).error();

  std::unique_ptr<TorchModelRunner> runner(
      new TorchModelRunner(std::move(prompts).value(), std::move(generation).value(),
                           std::move(model).value(), options.vision_cache_bytes));
  const VisionLanguageModel& loaded = *runner->model_;
  ModelInfo& info = runner->info_;
  info.name = model_name(folder);
  info.family = family_name(config->family);
  info.architecture = config->architecture;
  info.checkpoint_type = stored_type_name(loaded.stored_type());
  info.compute_type = compute_type_name(choice.name);
  if (options.weights.format != WeightFormat::kModel)
    info.weight_format = weight_format_name(options.weights.format);
  info.parameters = loaded.parameters();
  info.weights_bytes = loaded.weight_bytes();
  info.decoder_layers = config->text.num_layers;
  info.vision_layers = config->vision.depth;
  info.context_tokens = options.max_context_tokens > 0
                            ? std::min(options.max_context_tokens, config->text.max_positions)
                            : config->text.max_positions;
  info.kv_bytes_per_token = config->kv_bytes_per_token(c10::elementSize(choice.type));
  info.patch_size = static_cast<int>(config->vision.patch_size);
  info.merge_size = static_cast<int>(config->vision.spatial_merge_size);
  info.reasons = runner->prompts_.knows_thinking();
  info.note = config->note;
  for (const std::string& key : runner->generation_.ignored) {
    info.note += (info.note.empty() ? "" : " ") + ("Its generation setting " + key + " is not applied.");
  }
  if (!choice.note.empty()) info.note += (info.note.empty() ? "" : " ") + choice.note;
  return std::unique_ptr<ModelRunner>(std::move(runner));
}

TokenText TorchModelRunner::token_text() const {
  const Tokenizer& tokenizer = prompts_.tokenizer();
  return {[&tokenizer](std::int32_t id) { return tokenizer.bytes_of(id); },
          [&tokenizer](std::int32_t id) { return tokenizer.is_special(id); }};
}

std::size_t TorchModelRunner::vocabulary() const {
  return static_cast<std::size_t>(model_->config().text.vocab_size);
}

Result<std::unique_ptr<PreparedRequest>> TorchModelRunner::prepare(
    const GenerationRequest& request, StageClock& clock, const std::function<bool()>& stopped) const {
  const c10::InferenceMode no_gradients;
  auto built = prompts_.build(request, [&](PromptStep finished) {
    clock.mark(finished == PromptStep::kDecode       ? Stage::kImageDecode
               : finished == PromptStep::kPreprocess ? Stage::kPreprocess
                                                     : Stage::kTokenize);
    return !stopped();
  });
  if (!built) return std::move(built).error();
  auto prepared = std::make_unique<Prepared>();
  prepared->prompt_ids = std::move(built->ids);
  prepared->seen = std::move(built->seen);
  prepared->shown_prompt = std::move(built->shown);
  prepared->images = Pictures(std::move(built->images), cache_);
  prepared->videos = Pictures(std::move(built->videos), cache_);
  clock.mark(Stage::kPreprocess);
  return std::unique_ptr<PreparedRequest>(std::move(prepared));
}

std::span<float> TorchModelRunner::publish(const Prepared& request, at::Tensor logits) {
  logits_ = logits.contiguous();
  kv_bytes_ = request.sequence.cache->bytes();
  return {logits_.mutable_data_ptr<float>(), vocabulary()};
}

Result<VisionFeatures> TorchModelRunner::encode(Prepared& request, Pictures& pictures,
                                                const StageObserver& observer) {
  std::int64_t total = 0;
  for (const VisionGrid& grid : pictures.grids) total += grid.patches();
  std::vector<VisionFeatures> parts;
  std::int64_t before = 0;
  // One at a time, so that a picture's features never depend on what it was sent with.
  for (std::size_t i = 0; i < pictures.grids.size(); ++i) {
    const VisionGrid& grid = pictures.grids[i];
    std::optional<VisionFeatures> features = cache_.find(pictures.keys[i]);
    if (features) {
      ++request.vision_reused;
    } else {
      features = model_->encode_vision({pictures.patches[i], {grid}}, [&](std::int64_t done, std::int64_t) {
        return observer(PrefillProgress{Stage::kVision, before + done, total});
      });
      if (!features->merged.defined()) return Error{ErrorCode::kCancelled, "Stopped.", "", ""};
      cache_.keep(pictures.keys[i], *features);
    }
    pictures.patches[i].reset();
    before += grid.patches();
    parts.push_back(std::move(*features));
  }
  vision_bytes_ = cache_.bytes();
  vision_hits_ = cache_.hits();
  vision_misses_ = cache_.misses();
  return joined(std::move(parts));
}

Result<std::span<float>> TorchModelRunner::prefill(PreparedRequest& request, std::int64_t new_tokens,
                                                   StageClock& clock, const StageObserver& observer) {
  const c10::InferenceMode no_gradients;
  auto& prepared = static_cast<Prepared&>(request);
  const auto images = encode(prepared, prepared.images, observer);
  if (!images) return images.error();
  const auto videos = encode(prepared, prepared.videos, observer);
  if (!videos) return videos.error();
  clock.mark(Stage::kVision);

  auto logits =
      model_->prefill(prepared.sequence, prepared.prompt_ids, prepared.images.grids, prepared.videos.grids,
                      *images, *videos, new_tokens, [&](std::int64_t done, std::int64_t total) {
                        return observer(PrefillProgress{Stage::kPrefill, done, total});
                      });
  clock.mark(Stage::kPrefill);
  if (!logits) return std::move(logits).error();
  if (!logits->defined()) return Error{ErrorCode::kCancelled, "Stopped.", "", ""};
  return publish(prepared, std::move(logits).value());
}

Result<std::span<float>> TorchModelRunner::decode(PreparedRequest& request, std::int32_t id) {
  const c10::InferenceMode no_gradients;
  auto& prepared = static_cast<Prepared&>(request);
  return publish(prepared, model_->decode(prepared.sequence, id));
}

Result<std::unique_ptr<Engine>> load_local_engine(const EngineOptions& options,
                                                  const LoadObserver& observer) {
  try {
    auto runner = TorchModelRunner::load(options, observer);
    if (!runner) return std::move(runner).error();
    return std::unique_ptr<Engine>(std::make_unique<LocalEngine>(std::move(runner).value()));
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory, "There is not enough memory for this model.",
                 "Use a smaller model.", ""};
  } catch (const std::exception&) {
    return Error{ErrorCode::kInternal, "The model could not be loaded.", "Check its files, or report it.",
                 ""};
  }
}

}  // namespace fovea
