// Compiled for AMX's tiles of bf16: see attention_amx.h. Nothing of the standard library is called here: a
// copy that the linker shared would end on processors without those instructions.
#include "core/device/cpu/attention_amx.h"

#if defined(__AMX_BF16__)

#include "core/device/cpu/amx_config.h"

namespace fovea::cpu {
namespace {

constexpr std::int64_t kSide = 16;  ///< rows of a tile
constexpr std::int64_t kPage = AttentionRows::kPage;

/// Tiles 0 and 1 hold sums of the first rows, 2 and 3 of those behind; 4 and 5 what is multiplied of either,
/// 6 and 7 what it is multiplied with.
template <bool Both>
inline void score_page(const AttentionRows& all, const std::uint16_t* q, const std::uint16_t* keys,
                       float* scores) {
  const std::int64_t row = all.dim * 2;
  _tile_zero(0);
  _tile_zero(1);
  if constexpr (Both) {
    _tile_zero(2);
    _tile_zero(3);
  }
  for (std::int64_t e = 0; e < all.dim; e += 32) {
    _tile_loadd(4, q + e, row);
    _tile_loadd(6, keys + e * kPage, 4 * kPage);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, keys + e * kPage + 2 * kSide, 4 * kPage);
    _tile_dpbf16ps(1, 4, 7);
    if constexpr (Both) {
      _tile_loadd(5, q + kSide * all.dim + e, row);
      _tile_dpbf16ps(2, 5, 6);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, scores, all.stride * 4);
  _tile_stored(1, scores + kSide, all.stride * 4);
  if constexpr (Both) {
    _tile_stored(2, scores + kSide * all.stride, all.stride * 4);
    _tile_stored(3, scores + kSide * all.stride + kSide, all.stride * 4);
  }
}

template <bool Both>
inline void add_pages(const AttentionRows& all, const std::uint16_t* const* pages, std::int64_t count,
                      const float* weights, float* values) {
  const std::int64_t row = all.dim * 4;
  for (std::int64_t e = 0; e < all.dim; e += 2 * kSide) {
    float* here = values + e;
    float* behind = here + kSide * all.dim;
    _tile_loadd(0, here, row);
    _tile_loadd(1, here + kSide, row);
    if constexpr (Both) {
      _tile_loadd(2, behind, row);
      _tile_loadd(3, behind + kSide, row);
    }
    for (std::int64_t p = 0; p < count; ++p) {
      const auto* own = reinterpret_cast<const std::uint16_t*>(weights) + p * kPage;
      _tile_loadd(4, own, all.stride * 4);
      _tile_loadd(6, pages[p] + e * 2, row);
      _tile_dpbf16ps(0, 4, 6);
      _tile_loadd(7, pages[p] + (e + kSide) * 2, row);
      _tile_dpbf16ps(1, 4, 7);
      if constexpr (Both) {
        _tile_loadd(5, own + kSide * all.stride * 2, all.stride * 4);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
      }
    }
    _tile_stored(0, here, row);
    _tile_stored(1, here + kSide, row);
    if constexpr (Both) {
      _tile_stored(2, behind, row);
      _tile_stored(3, behind + kSide, row);
    }
  }
}

}  // namespace

void AttentionRows::configure() const {
  const std::int64_t first = rows < kSide ? rows : kSide;
  const std::int64_t behind = rows > kSide ? rows - kSide : 1;
  AmxConfig config;
  for (int tile = 0; tile < 8; ++tile) {
    const bool second = tile == 2 || tile == 3 || tile == 5;
    config.set(tile, tile > 5 ? kSide : second ? behind : first, 64);
  }
  amx_configure(config);
}

void AttentionRows::release() {
  _tile_release();
}

void AttentionRows::score(const std::uint16_t* q, const std::uint16_t* keys, float* scores) const {
  if (rows > kSide) {
    score_page<true>(*this, q, keys, scores);
  } else {
    score_page<false>(*this, q, keys, scores);
  }
}

void AttentionRows::add(const std::uint16_t* const* pages, std::int64_t count, const float* weights,
                        float* values) const {
  if (rows > kSide) {
    add_pages<true>(*this, pages, count, weights, values);
  } else {
    add_pages<false>(*this, pages, count, weights, values);
  }
}

}  // namespace fovea::cpu

#endif
