#pragma once

#include "core/device/decoder_heads.h"
#include "core/device/kv_pages.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Whose products a model is multiplied by: our own of core/device/cpu (packed, of integers, a row's bits its
/// own), or libtorch's, on whatever device the tensors are.
enum class Products { kOwn, kOperators };

/// Rows of a step as attention finds them, made once for all layers. The spans must outlive it.
struct PlacedRows {
  std::span<const PagedRows> rows;
  /// Where libtorch's operators need them, on the device; else nothing.
  at::Tensor slots;               ///< [Σ rows] int64: of each row's token, page · kPageTokens + place in it
  std::vector<at::Tensor> pages;  ///< one a part, [n] int64: the pages that hold its tokens so far
};

/// What a model computes with beside its products: the arithmetic that differs between our own kernels for
/// the processor and libtorch's operators, which run on any device. Everything else is ATen's operators in
/// the model itself. Tensors are on device(). Immutable; any thread.
class Compute {
 public:
  virtual ~Compute() = default;

  /// Where weights, keys, values and activations are.
  virtual at::Device device() const = 0;
  virtual Products products() const = 0;

  /// Memory for a layer's keys and values, nothing in it. `type`: of the activations, or fp16, bf16 or int8.
  virtual KvPages make_pages(std::int64_t pages, std::int64_t kv_heads, std::int64_t head_dim,
                             at::ScalarType type) const = 0;
  virtual PlacedRows place(std::span<const PagedRows> rows) const = 0;

  /// RMSNorm over the last dimension as the reference rounds it: statistics in fp32, the normalised value
  /// rounded to the element type, then the product with the weight rounded again (so not at::rms_norm, which
  /// rounds once). x [n, h], weight [h] of the same type; returns [n, h].
  virtual at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) const = 0;
  /// x += delta in the element type, then rms_norm(x). x [n, h] is changed.
  virtual at::Tensor add_rms_norm(at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight,
                                  double eps) const = 0;
  /// round(silu(gate))·up with gate = gate_up[:, :i] and up = gate_up[:, i:]; [n, 2·i] → [n, i].
  virtual at::Tensor silu_mul(const at::Tensor& gate_up) const = 0;

  /// Splits qkv into heads, norms and rotates q and k, writes k and v into the pages of their sequences;
  /// every product and sum is rounded to the element type. qkv [n, (query_heads + 2·kv_heads)·head_dim]; cos,
  /// sin [n, R/2] of the same type; `rows` cover all n rows. Returns q [n, query_heads, head_dim].
  virtual at::Tensor rotate_into_pages(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                                       const DecoderHeads& heads, const PlacedRows& rows,
                                       const KvPages& pages) const = 0;
  /// Causal attention over pages: the row of a sequence's token t sees its tokens 0…t. Of q's rows
  /// [n, query_heads, dim] those that `rows` names are computed; returns [Σ rows, query_heads·dim] in their
  /// order. The full score matrix is never built.
  virtual at::Tensor paged_attention(const at::Tensor& q, const KvPages& pages, const PlacedRows& rows,
                                     double scale) const = 0;

  /// Vision towers: rotates q and k in fp32, rounds once, and lays q, k and v out by head. qkv [n,
  /// 3·heads·head_dim]; cos, sin [n, head_dim/2] fp32, pairs (i, i + head_dim/2). Returns [3, heads, n,
  /// head_dim]: q, k, v.
  virtual at::Tensor rotate_vision(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                                   std::int64_t heads) const = 0;
  /// Vision towers: full attention within each run of `frame` rows. heads [3, heads, n, head_dim] as
  /// rotate_vision() returns them; returns [n, heads·head_dim].
  virtual at::Tensor frame_attention(const at::Tensor& heads, std::int64_t frame, double scale) const = 0;
  /// Layer norm over the last dimension, statistics in fp32, rounded once. x [n, h], weight and bias [h] of
  /// its type; returns [n, h].
  virtual at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                double eps) const = 0;
  /// x += delta, both [n, h] of one type.
  virtual void add(at::Tensor& x, const at::Tensor& delta) const = 0;
  /// x += table read at every patch's place by bilinear interpolation with aligned corners, weights and sums
  /// in fp32, one rounding before the addition. x [n, d] is changed; table [side², d] of the same type;
  /// coordinates [2, n] int64 on the processor: row and column of each patch in a grid of height × width.
  virtual void add_bilinear_positions(at::Tensor& x, const at::Tensor& table, const at::Tensor& coordinates,
                                      std::int64_t side, std::int64_t height, std::int64_t width) const = 0;
};

/// Our own kernels, on the processor. A row's result has the same bits whatever it is computed beside.
std::shared_ptr<const Compute> own_kernels();

/// libtorch's operators on `device`. In bf16 and fp16 rounded as the reference rounds; a row's bits may
/// depend on what it is computed beside, as the libraries' products do.
std::shared_ptr<const Compute> libtorch_operators(at::Device device);

}  // namespace fovea
