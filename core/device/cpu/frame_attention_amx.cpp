// Compiled for AMX's tiles of bf16 and for AVX-512 with BF16: see frame_attention_amx.h. Nothing of the
// standard library is called here: a copy that the linker shared would end on processors without those
// instructions.
#include "core/device/cpu/frame_attention_amx.h"

#if defined(__AMX_BF16__)

#include "core/device/cpu/amx_config.h"

namespace fovea::cpu {
namespace {

constexpr std::int64_t kSide = 16;   ///< rows of a tile
constexpr std::int64_t kBlock = 32;  ///< query rows at a time, keys of a block, and numbers of a tile's row
constexpr std::int64_t kTile = 512;  ///< bf16 numbers of a tile
/// Keys whose scores are held at a time: with 32 rows, 32 KB.
constexpr std::int64_t kStretch = 256;
/// Rows that are weighed while the tiles form the next scores of a block of keys.
constexpr std::int64_t kRowsABlock = kBlock / (kStretch / kBlock);

using Scores = float[kBlock][kStretch];

constexpr std::int64_t whole(std::int64_t n) {
  return (n + kBlock - 1) / kBlock * kBlock;
}

/// 32 query rows on the way; numbers of a row that q lacks are nought.
struct alignas(64) Rows {
  std::uint16_t q[kMostFrameDim / kBlock][2][kTile];
  Scores scores[2];                      ///< and, from where a row's begin, its weights as bf16
  float values[kBlock * kMostFrameDim];  ///< [rows, columns]
  __m512 weight[kBlock];                 ///< sums of every sixteenth weight
  float peak[kBlock];                    ///< of the scores, in units of log 2
  std::int64_t columns;                  ///< of q and of values: the head's, filled up
};

/// Of each block of 32 keys and each 32 columns two tiles, pairs of columns side by side.
void lay_keys(const FrameHead& head, std::uint16_t* to) {
  const std::int64_t steps = whole(head.dim) / kBlock;
  for (std::int64_t key = 0; key < whole(head.rows); ++key) {
    const std::uint16_t* from = head.k + key * head.dim;
    std::uint16_t* block =
        to + key / kBlock * steps * 2 * kTile + key % kBlock / kSide * kTile + key % kSide * 2;
    for (std::int64_t i = 0; i < steps * kBlock; i += 2) {
      std::uint32_t pair = 0;
      if (key < head.rows && i < head.dim) __builtin_memcpy(&pair, from + i, sizeof(pair));
      __builtin_memcpy(block + i / kBlock * 2 * kTile + i % kBlock / 2 * kBlock, &pair, sizeof(pair));
    }
  }
}

/// Of each block of 32 tokens and each 16 columns a tile, pairs of tokens side by side.
void lay_values(const FrameHead& head, std::uint16_t* to) {
  const std::int64_t tiles = whole(head.dim) / kSide;
  for (std::int64_t token = 0; token < whole(head.rows); token += 2) {
    const std::uint16_t* first = head.v + token * head.dim;
    std::uint16_t* block = to + token / kBlock * tiles * kTile + token % kBlock * kSide;
    for (std::int64_t i = 0; i < tiles * kSide; ++i) {
      std::uint16_t* pair = block + i / kSide * kTile + i % kSide * 2;
      pair[0] = token < head.rows && i < head.dim ? first[i] : std::uint16_t{0};
      pair[1] = token + 1 < head.rows && i < head.dim ? first[head.dim + i] : std::uint16_t{0};
    }
  }
}

void take_rows(const FrameHead& head, std::int64_t first, Rows& rows) {
  const std::int64_t steps = whole(head.dim) / kBlock;
  for (std::int64_t row = 0; row < kBlock; ++row) {
    const std::int64_t count = first + row < head.rows ? head.dim : 0;
    const std::uint16_t* from = head.q + (first + row) * head.dim;
    for (std::int64_t step = 0; step < steps; ++step) {
      const std::int64_t left = count - step * kBlock;
      const __mmask32 mask = left >= kBlock ? ~__mmask32{0} : left <= 0 ? 0 : (__mmask32{1} << left) - 1;
      _mm512_store_si512(rows.q[step][row / kSide] + row % kSide * kBlock,
                         _mm512_maskz_loadu_epi16(mask, from + step * kBlock));
    }
    for (std::int64_t i = 0; i < rows.columns; i += kSide) {
      _mm512_store_ps(rows.values + row * rows.columns + i, _mm512_setzero_ps());
    }
    rows.weight[row] = _mm512_setzero_ps();
    rows.peak[row] = -__builtin_inff();
  }
}

/// Scores of all rows and a block of keys.
void score(const std::uint16_t* keys, std::int64_t block, const Rows& rows, Scores& scores) {
  constexpr std::int64_t kRow = kStretch * 4;
  keys += block * rows.columns * kBlock;
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (std::int64_t step = 0; step < rows.columns / kBlock; ++step, keys += 2 * kTile) {
    _tile_loadd(4, rows.q[step][0], 64);
    _tile_loadd(6, keys, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(5, rows.q[step][1], 64);
    _tile_dpbf16ps(2, 5, 6);
    _tile_loadd(7, keys + kTile, 64);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, scores[0] + block * kBlock, kRow);
  _tile_stored(1, scores[0] + block * kBlock + kSide, kRow);
  _tile_stored(2, scores[kSide] + block * kBlock, kRow);
  _tile_stored(3, scores[kSide] + block * kBlock + kSide, kRow);
}

/// 2^x for x up to about 1, within 2.4e-7 of it, 1 at 0; NaN stays NaN. The polynomial is the one of degree 5
/// whose largest relative error over −½ … ½ is least.
inline __m512 exp2(__m512 x) {
  x = _mm512_max_ps(_mm512_set1_ps(-200.0F), x);  // of two, where one is no number, the second
  const __m512 power = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 r = _mm512_sub_ps(x, power);
  __m512 p = _mm512_set1_ps(1.3276472e-3F);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(9.6755415e-3F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.5507133e-2F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(2.4022120e-1F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(6.9314697e-1F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(p, power);
}

/// Turns a row's scores of `blocks` blocks into weights, and scales what was summed up to the new peak.
inline void weigh(std::int64_t row, std::int64_t blocks, float unit, float* scores, Rows& rows) {
  __m512 highest = _mm512_max_ps(_mm512_load_ps(scores), _mm512_load_ps(scores + kSide));
  for (std::int64_t i = kBlock; i < blocks * kBlock; i += kBlock) {
    highest =
        _mm512_max_ps(highest, _mm512_max_ps(_mm512_load_ps(scores + i), _mm512_load_ps(scores + i + kSide)));
  }
  const float here = _mm512_reduce_max_ps(highest) * unit;
  const float before = rows.peak[row];
  const float peak = here > before ? here : before;
  if (peak != before) {
    const __m512 change = exp2(_mm512_set1_ps(before - peak));
    rows.peak[row] = peak;
    rows.weight[row] = _mm512_mul_ps(rows.weight[row], change);
    for (std::int64_t i = 0; i < rows.columns; i += kSide) {
      float* values = rows.values + row * rows.columns + i;
      _mm512_store_ps(values, _mm512_mul_ps(_mm512_load_ps(values), change));
    }
  }
  const __m512 units = _mm512_set1_ps(unit);
  const __m512 top = _mm512_set1_ps(peak);
  __m512 sum = rows.weight[row];
  for (std::int64_t i = 0; i < blocks * kBlock; i += kBlock) {
    const __m512 low = exp2(_mm512_fmsub_ps(_mm512_load_ps(scores + i), units, top));
    const __m512 high = exp2(_mm512_fmsub_ps(_mm512_load_ps(scores + i + kSide), units, top));
    sum = _mm512_add_ps(sum, _mm512_add_ps(low, high));
    _mm512_store_si512(reinterpret_cast<std::uint16_t*>(scores) + i,
                       reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low)));
  }
  rows.weight[row] = sum;
}

/// The rows' values += weights · those of `blocks` blocks of tokens, 32 columns at a time.
void add(const std::uint16_t* values, std::int64_t blocks, const Scores& weights, Rows& rows) {
  const std::int64_t tiles = rows.columns / kSide;
  const std::int64_t row = rows.columns * 4;
  constexpr std::int64_t kWeights = kStretch * 4;
  for (std::int64_t tile = 0; tile < tiles; tile += 2) {
    float* first = rows.values + tile * kSide;
    float* behind = first + kSide * rows.columns;
    _tile_loadd(0, first, row);
    _tile_loadd(1, first + kSide, row);
    _tile_loadd(2, behind, row);
    _tile_loadd(3, behind + kSide, row);
    for (std::int64_t block = 0; block < blocks; ++block) {
      const std::uint16_t* own = values + (block * tiles + tile) * kTile;
      _tile_loadd(4, reinterpret_cast<const std::uint16_t*>(weights[0]) + block * kBlock, kWeights);
      _tile_loadd(6, own, 64);
      _tile_dpbf16ps(0, 4, 6);
      _tile_loadd(5, reinterpret_cast<const std::uint16_t*>(weights[kSide]) + block * kBlock, kWeights);
      _tile_dpbf16ps(2, 5, 6);
      _tile_loadd(7, own + kTile, 64);
      _tile_dpbf16ps(1, 4, 7);
      _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, first, row);
    _tile_stored(1, first + kSide, row);
    _tile_stored(2, behind, row);
    _tile_stored(3, behind + kSide, row);
  }
}

void write_rows(const FrameHead& head, std::int64_t first, const Rows& rows) {
  for (std::int64_t row = 0; row < kBlock && first + row < head.rows; ++row) {
    const __m512 share = _mm512_set1_ps(1.0F / _mm512_reduce_add_ps(rows.weight[row]));
    const float* values = rows.values + row * rows.columns;
    std::uint16_t* to = head.out + (first + row) * head.stride;
    for (std::int64_t i = 0; i < head.dim; i += kBlock) {
      const __m512 low = _mm512_mul_ps(_mm512_load_ps(values + i), share);
      const __m512 high = _mm512_mul_ps(_mm512_load_ps(values + i + kSide), share);
      const __mmask32 mask = head.dim - i >= kBlock ? ~__mmask32{0} : (__mmask32{1} << (head.dim - i)) - 1;
      _mm512_mask_storeu_epi16(to + i, mask, reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low)));
    }
  }
}

}  // namespace

void frame_attention_amx(const FrameHead& head, void* room) {
  const std::int64_t keys = whole(head.rows);
  const std::int64_t columns = whole(head.dim);
  auto* laid_keys = static_cast<std::uint16_t*>(room);
  std::uint16_t* laid_values = laid_keys + keys * columns;
  lay_keys(head, laid_keys);
  lay_values(head, laid_values);
  AmxConfig config;
  for (int tile = 0; tile < 8; ++tile) config.set(tile, kSide, 64);
  amx_configure(config);
  const float unit = head.scale * 1.44269504F;
  const auto blocks_from = [&](std::int64_t start) {
    return (keys - start < kStretch ? keys - start : kStretch) / kBlock;
  };
  Rows rows;
  rows.columns = columns;
  for (std::int64_t first = 0; first < head.rows; first += kBlock) {
    take_rows(head, first, rows);
    for (std::int64_t block = 0; block < blocks_from(0); ++block)
      score(laid_keys, block, rows, rows.scores[0]);
    for (std::int64_t start = 0; start < keys; start += kStretch) {
      const std::int64_t blocks = blocks_from(start);
      const std::int64_t next = start + kStretch < keys ? blocks_from(start + kStretch) : 0;
      Scores& scores = rows.scores[start / kStretch % 2];
      Scores& later = rows.scores[1 - start / kStretch % 2];
      for (std::int64_t row = 0; row < kBlock; ++row) {
        if (row % kRowsABlock == 0 && row / kRowsABlock < next) {
          score(laid_keys + (start + kStretch) * columns, row / kRowsABlock, rows, later);
        }
        for (std::int64_t key = head.rows - start; key < blocks * kBlock; ++key) {
          scores[row][key] = -__builtin_inff();
        }
        weigh(row, blocks, unit, scores[row], rows);
      }
      add(laid_values + start * columns, blocks, scores, rows);
    }
    write_rows(head, first, rows);
  }
  _tile_release();
}

}  // namespace fovea::cpu

#endif
