#include "core/engine/torch_model_runner.h"

#include "core/device/process_memory.h"
#include "core/engine/torch_device.h"
#include "core/model/kv_block.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include <c10/core/InferenceMode.h>
#include <xxhash.h>

namespace fovea {
namespace {

/// The key of a picture's ith token: see PreparedRequest::token_keys.
std::uint64_t picture_token_key(const VisionFeatureCache::Key& picture, std::uint64_t i) {
  const std::array<std::uint64_t, 3> parts = {picture[0], picture[1], i};
  return XXH3_64bits(parts.data(), sizeof(parts)) | (std::uint64_t{1} << 63);
}

/// Multiplications of one token in the decoder's layers, and of one patch in a block of the tower.
std::int64_t token_work(const TextConfig& text) {
  const std::int64_t attention = 2 * (text.num_heads + text.num_kv_heads) * text.head_dim;
  return text.num_layers * text.hidden_size * (attention + 3 * text.intermediate_size);
}
std::int64_t patch_work(const VisionConfig& vision) {
  return vision.hidden_size * (4 * vision.hidden_size + 3 * vision.mlp_size);
}

/// Blocks of the tower that make one piece of work: no more arithmetic than reading 128 tokens, half of the
/// smaller preset's step, since a large picture's attention comes on top.
std::int64_t blocks_a_piece(const ModelConfig& config, std::int64_t patches) {
  return std::max<std::int64_t>(1, 128 * token_work(config.text) / (patches * patch_work(config.vision)));
}

}  // namespace

/// A picture or clip of a request.
struct TorchModelRunner::Picture {
  VisionGrid grid;
  at::Tensor patches;  ///< [n, 3·2·p·p] fp32; let go once it is looked at
  VisionFeatureCache::Key key;
};

struct TorchModelRunner::Prepared : PreparedRequest {
  ModelSequence sequence;
  std::vector<Picture> pictures;   ///< as sequence.pictures
  std::optional<VisionPass> pass;  ///< of the one that is being looked at

  /// They were read.
  void let_pictures_go() {
    sequence.drop_features();
    for (Picture& picture : pictures) picture.patches.reset();
    spent = true;
  }
  bool looked_at(std::size_t index) const { return sequence.pictures[index].features.merged.defined(); }
};

TorchModelRunner::TorchModelRunner(PromptBuilder prompts, GenerationConfig generation,
                                   std::unique_ptr<VisionLanguageModel> model,
                                   std::uint64_t vision_cache_bytes)
    : prompts_(std::move(prompts)),
      generation_(std::move(generation)),
      model_(std::move(model)),
      planner_(model_->config(), {}),
      cache_(vision_cache_bytes) {}

KvShape TorchModelRunner::kv_shape() const {
  return {pool_->blocks(), kKvBlockTokens, pool_->bytes_per_block()};
}

bool TorchModelRunner::reserve_blocks(std::int64_t blocks) {
  if (blocks <= reserved_blocks_ || !model_->compute().device().is_cpu()) return true;
  // Some at a time, since asking costs a file's reading; and never the machine's last.
  constexpr std::uint64_t kAtOnce = std::uint64_t{32} << 20;
  constexpr std::uint64_t kLeft = std::uint64_t{64} << 20;
  const std::uint64_t more = std::max(kAtOnce, pool_->bytes_per_block());
  const std::uint64_t available = available_memory();
  if (available > 0 && available < more + kLeft) return false;
  reserved_blocks_ = blocks - 1 + static_cast<std::int64_t>(more / pool_->bytes_per_block());
  return true;
}

void TorchModelRunner::drop_caches() {
  cache_.clear();
  drop_kept_memory(model_->compute());
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
  std::vector<VisionGrid> images;
  std::vector<VisionGrid> videos;
  for (const VisionPatches& part : built->images) images.push_back({part.grid.t, part.grid.h, part.grid.w});
  for (const VisionPatches& part : built->videos) videos.push_back({part.grid.t, part.grid.h, part.grid.w});
  auto sequence = model_->begin(built->ids, images, videos);
  if (!sequence) return std::move(sequence).error();
  prepared->sequence = std::move(sequence).value();
  prepared->token_keys.assign(built->ids.begin(), built->ids.end());
  for (const PromptPicture& place : prepared->sequence.pictures) {
    const VisionGrid& grid = (place.video ? videos : images)[place.index];
    const at::Tensor patches =
        (place.video ? built->videos : built->images)[place.index].patches.contiguous();
    prepared->pictures.push_back({grid, patches, cache_.key_of(patches, grid)});
    std::uint64_t i = 0;
    for (const std::int64_t slot : place.slots) {
      prepared->token_keys[static_cast<std::size_t>(slot)] =
          picture_token_key(prepared->pictures.back().key, i++);
    }
    prepared->vision_end = std::max(prepared->vision_end, place.end());
  }
  forecast(*prepared);
  prepared->prompt_ids = std::move(built->ids);
  prepared->seen = std::move(built->seen);
  prepared->shown_prompt = std::move(built->shown);
  clock.mark(Stage::kPreprocess);
  return std::unique_ptr<PreparedRequest>(std::move(prepared));
}

void TorchModelRunner::forecast(Prepared& prepared) const {
  std::uint64_t kept = 0;
  for (const Picture& picture : prepared.pictures) {
    const VisionGrid& grid = picture.grid;
    prepared.memory.held += std::max(planner_.patches(grid), planner_.features(grid));
    prepared.memory.peak =
        std::max(prepared.memory.peak, planner_.tower(grid) + MemoryPlanner::kPictureScratch);
    kept = std::max(kept, planner_.kept_while_looked_at(grid));
  }
  prepared.memory.held += kept;  // one at a time
}

std::vector<VisionWork> TorchModelRunner::vision_work(const PreparedRequest& request,
                                                      std::int64_t first_token) const {
  const auto& prepared = static_cast<const Prepared&>(request);
  const std::int64_t depth = model_->config().vision.depth;
  std::vector<VisionWork> out;
  std::set<VisionFeatureCache::Key> seen;  // who shows a picture twice has it looked at once
  for (std::size_t i = 0; i < prepared.pictures.size(); ++i) {
    const Picture& picture = prepared.pictures[i];
    if (prepared.sequence.pictures[i].end() <= first_token || cache_.holds(picture.key)) continue;
    if (seen.insert(picture.key).second) out.push_back({depth, planner_.vision_work(picture.grid)});
  }
  return out;
}

/// Takes a picture's features from the cache, or does a piece of the work on them. Returns what that was.
Result<VisionWork> TorchModelRunner::look_at(Prepared& prepared, std::size_t index) {
  Picture& picture = prepared.pictures[index];
  if (!prepared.pass) {
    if (std::optional<VisionFeatures> kept = cache_.find(picture.key)) {
      picture.patches.reset();
      ++prepared.vision_reused;
      if (auto set = model_->set_features(prepared.sequence, index, std::move(*kept)); !set) {
        return std::move(set).error();
      }
      return VisionWork{};
    }
    prepared.pass.emplace(model_->look(picture.patches, picture.grid));
  }
  const std::int64_t most = blocks_a_piece(model_->config(), picture.grid.patches());
  const double block = planner_.vision_work(picture.grid) / static_cast<double>(prepared.pass->total());
  VisionWork work;
  while (work.blocks < most) {
    const bool last = prepared.pass->advance();
    ++work.blocks;
    work.multiplications += block;
    if (!last) continue;
    VisionFeatures features = prepared.pass->take();
    prepared.pass.reset();
    picture.patches.reset();
    cache_.keep(picture.key, features);
    if (auto set = model_->set_features(prepared.sequence, index, std::move(features)); !set) {
      return std::move(set).error();
    }
    break;
  }
  return work;
}

Result<VisionProgress> TorchModelRunner::encode_piece(PreparedRequest& request, std::int64_t first_token) {
  auto& prepared = static_cast<Prepared&>(request);
  VisionProgress progress;
  bool worked = false;
  for (std::size_t i = 0; i < prepared.pictures.size(); ++i) {
    if (prepared.sequence.pictures[i].end() <= first_token) continue;
    const std::int64_t patches = prepared.pictures[i].grid.patches();
    progress.total += patches;
    if (!worked && !prepared.looked_at(i)) {
      try {
        const Result<VisionWork> looked = on_torch([&] { return look_at(prepared, i); });
        if (!looked) return looked.error();
        progress.worked = *looked;
      } catch (const GpuFault& fault) {
        return fault.error();
      } catch (...) {
        prepared.pass.reset();  // begun anew if it is tried again
        throw;
      }
      worked = progress.worked.blocks > 0;  // what the cache has is no work
    }
    if (prepared.looked_at(i)) {
      progress.done += patches;
    } else if (prepared.pass) {
      progress.done += patches * prepared.pass->done() / prepared.pass->total();
    }
  }
  return progress;
}

/// What rows_ says; the logits come to the processor, where a GPU's faults show at the latest.
Result<void> TorchModelRunner::compute_step() {
  const Result<at::Tensor> logits =
      model_->step(rows_, *pool_, [](std::int64_t, std::int64_t) { return true; });
  if (!logits) return logits.error();
  logits_ = logits->to(at::kCPU).contiguous();
  return {};
}

std::vector<Result<PartLogits>> TorchModelRunner::step(std::span<const StepPart> parts) {
  rows_.clear();
  for (const StepPart& part : parts) {
    auto& prepared = static_cast<Prepared&>(*part.request);
    if (!prepared.pictures.empty() && part.begin >= prepared.vision_end) prepared.let_pictures_go();
    rows_.push_back({&prepared.sequence, part.begin, part.ids, part.blocks, part.logits});
  }
  std::vector<Result<PartLogits>> out;
  Result<void> done;
  try {
    done = on_torch([&] { return compute_step(); });
  } catch (const GpuFault& fault) {
    for (std::size_t i = 0; i < parts.size(); ++i) out.emplace_back(fault.error());
    return out;
  }
  if (!done) {
    // One part's fault; which one shows when each is run alone.
    if (parts.size() > 1) throw std::runtime_error(done.error().message);
    out.emplace_back(done.error());
    return out;
  }
  std::span<float> rest(logits_.mutable_data_ptr<float>(), static_cast<std::size_t>(logits_.numel()));
  for (const StepPart& part : parts) {
    const std::size_t size = static_cast<std::size_t>(part.logits) * vocabulary();
    out.emplace_back(rest.first(size));
    rest = rest.subspan(size);
  }
  return out;
}

}  // namespace fovea
