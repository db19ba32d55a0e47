#pragma once

#include "core/device/cpu/kv_pages.h"

#include <limits>

#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>

namespace fovea::test {

/// Pages full of what memory may hold: not numbers, or integers with scales that are none.
inline KvPages fresh_pages(std::int64_t pages, std::int64_t heads, std::int64_t dim, at::ScalarType type) {
  const std::int64_t pack = cpu::page_pack(type);
  const auto options = at::TensorOptions().dtype(type);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const bool integers = type == at::kChar;
  const double found = integers ? 99 : nan;
  KvPages made{at::full({pages, heads, dim / pack, kPageTokens, pack}, found, options),
               at::full({pages, heads, kPageTokens / pack, dim, pack}, found, options),
               {},
               {}};
  if (integers) {
    made.key_scales = at::full({pages, heads, kPageTokens}, nan, options.dtype(at::kFloat));
    made.value_scales = made.key_scales.clone();
  }
  return made;
}

/// Views of the pages as [pages, heads, kPageTokens, dim / pack, pack] and [pages, heads, kPageTokens / pack,
/// pack, dim]: a copy of either in the shape [pages, heads, kPageTokens, dim] is what one would write down.
inline at::Tensor keys_by_token(const KvPages& pages) {
  return pages.keys.permute({0, 1, 3, 2, 4});
}
inline at::Tensor values_by_token(const KvPages& pages) {
  return pages.values.permute({0, 1, 2, 4, 3});
}
inline at::Tensor plain(const at::Tensor& by_token, std::int64_t dim) {
  return by_token.reshape({by_token.size(0), by_token.size(1), kPageTokens, dim});
}

}  // namespace fovea::test
