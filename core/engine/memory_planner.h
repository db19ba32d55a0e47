#pragma once

#include "core/api/engine.h"
#include "core/model/checkpoint.h"
#include "core/model/config.h"
#include "core/model/mrope_positions.h"

#include <cstdint>
#include <span>

namespace fovea {

/// How a product is computed, as far as memory goes.
enum class ProductKind {
  kPlain,      ///< by the library, in the weight's own layout
  kPacked,     ///< from the library's blocked layout; made by a copy while loading
  kWidened,    ///< bf16 with its activations in fp32
  kQuantized,  ///< from integers, activations rounded to 8 bits
};

/// What a model is computed in.
struct ArithmeticPlan {
  std::uint64_t element = 4;                   ///< bytes of a number
  StoredType type = StoredType::kFloat32;      ///< that it is
  ProductKind products = ProductKind::kPlain;  ///< where weights are not held as integers
  WeightOptions weights;
  KvCacheType kv_cache = KvCacheType::kAuto;
  bool operators = false;  ///< by libtorch's operators, one after the other
};

/// What weights take, in bytes.
struct WeightMemory {
  std::uint64_t held = 0;  ///< once loaded
  std::uint64_t peak = 0;  ///< at the worst moment of loading, the copies of a matrix on its way counted
};

/// Forecasts what a model takes, from its config.json and the headers of its weights; nothing is read. The
/// formulas follow the lifetimes of tensors in Decoder and the vision towers: whoever changes those has
/// memory_forecast_test to say so. Immutable; any thread. No torch.
class MemoryPlanner {
 public:
  /// What the libraries take for a picture whatever its size. Without it forecasts fell 6 to 17 MB short with
  /// fovea-mini from 256² to 1024² (`memory_forecast`).
  static constexpr std::uint64_t kPictureScratch = 10'000'000;

  MemoryPlanner(const ModelConfig& config, const ArithmeticPlan& arithmetic)
      : config_(config), how_(arithmetic) {}

  /// Walks the tensors in the order in which they are loaded. Exact but for the heap's own.
  WeightMemory weights(const Checkpoint& checkpoint) const;

  /// Keys and values of a token, all layers.
  std::uint64_t kv_token() const { return config_.kv_bytes_per_token(how_.element, how_.kv_cache); }

  /// Activations of a pass through the decoder, at their widest: the MLP, where residual, norm, queries,
  /// attention, gate, up and their product are alive.
  std::uint64_t step_row() const;
  /// What a step takes whatever its rows: logits [logits_rows, vocab] fp32 of it and of the step before.
  std::uint64_t step_fixed(std::int64_t logits_rows) const;

  /// A picture or clip: its patches in fp32; its features; the tower's activations beside them, of which
  /// `kept_while_looked_at` stays between two pieces of the work.
  std::uint64_t patches(const VisionGrid& grid) const;
  std::uint64_t features(const VisionGrid& grid) const;
  std::uint64_t tower(const VisionGrid& grid) const;
  std::uint64_t kept_while_looked_at(const VisionGrid& grid) const;

  /// With which a model can be loaded and answer: see LoadPlan::least. `picture`: the largest that it is to
  /// look at.
  std::uint64_t least(const WeightMemory& weights, std::int64_t tokens, const VisionGrid& picture) const;

  /// Multiplications that looking at it takes; for forecasts of time.
  double vision_work(const VisionGrid& grid) const;

 private:
  struct Matrix;

  std::uint64_t workspace(ProductKind kind, std::uint64_t rows, std::uint64_t columns) const;
  ProductKind layer_products() const;
  ProductKind tower_products() const;

  ModelConfig config_;
  ArithmeticPlan how_;
};

}  // namespace fovea
