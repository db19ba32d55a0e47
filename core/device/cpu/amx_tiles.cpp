// Compiled for AMX's tiles of bf16 and for AVX-512 with BF16: see amx_tiles.h. Nothing of the standard
// library is called here: a copy that the linker shared would end on processors without those instructions.
#include "core/device/cpu/amx_tiles.h"

#if defined(__AMX_BF16__)

#include "core/device/cpu/amx_config.h"

namespace fovea::cpu {
namespace {

constexpr std::int64_t kSide = kAmxTileRows;
constexpr std::int64_t kTile = 512;  ///< numbers of a whole tile

/// How far ahead of its use the weight is asked for, in bytes.
constexpr std::int64_t kAhead = 8192;

/// Rows of x and steps of columns after which the next ones come, so that they stay in the second cache with
/// a few blocks of the weight.
constexpr std::int64_t kSlabPairs = 8;
constexpr std::int64_t kChunkSteps = 64;

/// Sums of two tiles of x (first index) and a block's two tiles.
struct alignas(64) Sums {
  float values[2][2][kSide][16];
};

inline void ask_for(const std::uint16_t* step) {
#pragma GCC unroll 32
  for (int line = 0; line < 32; ++line) {
    __builtin_prefetch(reinterpret_cast<const char*>(step) + kAhead + line * 64);
  }
}

/// Sixteen bf16 numbers as fp32.
inline __m512 widened(__m256i stored) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(stored), 16));
}

/// Rounds `rows` rows of a tile of sums, with their bias, into y; `columns` of them are the weight's.
inline void finish(const float (&sums)[kSide][16], std::int64_t rows, std::int64_t columns,
                   const std::uint16_t* bias, std::uint16_t* y, std::int64_t stride) {
  if (columns <= 0) return;
  const auto mask = static_cast<__mmask16>(columns >= 16 ? 0xffff : (1 << columns) - 1);
  const __m512 more = bias == nullptr ? _mm512_setzero_ps() : widened(_mm256_maskz_loadu_epi16(mask, bias));
  for (std::int64_t row = 0; row < rows; ++row) {
    __m512 sum = _mm512_load_ps(sums[row]);
    if (bias != nullptr) sum = _mm512_add_ps(sum, more);
    _mm256_mask_storeu_epi16(y + row * stride, mask, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(sum)));
  }
}

/// Both tiles of a block against rows that two tiles of x hold, for `steps` steps; `fresh` sums begin at
/// nought.
template <bool Ahead>
inline void multiply(const std::uint16_t* x0, const std::uint16_t* x1, const std::uint16_t* weight,
                     std::int64_t steps, bool fresh, Sums& sums) {
  if (fresh) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  } else {
    _tile_loadd(0, sums.values[0][0], 64);
    _tile_loadd(1, sums.values[1][0], 64);
    _tile_loadd(2, sums.values[1][1], 64);
    _tile_loadd(3, sums.values[0][1], 64);
  }
  for (std::int64_t step = 0; step < steps; ++step) {
    const std::uint16_t* here = weight + step * 2 * kTile;
    if constexpr (Ahead) ask_for(here);
    _tile_loadd(4, x0 + step * kTile, 64);
    _tile_loadd(6, here, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(5, x1 + step * kTile, 64);
    _tile_dpbf16ps(1, 5, 6);
    _tile_loadd(7, here + kTile, 64);
    _tile_dpbf16ps(2, 5, 7);
    _tile_dpbf16ps(3, 4, 7);
  }
  _tile_stored(0, sums.values[0][0], 64);
  _tile_stored(1, sums.values[1][0], 64);
  _tile_stored(2, sums.values[1][1], 64);
  _tile_stored(3, sums.values[0][1], 64);
}

}  // namespace

void amx_few_rows(const AmxWeight& weight, const AmxTiles& x, const std::uint16_t* bias, std::uint16_t* y,
                  std::int64_t first, std::int64_t last) {
  AmxConfig config;
  for (int tile = 0; tile < 4; ++tile) config.set(tile, x.height, 64);
  for (int tile = 4; tile < 8; ++tile) config.set(tile, kSide, 64);
  amx_configure(config);
  Sums sums;
  const std::int64_t steps = weight.steps();
  for (std::int64_t block = first; block < last; ++block) {
    const std::uint16_t* values = weight.values + block * weight.block_stride();
    _tile_zero(0);
    _tile_zero(1);
    for (std::int64_t step = 0; step < steps; ++step) {
      const std::uint16_t* here = values + step * 2 * kTile;
      ask_for(here);
      _tile_loadd(2, x.values + step * x.height * 32, 64);
      _tile_loadd(4, here, 64);
      _tile_dpbf16ps(0, 2, 4);
      _tile_loadd(5, here + kTile, 64);
      _tile_dpbf16ps(1, 2, 5);
    }
    _tile_stored(0, sums.values[0][0], 64);
    _tile_stored(1, sums.values[0][1], 64);
    for (int half = 0; half < 2; ++half) {
      const std::int64_t column = block * AmxWeight::kBlockRows + half * kSide;
      finish(sums.values[0][half], x.rows, weight.n - column, bias == nullptr ? nullptr : bias + column,
             y + column, weight.n);
    }
  }
  _tile_release();
}

std::int64_t amx_room(std::int64_t blocks) {
  return blocks * kSlabPairs * static_cast<std::int64_t>(sizeof(Sums) / sizeof(float));
}

void amx_many_rows(const AmxWeight& weight, const AmxTiles& x, const std::uint16_t* bias, std::uint16_t* y,
                   std::int64_t first, std::int64_t last, float* room) {
  AmxConfig config;
  for (int tile = 0; tile < 8; ++tile) config.set(tile, kSide, 64);
  amx_configure(config);
  auto* sums = reinterpret_cast<Sums*>(room);
  const std::int64_t steps = weight.steps();
  const std::int64_t tiles = (x.rows + kSide - 1) / kSide;
  const std::int64_t pairs = (tiles + 1) / 2;
  for (std::int64_t slab = 0; slab < pairs; slab += kSlabPairs) {
    const std::int64_t slab_end = slab + kSlabPairs < pairs ? slab + kSlabPairs : pairs;
    for (std::int64_t chunk = 0; chunk < steps; chunk += kChunkSteps) {
      const std::int64_t length = steps - chunk < kChunkSteps ? steps - chunk : kChunkSteps;
      for (std::int64_t pair = slab; pair < slab_end; ++pair) {
        // Where there is no second tile, the first is taken twice.
        const std::int64_t second = pair * 2 + 1 < tiles ? pair * 2 + 1 : pair * 2;
        const std::uint16_t* x0 = x.values + (pair * 2 * steps + chunk) * kTile;
        const std::uint16_t* x1 = x.values + (second * steps + chunk) * kTile;
        for (std::int64_t block = first; block < last; ++block) {
          const std::uint16_t* values = weight.values + block * weight.block_stride() + chunk * 2 * kTile;
          Sums& here = sums[(block - first) * kSlabPairs + pair - slab];
          if (pair == 0) {
            multiply<true>(x0, x1, values, length, chunk == 0, here);
          } else {
            multiply<false>(x0, x1, values, length, chunk == 0, here);
          }
          if (chunk + length < steps) continue;
          for (int half = 0; half < 4; ++half) {
            const std::int64_t row = (pair * 2 + half / 2) * kSide;
            const std::int64_t column = block * AmxWeight::kBlockRows + half % 2 * kSide;
            const std::int64_t rows = x.rows - row < kSide ? x.rows - row : kSide;
            finish(here.values[half / 2][half % 2], rows, weight.n - column,
                   bias == nullptr ? nullptr : bias + column, y + row * weight.n + column, weight.n);
          }
        }
      }
    }
  }
  _tile_release();
}

}  // namespace fovea::cpu

#endif
