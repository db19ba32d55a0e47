#pragma once

#include "core/device/cpu/vector_clones.h"

#include <bit>
#include <cstdint>
#include <utility>

#include <c10/core/ScalarType.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

namespace fovea::cpu {

/// An element as float, exactly.
FOVEA_ALWAYS_INLINE float widen(float x) {
  return x;
}
FOVEA_ALWAYS_INLINE float widen(c10::BFloat16 x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x.x) << 16);
}
FOVEA_ALWAYS_INLINE float widen(c10::Half x) {
  return static_cast<float>(x);
}
FOVEA_ALWAYS_INLINE float widen(std::int8_t x) {
  return static_cast<float>(x);
}

/// A float rounded to an element, to nearest, ties to even. NaN stays NaN. Written without branches so that
/// loops over it vectorise.
template <typename T>
FOVEA_ALWAYS_INLINE T narrow(float x) {
  return static_cast<T>(x);
}
template <>
FOVEA_ALWAYS_INLINE c10::BFloat16 narrow<c10::BFloat16>(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
  const bool nan = (bits & 0x7FFFFFFFU) > 0x7F800000U;
  return c10::BFloat16(static_cast<std::uint16_t>(nan ? 0x7FC0U : rounded), c10::BFloat16::from_bits());
}

/// A float rounded to T's precision and widened again: what storing and loading it would give.
template <typename T>
FOVEA_ALWAYS_INLINE float rounded(float x) {
  return widen(narrow<T>(x));
}

/// The whole number nearest to x, ties to even, for |x| ≤ 2^22. Without branches: adding 1.5 · 2^23 rounds to
/// a whole number in the low bits.
FOVEA_ALWAYS_INLINE std::int32_t nearest_whole(float x) {
  return std::bit_cast<std::int32_t>(x + 12582912.0F) - 0x4B400000;
}

/// Calls `work` with a null pointer of the element type that `type` names: fp32, bf16 or fp16.
template <typename Work>
void with_element(c10::ScalarType type, Work&& work) {
  switch (type) {
    case c10::ScalarType::Float:
      return work(static_cast<float*>(nullptr));
    case c10::ScalarType::BFloat16:
      return work(static_cast<c10::BFloat16*>(nullptr));
    case c10::ScalarType::Half:
      return work(static_cast<c10::Half*>(nullptr));
    default:
      TORCH_CHECK(false, "no kernel for this element type");
  }
}

/// The same for what keys and values are kept in: int8 besides.
template <typename Work>
void with_kv_element(c10::ScalarType type, Work&& work) {
  if (type == c10::ScalarType::Char) return work(static_cast<std::int8_t*>(nullptr));
  with_element(type, std::forward<Work>(work));
}

}  // namespace fovea::cpu
