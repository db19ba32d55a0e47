#include "core/device/compute.h"
#include "core/device/cpu/activation_kernels.h"
#include "core/device/cpu/kv_pages.h"
#include "core/device/cpu/norm_kernels.h"
#include "core/device/cpu/paged_attention.h"
#include "core/device/cpu/position_kernels.h"
#include "core/device/cpu/rope_kernels.h"
#include "core/device/cpu/vision_kernels.h"

namespace fovea {
namespace {

class OwnKernels final : public Compute {
 public:
  at::Device device() const override { return at::kCPU; }
  Products products() const override { return Products::kOwn; }

  KvPages make_pages(std::int64_t pages, std::int64_t kv_heads, std::int64_t head_dim,
                     at::ScalarType type) const override {
    return cpu::make_pages(pages, kv_heads, head_dim, type);
  }
  PlacedRows place(std::span<const PagedRows> rows) const override { return {rows, {}, {}}; }

  at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) const override {
    return cpu::rms_norm(x, weight, eps);
  }
  at::Tensor add_rms_norm(at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight,
                          double eps) const override {
    return cpu::add_rms_norm(x, delta, weight, eps);
  }
  at::Tensor silu_mul(const at::Tensor& gate_up) const override { return cpu::silu_mul(gate_up); }

  at::Tensor rotate_into_pages(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                               const DecoderHeads& heads, const PlacedRows& rows,
                               const KvPages& pages) const override {
    return cpu::rotate_into_pages(qkv, cos, sin, heads, rows.rows, pages);
  }
  at::Tensor paged_attention(const at::Tensor& q, const KvPages& pages, const PlacedRows& rows,
                             double scale) const override {
    return cpu::paged_attention(q, pages, rows.rows, scale);
  }

  at::Tensor rotate_vision(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                           std::int64_t heads) const override {
    return cpu::rotate_vision(qkv, cos, sin, heads);
  }
  at::Tensor frame_attention(const at::Tensor& heads, std::int64_t frame, double scale) const override {
    return cpu::frame_attention(heads, frame, scale);
  }
  at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                        double eps) const override {
    return cpu::layer_norm(x, weight, bias, eps);
  }
  void add(at::Tensor& x, const at::Tensor& delta) const override { cpu::add(x, delta); }
  void add_bilinear_positions(at::Tensor& x, const at::Tensor& table, const at::Tensor& coordinates,
                              std::int64_t side, std::int64_t height, std::int64_t width) const override {
    cpu::add_bilinear_positions(x, table, coordinates, side, height, width);
  }
};

}  // namespace

std::shared_ptr<const Compute> own_kernels() {
  static const auto kernels = std::make_shared<const OwnKernels>();
  return kernels;
}

}  // namespace fovea
