#include "core/device/cpu/position_kernels.h"

#include "core/device/cpu/element.h"
#include "core/device/cpu/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace fovea::cpu {
namespace {

/// The two table lines that a patch lies between, and their weights.
struct Taps {
  std::array<std::int64_t, 2> line;
  std::array<float, 2> weight;
};

Taps taps_at(std::int64_t index, std::int64_t count, std::int64_t side) {
  const float source = static_cast<float>(index) * static_cast<float>(side - 1) /
                       static_cast<float>(std::max<std::int64_t>(count - 1, 1));
  const float low = std::floor(source);
  Taps taps{};
  for (std::size_t k = 0; k < 2; ++k) {
    const auto offset = static_cast<float>(k);
    taps.line[k] =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(low) + static_cast<std::int64_t>(k), 0, side - 1);
    taps.weight[k] = std::max(1.0F - std::abs(source - low - offset), 0.0F);
  }
  return taps;
}

template <typename T>
void add_row(T* x, const std::array<const T*, 4>& lines, const std::array<float, 4>& weights,
             std::int64_t d) {
  for (std::int64_t i = 0; i < d; ++i) {
    float sum = widen(lines[0][i]) * weights[0];
    for (std::size_t k = 1; k < 4; ++k) sum += widen(lines[k][i]) * weights[k];
    x[i] = narrow<T>(widen(x[i]) + rounded<T>(sum));
  }
}

}  // namespace

void add_bilinear_positions(at::Tensor& x, const at::Tensor& table, const at::Tensor& coordinates,
                            std::int64_t side, std::int64_t height, std::int64_t width) {
  const std::int64_t n = x.size(0);
  const std::int64_t d = x.size(1);
  const at::Tensor rows = coordinates.select(0, 0);
  const at::Tensor columns = coordinates.select(0, 1);
  with_element(x.scalar_type(), [&](auto* element) {
    using scalar_t = std::remove_pointer_t<decltype(element)>;
    const auto* r = rows.const_data_ptr<std::int64_t>();
    const auto* c = columns.const_data_ptr<std::int64_t>();
    const auto* lines = table.const_data_ptr<scalar_t>();
    auto* out = x.mutable_data_ptr<scalar_t>();
    {
      for_ranges(n, 64, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) {
          const Taps vertical = taps_at(r[i], height, side);
          const Taps horizontal = taps_at(c[i], width, side);
          std::array<const scalar_t*, 4> line{};
          std::array<float, 4> weight{};
          for (std::size_t k = 0; k < 4; ++k) {
            line[k] = lines + (vertical.line[k / 2] * side + horizontal.line[k % 2]) * d;
            weight[k] = vertical.weight[k / 2] * horizontal.weight[k % 2];
          }
          add_row(out + i * d, line, weight, d);
        }
      });
    }
  });
}

}  // namespace fovea::cpu
