#pragma once

#include "core/device/cpu/vector_clones.h"

#include <cstdint>
#include <cstring>

namespace fovea::cpu {

/// Sixteen lanes, whatever the processor: the compiler splits them where its registers are shorter. Every
/// function here treats each lane alone, so a lane's result depends on its own input only. Passed by
/// reference: by value they would bind callers to one vector ABI.
using Floats [[gnu::vector_size(64)]] = float;
using Words [[gnu::vector_size(64)]] = std::uint32_t;
using Ints [[gnu::vector_size(64)]] = std::int32_t;
inline constexpr std::int64_t kLanes = 16;

template <typename Vector>
FOVEA_ALWAYS_INLINE void load(Vector& vector, const void* from) {
  std::memcpy(&vector, from, sizeof(vector));
}
template <typename Vector>
FOVEA_ALWAYS_INLINE void store(const Vector& vector, void* to) {
  std::memcpy(to, &vector, sizeof(vector));
}
template <typename To, typename From>
FOVEA_ALWAYS_INLINE void same_bits(To& to, const From& from) {
  static_assert(sizeof(to) == sizeof(from));
  std::memcpy(&to, &from, sizeof(to));
}

/// x = e^x to about one unit in the last place; 1 at 0, 0 from −87.3 down, infinite from 88.3 up, NaN stays
/// NaN. The polynomial is Cephes' expf.
FOVEA_ALWAYS_INLINE void exp(Floats& x) {
  constexpr float kShift = 12582912.0F;  // 1.5 · 2^23: adding it rounds to a whole number in the low bits
  const Floats given = x;
  const Floats shifted = given * 1.44269504088896341F + kShift;
  const Floats whole = shifted - kShift;
  Ints exponent;
  same_bits(exponent, shifted);
  exponent = (exponent - 0x4B400000 + 127) << 23;
  Floats power;
  same_bits(power, exponent);
  Floats r = given - whole * 0.693359375F;
  r = r + whole * 2.12194440e-4F;
  Floats p = r * 1.9875691500e-4F + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * (r * r) + r;
  p = (p + 1.0F) * power;
  p = given < -87.3F ? Floats{} : p;
  p = given > 88.3F ? Floats{} + __builtin_inff() : p;
  x = given == given ? p : given;  // NOLINT(misc-redundant-expression): NaN
}

/// x = GELU of x in its tanh form, x / (1 + e^(−2u)) with u = √(2/π)·(x + 0.044715·x³): what
/// 0.5·x·(1 + tanh u) is, without its cancellation below zero.
FOVEA_ALWAYS_INLINE void gelu_tanh(Floats& x) {
  Floats e = x * (x * x * (-2.0F * 0.7978845608F * 0.044715F) - 2.0F * 0.7978845608F);
  exp(e);
  x /= 1.0F + e;
}

}  // namespace fovea::cpu
