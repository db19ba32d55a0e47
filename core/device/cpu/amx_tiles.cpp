// Compiled for AMX's tiles of bf16 and for AVX-512 with BF16: see amx_tiles.h. Nothing of the standard
// library is called here: a copy that the linker shared would end on processors without those instructions.
#include "core/device/cpu/amx_tiles.h"

#if defined(__AMX_BF16__)

#include "core/device/cpu/amx_config.h"
#include "core/device/cpu/fetch_ahead.h"
#include "core/device/cpu/vector_math.h"

namespace fovea::cpu {
namespace {

constexpr std::int64_t kSide = kAmxTileRows;
constexpr std::int64_t kTile = 512;  ///< numbers of a whole tile

/// Sums of two tiles of x (first index) and a block's two tiles.
struct alignas(64) Sums {
  float values[2][2][kSide][16];
};

inline void ask_for(const std::uint16_t* step) {
#pragma GCC unroll 32
  for (int line = 0; line < 32; ++line) {
    __builtin_prefetch(reinterpret_cast<const char*>(step) + kAheadBytes + line * 64);
  }
}

/// Sixteen bf16 numbers as fp32.
inline __m512 widened(__m256i stored) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(stored), 16));
}

/// Whole lines go past the caches: a store would first read what it overwrites.
template <bool Past>
inline void write(std::uint16_t* y, __mmask32 mask, __m512bh both) {
  if constexpr (Past) {
    _mm512_stream_si512(reinterpret_cast<__m512i*>(y), reinterpret_cast<__m512i>(both));
  } else {
    _mm512_mask_storeu_epi16(y, mask, reinterpret_cast<__m512i>(both));
  }
}

/// Both, rounded, as GELU makes them.
inline __m512bh with_gelu(__m512 high, __m512 low) {
  const auto rounded = reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low));
  const __m512 stored[2] = {widened(_mm512_castsi512_si256(rounded)),
                            widened(_mm512_extracti64x4_epi64(rounded, 1))};
  Floats x[2];
  for (int i = 0; i < 2; ++i) {
    same_bits(x[i], stored[i]);
    gelu_tanh(x[i]);
  }
  return _mm512_cvtne2ps_pbh(reinterpret_cast<__m512>(x[1]), reinterpret_cast<__m512>(x[0]));
}

/// Rounds `rows` rows of a block's two tiles of sums, from column `column` of the weight's n on, with what
/// `end` says, into y [rows, n].
template <bool Past>
inline void finish(const float (&sums)[2][kSide][16], std::int64_t rows, std::int64_t n, std::int64_t column,
                   const AmxEnd& end, std::uint16_t* y) {
  const __mmask32 mask = n - column >= 32 ? ~__mmask32{0} : (__mmask32{1} << (n - column)) - 1;
  __m512 low = _mm512_setzero_ps();
  __m512 high = _mm512_setzero_ps();
  if (end.bias != nullptr) {
    const __m512i stored = _mm512_maskz_loadu_epi16(mask, end.bias + column);
    low = widened(_mm512_castsi512_si256(stored));
    high = widened(_mm512_extracti64x4_epi64(stored, 1));
  }
  for (std::int64_t row = 0; row < rows; ++row) {
    __m512 a = _mm512_load_ps(sums[0][row]);
    __m512 b = _mm512_load_ps(sums[1][row]);
    if (end.bias != nullptr) {
      a = _mm512_add_ps(a, low);
      b = _mm512_add_ps(b, high);
    }
    write<Past>(y + row * n + column, mask, end.gelu ? with_gelu(b, a) : _mm512_cvtne2ps_pbh(b, a));
  }
}

/// Both tiles of a block against rows that two tiles of x hold, for `steps` steps. Sums begin at nought or at
/// `from`. With each step, `Lines` lines of `ahead` are asked for into the second cache: more at a time would
/// keep the tiles' own loads from the first cache's few places for lines under way.
template <int Lines>
inline void multiply(const std::uint16_t* x0, const std::uint16_t* x1, const std::uint16_t* weight,
                     std::int64_t steps, const char* ahead, const Sums* from, Sums& to) {
  if (from == nullptr) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  } else {
    _tile_loadd(0, from->values[0][0], 64);
    _tile_loadd(1, from->values[1][0], 64);
    _tile_loadd(2, from->values[1][1], 64);
    _tile_loadd(3, from->values[0][1], 64);
  }
  for (std::int64_t step = 0; step < steps; ++step) {
    const std::uint16_t* here = weight + step * 2 * kTile;
#pragma GCC unroll 32
    for (int line = 0; line < Lines; ++line) {
      _mm_prefetch(ahead + (step * Lines + line) * 64, _MM_HINT_T1);
    }
    _tile_loadd(4, x0 + step * kTile, 64);
    _tile_loadd(6, here, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(5, x1 + step * kTile, 64);
    _tile_dpbf16ps(1, 5, 6);
    _tile_loadd(7, here + kTile, 64);
    _tile_dpbf16ps(2, 5, 7);
    _tile_dpbf16ps(3, 4, 7);
  }
  _tile_stored(0, to.values[0][0], 64);
  _tile_stored(1, to.values[1][0], 64);
  _tile_stored(2, to.values[1][1], 64);
  _tile_stored(3, to.values[0][1], 64);
}

/// Columns of `length` steps from `first` on, of `rows` rows of x, as [tiles][length][16][32].
inline void lay(const std::uint16_t* x, std::int64_t rows, std::int64_t k, std::int64_t first,
                std::int64_t length, std::uint16_t* to) {
  const std::int64_t columns = k - first * 32;
  const std::int64_t whole = columns / 32 < length ? columns / 32 : length;
  const __mmask32 rest = (__mmask32{1} << (columns & 31)) - 1;
  for (std::int64_t row = 0; row < (rows + kSide - 1) / kSide * kSide; ++row) {
    const std::uint16_t* from = x + row * k + first * 32;
    std::uint16_t* place = to + (row / kSide * length * kSide + row % kSide) * 32;
    if (row >= rows) {
      for (std::int64_t step = 0; step < length; ++step) {
        _mm512_store_si512(place + step * kTile, _mm512_setzero_si512());
      }
      continue;
    }
    for (std::int64_t step = 0; step < whole; ++step) {
      _mm512_store_si512(place + step * kTile, _mm512_loadu_si512(from + step * 32));
    }
    if (whole < length) {
      _mm512_store_si512(place + whole * kTile, _mm512_maskz_loadu_epi16(rest, from + whole * 32));
    }
  }
}

}  // namespace

void amx_few_rows(const AmxWeight& weight, const AmxTiles& x, const AmxEnd& end, std::uint16_t* y,
                  std::int64_t first, std::int64_t last) {
  AmxConfig config;
  for (int tile = 0; tile < 4; ++tile) config.set(tile, x.rows, 64);
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
      _tile_loadd(2, x.values + step * x.rows * 32, 64);
      _tile_loadd(4, here, 64);
      _tile_dpbf16ps(0, 2, 4);
      _tile_loadd(5, here + kTile, 64);
      _tile_dpbf16ps(1, 2, 5);
    }
    _tile_stored(0, sums.values[0][0], 64);
    _tile_stored(1, sums.values[0][1], 64);
    finish<false>(sums.values[0], x.rows, weight.n, block * AmxWeight::kBlockRows, end, y);
  }
  _tile_release();
}

void amx_many_rows(const AmxWeight& weight, const AmxSlab& x, const AmxEnd& end, std::uint16_t* y,
                   std::int64_t first, std::int64_t last, bool laid, bool past) {
  AmxConfig config;
  for (int tile = 0; tile < 8; ++tile) config.set(tile, kSide, 64);
  amx_configure(config);
  auto* kept = reinterpret_cast<Sums*>(x.sums);
  Sums sums;
  const std::int64_t steps = weight.steps();
  const std::int64_t tiles = (x.rows + kSide - 1) / kSide;
  const std::int64_t pairs = (tiles + 1) / 2;
  for (std::int64_t chunk = 0; chunk < steps; chunk += x.chunk) {
    const std::int64_t length = steps - chunk < x.chunk ? steps - chunk : x.chunk;
    const bool ends = chunk + length == steps;
    if (!laid) lay(x.values, x.rows, weight.k, chunk, length, x.panel);
    for (std::int64_t block = first; block < last; ++block) {
      const std::uint16_t* values = weight.values + block * weight.block_stride() + chunk * 2 * kTile;
      const std::uint16_t* next =
          block + 1 < last ? values + weight.block_stride()
          : ends           ? values + length * 2 * kTile
                           : weight.values + first * weight.block_stride() + (chunk + length) * 2 * kTile;
      for (std::int64_t pair = 0; pair < pairs; ++pair) {
        // Where there is no second tile, the first is taken twice.
        const std::int64_t second = pair * 2 + 1 < tiles ? pair * 2 + 1 : pair * 2;
        const std::uint16_t* x0 = x.panel + pair * 2 * length * kTile;
        const std::uint16_t* x1 = x.panel + second * length * kTile;
        Sums* own = kept + (block - first) * pairs + pair;
        const Sums* from = chunk == 0 ? nullptr : own;
        Sums& to = ends ? sums : *own;
        const auto* ahead = reinterpret_cast<const char*>(next);
        if (pairs >= 8) {
          multiply<4>(x0, x1, values, length, ahead + pair * length * 4 * 64, from, to);
        } else if (pairs >= 4) {
          multiply<8>(x0, x1, values, length, ahead + pair * length * 8 * 64, from, to);
        } else if (pairs >= 2) {
          multiply<16>(x0, x1, values, length, ahead + pair * length * 16 * 64, from, to);
        } else {
          multiply<32>(x0, x1, values, length, ahead, from, to);
        }
        if (!ends) continue;
        const std::int64_t column = block * AmxWeight::kBlockRows;
        for (int tile = 0; tile < 2; ++tile) {
          const std::int64_t row = (pair * 2 + tile) * kSide;
          const std::int64_t rows = x.rows - row < kSide ? x.rows - row : kSide;
          if (past) {
            finish<true>(sums.values[tile], rows, weight.n, column, end, y + row * weight.n);
          } else {
            finish<false>(sums.values[tile], rows, weight.n, column, end, y + row * weight.n);
          }
        }
      }
    }
  }
  if (past) _mm_sfence();
  _tile_release();
}

}  // namespace fovea::cpu

#endif
