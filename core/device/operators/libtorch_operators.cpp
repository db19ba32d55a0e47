#include "core/device/compute.h"
#include "core/device/operators/paged_operators.h"
#include "core/device/operators/row_operators.h"

#include <ATen/ops/layer_norm.h>
#include <ATen/ops/silu.h>

namespace fovea {
namespace {

class LibtorchOperators final : public Compute {
 public:
  explicit LibtorchOperators(at::Device device) : device_(device) {}

  at::Device device() const override { return device_; }
  Products products() const override { return Products::kOperators; }

  KvPages make_pages(std::int64_t pages, std::int64_t kv_heads, std::int64_t head_dim,
                     at::ScalarType type) const override {
    return operators::make_pages(pages, kv_heads, head_dim, type, device_);
  }
  PlacedRows place(std::span<const PagedRows> rows) const override { return operators::place(rows, device_); }

  at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) const override {
    return operators::rms_norm(x, weight, eps);
  }
  at::Tensor add_rms_norm(at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight,
                          double eps) const override {
    x.add_(delta);
    return operators::rms_norm(x, weight, eps);
  }
  at::Tensor silu_mul(const at::Tensor& gate_up) const override {
    const std::int64_t inner = gate_up.size(1) / 2;
    return at::silu(gate_up.narrow(1, 0, inner)).mul_(gate_up.narrow(1, inner, inner));
  }

  at::Tensor rotate_into_pages(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                               const DecoderHeads& heads, const PlacedRows& rows,
                               const KvPages& pages) const override {
    return operators::rotate_into_pages(qkv, cos, sin, heads, rows, pages);
  }
  at::Tensor paged_attention(const at::Tensor& q, const KvPages& pages, const PlacedRows& rows,
                             double scale) const override {
    return operators::paged_attention(q, pages, rows, scale);
  }

  at::Tensor rotate_vision(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                           std::int64_t heads) const override {
    return operators::rotate_vision(qkv, cos, sin, heads);
  }
  at::Tensor frame_attention(const at::Tensor& heads, std::int64_t frame, double scale) const override {
    return operators::frame_attention(heads, frame, scale);
  }
  at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                        double eps) const override {
    return at::layer_norm(x, {x.size(-1)}, weight, bias, eps);
  }
  void add(at::Tensor& x, const at::Tensor& delta) const override { x.add_(delta); }
  void add_bilinear_positions(at::Tensor& x, const at::Tensor& table, const at::Tensor& coordinates,
                              std::int64_t side, std::int64_t height, std::int64_t width) const override {
    operators::add_bilinear_positions(x, table, coordinates, side, height, width);
  }

 private:
  at::Device device_;
};

}  // namespace

std::shared_ptr<const Compute> libtorch_operators(at::Device device) {
  return std::make_shared<const LibtorchOperators>(device);
}

}  // namespace fovea
