#include "core/model/vision_language_model.h"

#include "core/model/checkpoint.h"

#include <algorithm>
#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

namespace fovea {
namespace {

/// Room behind the prompt that is reserved at once; longer answers make the cache grow.
constexpr std::int64_t kReservedAhead = 1024;

at::Tensor long_tensor(std::span<const std::int64_t> values) {
  at::Tensor out =
      at::empty({static_cast<std::int64_t>(values.size())}, at::TensorOptions().dtype(at::kLong));
  std::copy(values.begin(), values.end(), out.mutable_data_ptr<std::int64_t>());
  return out;
}

at::Tensor id_tensor(std::span<const std::int32_t> ids) {
  at::Tensor out = at::empty({static_cast<std::int64_t>(ids.size())}, at::TensorOptions().dtype(at::kLong));
  std::copy(ids.begin(), ids.end(), out.mutable_data_ptr<std::int64_t>());
  return out;
}

std::int64_t rows_of(const VisionFeatures& features) {
  return features.merged.defined() ? features.merged.size(0) : 0;
}

/// DeepStack's features of pictures and clips in the order of their positions in the prompt: both are added
/// by position, so one list of positions beside one list of rows is enough.
DeepstackFeatures join_deepstack(const VisionSlots& slots, const VisionFeatures& images,
                                 const VisionFeatures& videos) {
  DeepstackFeatures out;
  std::vector<std::int64_t> positions = slots.image;
  positions.insert(positions.end(), slots.video.begin(), slots.video.end());
  out.positions = long_tensor(positions);
  const std::size_t taps = std::max(images.deepstack.size(), videos.deepstack.size());
  for (std::size_t k = 0; k < taps; ++k) {
    std::vector<at::Tensor> rows;
    if (k < images.deepstack.size()) rows.push_back(images.deepstack[k]);
    if (k < videos.deepstack.size()) rows.push_back(videos.deepstack[k]);
    out.by_layer.push_back(rows.size() == 1 ? rows[0] : at::cat(rows, 0));
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<VisionLanguageModel>> VisionLanguageModel::load(const std::filesystem::path& folder,
                                                                       at::ScalarType type,
                                                                       const WeightOptions& storage,
                                                                       const LoadObserver& observer) {
  auto config = load_model_config(folder);
  if (!config) return std::move(config).error();
  auto checkpoint = open_checkpoint(folder);
  if (!checkpoint) return std::move(checkpoint).error();

  auto model = std::unique_ptr<VisionLanguageModel>(new VisionLanguageModel);
  model->config_ = *config;
  model->type_ = type;
  model->stored_type_ = checkpoint->main_type();
  model->parameters_ = checkpoint->parameters();
  for (const auto pass : {WeightSource::Pass::kCheck, WeightSource::Pass::kRead}) {
    WeightSource weights(*checkpoint, type, pass, observer, storage);
    model->tower_ = make_vision_tower(model->config_, weights);
    model->decoder_ = std::make_unique<Decoder>(model->config_, weights);
    if (auto done = weights.finish(); !done) return std::move(done).error();
  }
  model->rope_ = TextRope(model->config_, type);
  return model;
}

VisionFeatures VisionLanguageModel::encode_vision(const VisionBatch& batch,
                                                  const ComputeObserver& observer) const {
  if (!batch.patches.defined()) return {};
  return tower_->encode(batch.patches, batch.grids, observer);
}

Result<at::Tensor> VisionLanguageModel::prefill(ModelSequence& sequence, std::span<const std::int32_t> ids,
                                                std::span<const VisionGrid> images,
                                                std::span<const VisionGrid> videos,
                                                const VisionFeatures& image_features,
                                                const VisionFeatures& video_features, std::int64_t new_tokens,
                                                const ComputeObserver& observer) const {
  if (config_.family == ModelFamily::kGlm4v && !images.empty() && !videos.empty()) {
    return Error{ErrorCode::kUnsupported, "GLM models can't read pictures and clips in one conversation.",
                 "Ask about them in separate chats.", ""};
  }
  const VisionSlots slots = find_vision_slots(ids, config_);
  if (static_cast<std::int64_t>(slots.image.size()) != rows_of(image_features) ||
      static_cast<std::int64_t>(slots.video.size()) != rows_of(video_features)) {
    return Error{ErrorCode::kInternal, "The prompt's picture tokens and the pictures don't fit together.",
                 "Remove the pictures and add them again.", ""};
  }
  auto positions = rope_positions(ids, config_, images, videos);
  if (!positions) return std::move(positions).error();

  at::Tensor x = decoder_->embed(id_tensor(ids));
  if (!slots.image.empty()) x.index_copy_(0, long_tensor(slots.image), image_features.merged);
  if (!slots.video.empty()) x.index_copy_(0, long_tensor(slots.video), video_features.merged);
  const DeepstackFeatures deepstack = join_deepstack(slots, image_features, video_features);

  const auto n = static_cast<std::int64_t>(ids.size());
  sequence.cache = std::make_unique<KvCache>(config_.text, n + std::min(new_tokens, kReservedAhead),
                                             n + new_tokens, type_);
  sequence.rope_delta = positions->delta;
  const at::Tensor hidden = decoder_->forward(std::move(x), rope_.tables(*positions), *sequence.cache,
                                              deepstack.by_layer.empty() ? nullptr : &deepstack, observer);
  if (!hidden.defined()) return at::Tensor();
  return decoder_->logits(hidden);
}

at::Tensor VisionLanguageModel::decode(ModelSequence& sequence, std::int32_t id) const {
  const std::int32_t ids[] = {id};
  sequence.cache->reserve(sequence.cache->length() + 1);
  const std::int64_t position = sequence.cache->length() + sequence.rope_delta;
  const at::Tensor hidden = decoder_->forward(decoder_->embed(id_tensor(ids)), rope_.tables(position),
                                              *sequence.cache, nullptr, {});
  return decoder_->logits(hidden);
}

}  // namespace fovea
