#include "core/device/cpu/quantized_tiles.h"

#include <cmath>

#include <c10/util/Half.h>

namespace fovea::cpu {
namespace {

/// Stored value `k` of column `i` in group `g` of a panel.
std::int32_t stored_at(const std::uint8_t* panel, const QuantizedPanels& weight, std::int64_t g,
                       std::int64_t k, std::int64_t i) {
  const std::int64_t quad = k / 4;
  if (weight.bits == 8) return panel[g * weight.group * 16 + quad * 64 + i * 4 + k % 4];
  const std::uint8_t both = panel[g * weight.group * 8 + quad / 2 * 64 + i * 4 + k % 4];
  return quad % 2 == 0 ? both & 15 : both >> 4;
}

}  // namespace

void quantized_tiles_plain(const QuantizedRows& x, const QuantizedPanels& weight, float* out,
                           std::int64_t stride) {
  for (std::int64_t panel = 0; panel < weight.panels; ++panel) {
    const std::uint8_t* values = weight.values + panel * weight.value_stride();
    const std::uint16_t* scales = weight.scales + panel * weight.scale_stride();
    for (std::int64_t row = 0; row < x.rows; ++row) {
      const std::int8_t* in = x.values + row * weight.groups * weight.group;
      for (std::int64_t i = 0; i < 16; ++i) {
        float total = 0.0F;
        for (std::int64_t g = 0; g < weight.groups; ++g) {
          std::int32_t sum = x.offsets[row * weight.groups + g];
          for (std::int64_t k = 0; k < weight.group; ++k) {
            sum += stored_at(values, weight, g, k, i) * in[g * weight.group + k];
          }
          const float scale = static_cast<float>(c10::Half(scales[g * 16 + i], c10::Half::from_bits()));
          total = std::fma(static_cast<float>(sum), scale * x.scales[row * weight.groups + g], total);
        }
        out[row * stride + panel * 16 + i] = total;
      }
    }
  }
}

}  // namespace fovea::cpu
