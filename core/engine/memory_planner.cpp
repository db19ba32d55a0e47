#include "core/engine/memory_planner.h"

#include "core/api/load_plan.h"
#include "core/api/weight_group.h"
#include "core/engine/kv_budget.h"
#include "core/engine/memory_room.h"
#include "core/model/prequantized_layout.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fovea {
namespace {

using Bytes = std::uint64_t;

Bytes of(std::int64_t number) {
  return static_cast<Bytes>(number);
}

/// A matrix of `rows` · `columns` as integers with fp16 scales, padded as cpu::QuantizedWeight is.
Bytes quantized_bytes(std::int64_t rows, std::int64_t columns, const HeldIntegers& how) {
  const std::int64_t group = group_length(how.group, columns);
  const std::int64_t cells = (rows + 15) / 16 * 16 * ((columns + group - 1) / group);
  return of(cells * group) * of(how.bits) / 8 + 2 * of(cells);
}

bool asks_for_integers(const WeightOptions& weights) {
  return weights.format == WeightFormat::kInt8 || weights.format == WeightFormat::kInt4;
}

/// Of attention by operators: a mask of 2²³ numbers as truth values and as numbers.
constexpr Bytes kOperatorMask = Bytes{5} << 23;

HeldIntegers integers_of(const WeightOptions& weights) {
  if (!asks_for_integers(weights)) return {};
  const int bits = weights.format == WeightFormat::kInt8 ? 8 : 4;
  return {bits, group_or_usual(weights.group, bits)};
}

bool starts_and_holds(std::string_view name, std::string_view start, std::string_view part) {
  return name.starts_with(start) && name.find(part) != std::string_view::npos;
}

/// The name of what a tensor is loaded into: projections that are read as one have one.
std::string joined_name(std::string name) {
  for (const char* part : {".q_proj.", ".k_proj.", ".v_proj.", ".gate_proj.", ".up_proj."}) {
    if (const auto at = name.find(part); at != std::string::npos) {
      return name.replace(at, std::string_view(part).size(),
                          part[1] == 'g' || part[1] == 'u' ? ".gate_up." : ".qkv.");
    }
  }
  return name;
}

}  // namespace

/// What one matrix or vector of the model is made from.
struct MemoryPlanner::Matrix {
  enum class Place { kTower, kTable, kHead, kLayer, kNorm };  ///< in the order of loading

  Place place = Place::kNorm;
  bool product = false;  ///< multiplied by, not looked up or added
  std::int64_t rows = 0;
  std::int64_t columns = 1;
  Bytes largest_part = 0;  ///< stored bytes of the largest tensor that goes into it, where they are converted
  HeldIntegers integers;   ///< what it becomes, or stays
  Bytes whole_parts = 0;   ///< stored bytes of all that stays integers and is repacked
  bool stored = false;     ///< integers and their scales as they are in the file; columns are bytes
  bool wide_table = false;  ///< kept in fp32 (GLM's positions)
};

ProductKind MemoryPlanner::layer_products() const {
  const bool stay = config_.scheme && how_.weights.format == WeightFormat::kModel;
  return stay || asks_for_integers(how_.weights) ? ProductKind::kQuantized : how_.products;
}

ProductKind MemoryPlanner::tower_products() const {
  return how_.weights.vision && asks_for_integers(how_.weights) ? ProductKind::kQuantized : how_.products;
}

WeightMemory MemoryPlanner::weights(const Checkpoint& checkpoint) const {
  using Place = Matrix::Place;
  std::map<std::pair<Place, std::string>, Matrix> matrices;
  const HeldIntegers asked = integers_of(how_.weights);
  const bool integers = asked.bits != 0;
  for (const LogicalTensor& tensor :
       logical_tensors(checkpoint, config_.scheme ? &*config_.scheme : nullptr)) {
    const std::string& name = tensor.name;
    const std::vector<std::int64_t>& shape = tensor.shape;
    Matrix one;
    const bool tower = name.starts_with("model.visual.");
    const bool table = name.find("pos_embed") != std::string::npos ||
                       name.find("position_embedding") != std::string::npos ||
                       name.ends_with("embed_tokens.weight");
    one.place = tower                                        ? Place::kTower
                : table                                      ? Place::kTable
                : name == "lm_head.weight"                   ? Place::kHead
                : name.find(".layers.") != std::string::npos ? Place::kLayer
                                                             : Place::kNorm;
    one.product = shape.size() >= 2 && !table;
    one.wide_table = table && starts_and_holds(name, "model.visual.", "position_embedding");
    const bool patches = name.find("patch_embed") != std::string::npos;
    if (one.product && (one.place == Place::kLayer || (tower && how_.weights.vision && !patches) ||
                        (one.place == Place::kHead && how_.weights.head))) {
      one.integers = asked;
    }
    const bool stays = tensor.held.bits != 0 && how_.weights.format != WeightFormat::kFloat &&
                       (one.integers.bits == 0 || tensor.held.bits <= one.integers.bits);
    if (stays) {
      one.integers = tensor.held;
      one.whole_parts = tensor.bytes;
    }
    if (one.place == Place::kHead && one.integers.bits == 0) one.product = false;
    one.stored = tensor.type == StoredType::kUInt8 || name.ends_with(".scales") || name.ends_with(".unit");
    one.rows = shape.empty() ? 1 : shape.front();
    one.columns = 1;
    for (std::size_t i = 1; i < shape.size(); ++i) one.columns *= shape[i];
    if (one.stored) one.columns = one.rows > 0 ? static_cast<std::int64_t>(tensor.bytes) / one.rows : 0;
    if (tensor.type != how_.type || tensor.prequantized) one.largest_part = tensor.bytes;
    Matrix& whole = matrices[{one.place, joined_name(name)}];
    const std::int64_t rows = whole.rows + one.rows;
    const Bytes largest = std::max(whole.largest_part, one.largest_part);
    const Bytes parts = whole.whole_parts + one.whole_parts;
    whole = one;
    whole.rows = rows;
    whole.largest_part = largest;
    whole.whole_parts = parts;
  }
  const bool own_head =
      checkpoint.tensors.contains("lm_head.weight") || checkpoint.tensors.contains("lm_head.weight.values");
  WeightMemory memory;
  for (const auto& [key, one] : matrices) {
    if (one.stored) {
      memory.held += of(one.rows) * of(one.columns);
      memory.peak = std::max(memory.peak, memory.held);
      continue;
    }
    const Bytes plain = of(one.rows) * of(one.columns) * how_.element;
    const bool tied_head =
        integers && how_.weights.head && !own_head && key.second.ends_with("embed_tokens.weight");
    const Bytes whole = one.wide_table           ? of(one.rows) * of(one.columns) * 4
                        : one.integers.bits != 0 ? quantized_bytes(one.rows, one.columns, one.integers)
                        : tied_head              ? plain + quantized_bytes(one.rows, one.columns, asked)
                                                 : plain;
    if (one.whole_parts > 0) {  // repacked, with no copy in numbers
      memory.peak = std::max(memory.peak, memory.held + one.whole_parts + whole);
      memory.held += whole;
      continue;
    }
    const bool copied =
        one.integers.bits != 0 || one.wide_table || (one.product && how_.products == ProductKind::kPacked);
    const Bytes on_the_way = copied ? std::max(plain + one.largest_part, plain + whole)
                                    : std::max(plain + one.largest_part, whole);
    memory.peak = std::max(memory.peak, memory.held + on_the_way);
    memory.held += whole;
  }
  return memory;
}

std::uint64_t MemoryPlanner::workspace(ProductKind kind, std::uint64_t rows, std::uint64_t columns) const {
  switch (kind) {
    case ProductKind::kPlain:
    case ProductKind::kPacked:
      return 0;
    case ProductKind::kWidened:
      return rows * columns * 4;
    case ProductKind::kQuantized:
      return rows * columns + rows * columns / 4;  // of groups of 32, a scale and an offset each
  }
  return 0;
}

std::uint64_t MemoryPlanner::step_row() const {
  const TextConfig& text = config_.text;
  const Bytes hidden = of(text.hidden_size);
  const Bytes queries = of(text.num_heads * text.head_dim);
  const Bytes inner = of(text.intermediate_size);
  const Bytes tables = of(text.rotary_dim) * 2 * 4;
  // The norms' fp32, three rows of it at a time.
  const Bytes apart = how_.operators ? 3 * 4 * hidden : 0;
  return apart + how_.element * (5 * hidden + 2 * queries + 3 * inner) +
         workspace(layer_products(), 1, inner) + tables;
}

std::uint64_t MemoryPlanner::step_fixed(std::int64_t logits_rows) const {
  // A sequence's keys and values of a layer gathered, of as many tokens as are planned for, and its mask.
  const Bytes token = config_.kv_bytes_per_token(how_.element) / of(config_.text.num_layers);
  const Bytes gathered = how_.operators ? of(kPlannedTokens) * token + kOperatorMask : 0;
  return gathered + 2 * 4 * of(logits_rows) * of(config_.text.vocab_size);
}

std::uint64_t MemoryPlanner::patches(const VisionGrid& grid) const {
  return of(grid.patches()) * of(config_.vision.patch_elements()) * 4;
}

std::uint64_t MemoryPlanner::features(const VisionGrid& grid) const {
  const VisionConfig& vision = config_.vision;
  const std::int64_t tokens = grid.patches() / (vision.spatial_merge_size * vision.spatial_merge_size);
  const Bytes taps = vision.deepstack_layers.size();
  return of(tokens) * of(vision.out_hidden_size) * how_.element * (1 + taps);
}

std::uint64_t MemoryPlanner::kept_while_looked_at(const VisionGrid& grid) const {
  const VisionConfig& vision = config_.vision;
  return of(grid.patches()) * (of(vision.hidden_size) * how_.element + of(vision.head_dim()) * 4);
}

std::uint64_t MemoryPlanner::tower(const VisionGrid& grid) const {
  const VisionConfig& vision = config_.vision;
  const bool glm = config_.family == ModelFamily::kGlm4v;
  const ProductKind products = tower_products();
  const Bytes n = of(grid.patches());
  const Bytes frame = of(grid.h * grid.w);
  const Bytes wide = n * of(vision.hidden_size) * how_.element;  // one row a patch
  const Bytes inner = n * of(vision.mlp_size) * how_.element;
  const Bytes frame_wide = wide / n * frame;

  // Queries, keys and values as computed and as rotated, the result and a frame's.
  Bytes attention = wide + 3 * wide + 3 * wide + wide + frame_wide;
  // With packed products, attention packs its keys and values too; and the libraries' scratch comes to as
  // much again, measured with 1 024 to 9 216 patches.
  // Blocks below the heap's threshold for pages of their own leave holes that the MLP's do not fit into.
  constexpr Bytes kOwnPages = 32 << 20;
  if (products == ProductKind::kPacked) {
    attention += 2 * frame_wide + 2 * wide + (3 * wide < kOwnPages ? inner : 0);
  }
  // Queries and keys turned in fp32, product by product.
  if (how_.operators) attention += 6 * n * of(vision.hidden_size) * 4;
  // GELU after a product that does not have it inside takes a second tensor.
  const bool fused = products == ProductKind::kPacked && !glm;
  const Bytes mlp = glm ? wide + 3 * inner + wide + workspace(products, n, of(vision.mlp_size))
                        : wide + std::max((fused ? 1 : 2) * inner,
                                          inner + wide + workspace(products, n, of(vision.mlp_size)));
  const Bytes entry = n * of(vision.patch_elements()) * (how_.element == 4 ? 0 : how_.element) +
                      workspace(how_.products, n, of(vision.patch_elements())) +
                      (glm ? 2 * n * of(vision.hidden_size) * 4 : 0);
  Bytes merger = 4 * wide;
  if (glm) {
    const Bytes merged = n / of(vision.spatial_merge_size * vision.spatial_merge_size) * how_.element;
    merger = wide + merged * (3 * of(vision.out_hidden_size) + 3 * of(vision.merger_mlp_size));
  }
  return std::max({attention, mlp, entry, merger});
}

std::uint64_t MemoryPlanner::least(const WeightMemory& weights, std::int64_t tokens,
                                   const VisionGrid& picture) const {
  constexpr std::int64_t kLogits = 8;  // rows of a step with guesses
  MemoryRoom step;
  step.step_fixed = step_fixed(kLogits);
  step.step_row = step_row();
  const Bytes request = std::max(patches(picture), features(picture)) + kept_while_looked_at(picture) +
                        std::max(tower(picture) + kPictureScratch, step.step(MemoryRoom::kFewestRows));
  // Keys and values have their share of what is beside the weights, requests the rest: each has to be enough.
  const Bytes beside = std::max(kKvShare * of(tokens) * kv_token(), kKvShare * request / (kKvShare - 1));
  const Bytes usable = weights.held + beside;
  return std::max(weights.peak, usable + usable / 9 + 10);  // MemoryRoom::usable() is 90 %
}

double MemoryPlanner::vision_work(const VisionGrid& grid) const {
  const VisionConfig& vision = config_.vision;
  const auto hidden = static_cast<double>(vision.hidden_size);
  const auto inner = static_cast<double>(vision.mlp_size);
  const auto frame = static_cast<double>(grid.h * grid.w);
  const double mlp = (config_.family == ModelFamily::kGlm4v ? 3 : 2) * inner;
  const double patch = hidden * (4 * hidden + mlp + 2 * frame);
  return static_cast<double>(grid.patches()) * static_cast<double>(vision.depth) * patch;
}

}  // namespace fovea
