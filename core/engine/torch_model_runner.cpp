#include "core/engine/torch_model_runner.h"

#include "core/device/heap_policy.h"
#include "core/engine/compute_choice.h"
#include "core/engine/local_engine.h"

#include <algorithm>
#include <filesystem>
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

VisionBatch batch_of(std::vector<VisionPatches>& parts) {
  VisionBatch batch;
  std::vector<at::Tensor> rows;
  for (VisionPatches& part : parts) {
    batch.grids.push_back({part.grid.t, part.grid.h, part.grid.w});
    rows.push_back(std::move(part.patches));
  }
  if (rows.size() == 1) batch.patches = std::move(rows[0]);
  if (rows.size() > 1) batch.patches = at::cat(rows, 0);
  return batch;
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

struct TorchModelRunner::Prepared : PreparedRequest {
  VisionBatch images;
  VisionBatch videos;
  ModelSequence sequence;
};

TorchModelRunner::TorchModelRunner(PromptBuilder prompts, GenerationConfig generation,
                                   std::unique_ptr<VisionLanguageModel> model)
    : prompts_(std::move(prompts)), generation_(std::move(generation)), model_(std::move(model)) {}

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
    return VisionLanguageModel::load(folder, choice.type, observer);
  }();
  if (!model) return std::move(model).error();

  std::unique_ptr<TorchModelRunner> runner(new TorchModelRunner(
      std::move(prompts).value(), std::move(generation).value(), std::move(model).value()));
  const VisionLanguageModel& loaded = *runner->model_;
  ModelInfo& info = runner->info_;
  info.name = model_name(folder);
  info.family = family_name(config->family);
  info.architecture = config->architecture;
  info.checkpoint_type = stored_type_name(loaded.stored_type());
  info.compute_type = compute_type_name(choice.name);
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
  prepared->images = batch_of(built->images);
  prepared->videos = batch_of(built->videos);
  clock.mark(Stage::kPreprocess);
  return std::unique_ptr<PreparedRequest>(std::move(prepared));
}

std::span<float> TorchModelRunner::publish(const Prepared& request, at::Tensor logits) {
  logits_ = logits.contiguous();
  kv_bytes_ = request.sequence.cache->bytes();
  return {logits_.mutable_data_ptr<float>(), vocabulary()};
}

Result<std::span<float>> TorchModelRunner::prefill(PreparedRequest& request, std::int64_t new_tokens,
                                                   StageClock& clock, const StageObserver& observer) {
  const c10::InferenceMode no_gradients;
  auto& prepared = static_cast<Prepared&>(request);
  const auto stage = [&](Stage which) {
    return [&observer, which](std::int64_t done, std::int64_t total) {
      return observer(PrefillProgress{which, done, total});
    };
  };
  const Error stopped{ErrorCode::kCancelled, "Stopped.", "", ""};

  VisionFeatures image_features = model_->encode_vision(prepared.images, stage(Stage::kVision));
  if (prepared.images.patches.defined() && !image_features.merged.defined()) return stopped;
  prepared.images.patches.reset();
  VisionFeatures video_features = model_->encode_vision(prepared.videos, stage(Stage::kVision));
  if (prepared.videos.patches.defined() && !video_features.merged.defined()) return stopped;
  prepared.videos.patches.reset();
  clock.mark(Stage::kVision);

  auto logits = model_->prefill(prepared.sequence, prepared.prompt_ids, prepared.images, prepared.videos,
                                image_features, video_features, new_tokens, stage(Stage::kPrefill));
  clock.mark(Stage::kPrefill);
  if (!logits) return std::move(logits).error();
  if (!logits->defined()) return stopped;
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
