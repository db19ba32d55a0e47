#pragma once

#include <cstdint>
#include <string_view>

namespace fovea {

/// What keys and values are kept in. kAuto: the type of the arithmetic. fp16 and bf16 round each number; int8
/// each token's key and value of a head to integers with a scale of their own, about half of bf16's memory.
/// Answers differ a little; products with them are formed in fp32 all the same.
enum class KvCacheType { kAuto, kFloat16, kBFloat16, kInt8 };

/// "auto", "fp16", "bf16", "int8".
std::string_view kv_cache_type_name(KvCacheType type);

/// Bytes that the key and the value of a token take in one head of `head_dim` numbers. `element`: bytes of a
/// number of the arithmetic's type; in int8 either has a scale in fp32.
constexpr std::uint64_t kv_head_bytes(std::int64_t head_dim, KvCacheType type, std::uint64_t element) {
  const auto numbers = 2 * static_cast<std::uint64_t>(head_dim);
  switch (type) {
    case KvCacheType::kFloat16:
    case KvCacheType::kBFloat16:
      return 2 * numbers;
    case KvCacheType::kInt8:
      return numbers + 2 * sizeof(float);
    case KvCacheType::kAuto:
      break;
  }
  return element * numbers;
}

}  // namespace fovea
