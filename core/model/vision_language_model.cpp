#include "core/model/vision_language_model.h"

#include "core/model/checkpoint.h"
#include "core/model/lora_adapter.h"
#include "core/model/prequantized_layout.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <ATen/ops/empty.h>

namespace fovea {
namespace {

Error mismatch() {
  return Error{ErrorCode::kInternal, "The prompt's picture tokens and the pictures don't fit together.",
               "Remove the pictures and add them again.", ""};
}

/// Deals a prompt's placeholders out to its pictures (or clips) in order; `merged` patches make one token.
void add_pictures(std::span<const VisionGrid> grids, const std::vector<std::int64_t>& slots,
                  std::int64_t merged, bool video, std::vector<PromptPicture>& out) {
  auto next = slots.begin();
  for (std::size_t i = 0; i < grids.size(); ++i) {
    const auto end = next + grids[i].patches() / merged;
    out.push_back({video, i, {next, end}, {}});
    next = end;
  }
}

TextRope::Position position_of(const ModelSequence& sequence, std::int64_t token) {
  if (token >= sequence.prompt_tokens()) {
    const std::int64_t position = token + sequence.positions.delta;
    return {position, position, position};
  }
  const auto i = static_cast<std::size_t>(token);
  const auto& axes = sequence.positions.axes;
  return {axes[0][i], axes[1][i], axes[2][i]};
}

/// Adds what stands at the placeholders among tokens begin … begin + count − 1, the first of which is row
/// `row` of the step. False if some of it is not there.
bool add_features(const ModelSequence& sequence, std::int64_t begin, std::int64_t count, std::int64_t row,
                  at::Device device, std::vector<FeatureRows>& out) {
  for (const PromptPicture& picture : sequence.pictures) {
    const auto& slots = picture.slots;
    const auto from = std::lower_bound(slots.begin(), slots.end(), begin);
    const auto to = std::lower_bound(from, slots.end(), begin + count);
    if (from == to) continue;
    if (!picture.features.merged.defined()) return false;
    const std::int64_t first = from - slots.begin();
    const std::int64_t rows = to - from;
    const at::Tensor positions = at::empty({rows}, at::TensorOptions().dtype(at::kLong));
    std::transform(from, to, positions.mutable_data_ptr<std::int64_t>(),
                   [&](std::int64_t token) { return row + token - begin; });
    FeatureRows part{positions.to(device), picture.features.merged.narrow(0, first, rows), {}};
    for (const at::Tensor& tap : picture.features.deepstack) {
      part.by_layer.push_back(tap.narrow(0, first, rows));
    }
    out.push_back(std::move(part));
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<VisionLanguageModel>> VisionLanguageModel::load(
    const std::filesystem::path& folder, at::ScalarType type, const WeightOptions& storage,
    const std::filesystem::path& adapter, const LoadObserver& observer,
    std::shared_ptr<const Compute> compute) {
  auto config = load_model_config(folder);
  if (!config) return std::move(config).error();
  auto checkpoint = open_checkpoint(folder);
  if (!checkpoint) return std::move(checkpoint).error();

  auto model = std::unique_ptr<VisionLanguageModel>(new VisionLanguageModel);
  model->compute_ = std::move(compute);
  model->config_ = *config;
  model->type_ = type;
  const std::optional<StoredIntegers>& integers = config->integers;
  model->stored_type_ = integers ? integers->made_from : checkpoint->main_type();
  WeightOrigin origin;
  if (config->scheme) origin.scheme = &*config->scheme;
  model->parameters_ = integers ? integers->parameters : count_parameters(*checkpoint, origin.scheme);
  std::optional<LoraAdapter> merged;
  if (!adapter.empty()) {
    if (integers) {
      return Error{ErrorCode::kUnsupported, "An adapter can't be merged into integers.",
                   "Use the model that they were made from, with --weights.", "adapter"};
    }
    auto loaded = LoraAdapter::load(adapter);
    if (!loaded) return std::move(loaded).error();
    merged = std::move(loaded).value();
    origin.adapter = &*merged;
  }
  for (const auto pass : {WeightSource::Pass::kCheck, WeightSource::Pass::kRead}) {
    WeightSource weights(*checkpoint, type, pass, observer, storage, origin, *model->compute_);
    model->tower_ = make_vision_tower(model->config_, weights);
    model->decoder_ = std::make_unique<Decoder>(model->config_, weights);
    if (auto done = weights.finish(); !done) return std::move(done).error();
  }
  model->rope_ = TextRope(model->config_, type);
  return model;
}

VisionPass VisionLanguageModel::look(at::Tensor patches, const VisionGrid& grid) const {
  return {*tower_, std::move(patches), grid};
}

Result<ModelSequence> VisionLanguageModel::begin(std::span<const std::int32_t> prompt,
                                                 std::span<const VisionGrid> images,
                                                 std::span<const VisionGrid> videos) const {
  if (config_.family == ModelFamily::kGlm4v && !images.empty() && !videos.empty()) {
    return Error{ErrorCode::kUnsupported, "GLM models can't read pictures and clips in one conversation.",
                 "Ask about them in separate chats.", ""};
  }
  auto positions = rope_positions(prompt, config_, images, videos);
  if (!positions) return std::move(positions).error();
  ModelSequence sequence;
  sequence.positions = std::move(positions).value();
  // The positions were found, so grids and placeholders fit together.
  const VisionSlots slots = find_vision_slots(prompt, config_);
  const std::int64_t merged = config_.vision.spatial_merge_size * config_.vision.spatial_merge_size;
  add_pictures(images, slots.image, merged, false, sequence.pictures);
  add_pictures(videos, slots.video, merged, true, sequence.pictures);
  std::sort(sequence.pictures.begin(), sequence.pictures.end(),
            [](const PromptPicture& a, const PromptPicture& b) { return a.begin() < b.begin(); });
  return sequence;
}

Result<void> VisionLanguageModel::set_features(ModelSequence& sequence, std::size_t picture,
                                               VisionFeatures features) const {
  PromptPicture& target = sequence.pictures[picture];
  if (!features.merged.defined() ||
      features.merged.size(0) != static_cast<std::int64_t>(target.slots.size())) {
    return mismatch();
  }
  target.features = std::move(features);
  return {};
}

Result<at::Tensor> VisionLanguageModel::step(std::span<const SequenceRows> rows, KvPool& pool,
                                             const ComputeObserver& observer) const {
  std::int64_t n = 0;
  for (const SequenceRows& part : rows) n += static_cast<std::int64_t>(part.ids.size());
  std::vector<PagedRows> placed;
  std::vector<PagedRows> wanted;
  std::vector<TextRope::Position> positions;
  std::vector<FeatureRows> features;
  positions.reserve(static_cast<std::size_t>(n));
  at::Tensor ids = at::empty({n}, at::TensorOptions().dtype(at::kLong));
  auto* next_id = ids.mutable_data_ptr<std::int64_t>();
  std::int64_t first = 0;
  for (const SequenceRows& part : rows) {
    const auto count = static_cast<std::int64_t>(part.ids.size());
    TORCH_CHECK(count > 0 && part.begin >= 0 && part.logits_rows <= count &&
                static_cast<std::int64_t>(part.blocks.size()) >= kv_blocks_for(part.begin + count));
    next_id = std::copy(part.ids.begin(), part.ids.end(), next_id);
    placed.push_back({first, count, part.begin, part.blocks});
    const std::int64_t before = count - part.logits_rows;
    if (part.logits_rows > 0) {
      wanted.push_back({first + before, part.logits_rows, part.begin + before, part.blocks});
    }
    for (std::int64_t i = 0; i < count; ++i) positions.push_back(position_of(*part.sequence, part.begin + i));
    if (!add_features(*part.sequence, part.begin, count, first, compute_->device(), features))
      return mismatch();
    first += count;
  }
  const at::Device device = compute_->device();
  const RopeTables rope = rope_.tables(positions);
  const at::Tensor hidden = decoder_->forward(
      {ids.to(device), features, {rope.cos.to(device), rope.sin.to(device)}, placed, wanted}, pool, observer);
  if (!hidden.defined()) return at::Tensor();
  return decoder_->logits(hidden);
}

}  // namespace fovea
