// Compiled for AMX's tiles of int8 and for AVX-512: see quantized_tiles_amx.h. Nothing of the standard
// library is called here: a copy that the linker shared would end on processors without those instructions.
#include "core/device/cpu/quantized_tiles_amx.h"

#if defined(__AMX_INT8__)

#include "core/device/cpu/amx_config.h"

namespace fovea::cpu {
namespace {

constexpr int kSide = 16;  ///< rows and columns of a tile of sums

/// Two tiles of x against two panels give four tiles of sums, made and kept in the order (0, 0), (1, 0),
/// (1, 1), (0, 1) of x's tile and panel: so each step needs only one that the one before did not.
constexpr int kTiles = 4;
constexpr int kOfX[kTiles] = {0, 1, 1, 0};
constexpr int kOfWeight[kTiles] = {0, 0, 1, 1};

struct alignas(64) Sums {
  std::int32_t values[kTiles][kSide][16];
};
struct alignas(64) Totals {
  float values[kTiles][kSide][16];
};

/// Where the sums of a group go: to = from + their scales. Behind a row's last group, to is the result.
struct Step {
  const float* x_scales[2];
  const float* weight_scales[2];
  const Totals* from;
  Totals* to;
  float* result[kTiles];  ///< null before the last group
  std::int64_t stride;
  const std::int32_t* offsets[2];  ///< of a long group, whose weight is as it is stored: see QuantizedRows
};

template <bool Long = false>
inline void add_scaled(const Step& step, const Sums& sums, int tile) {
  const float* x_scales = step.x_scales[kOfX[tile]];
  const __m512 scale = _mm512_loadu_ps(step.weight_scales[kOfWeight[tile]]);
  const float* from = step.from->values[tile][0];
  float* to = step.to->values[tile][0];
  std::int64_t stride = 16;
  if (step.result[tile] != nullptr) {
    to = step.result[tile];
    stride = step.stride;
  }
#pragma GCC unroll 16
  for (int row = 0; row < kSide; ++row) {
    __m512i stored = _mm512_load_si512(sums.values[tile][row]);
    if constexpr (Long) stored = _mm512_add_epi32(stored, _mm512_set1_epi32(step.offsets[kOfX[tile]][row]));
    const __m512 sum = _mm512_cvtepi32_ps(stored);
    const __m512 both = _mm512_mul_ps(scale, _mm512_set1_ps(x_scales[row]));
    _mm512_storeu_ps(to + row * stride, _mm512_fmadd_ps(sum, both, _mm512_load_ps(from + row * 16)));
  }
}

/// The sums of a group whose columns fill two tiles. Those of the group before lie where these go; they are
/// scaled and added while the tiles are multiplied. A tile of sums is stored once the next has begun, the
/// last one by the next group: with all four begun at once and stored at the end, multiplying takes half as
/// long again.
inline void multiply_two(const std::int8_t* const (&x)[2], const std::int8_t* const (&weight)[2],
                         const Step& before, Sums& sums) {
  constexpr int kNext = 64 * kSide;
  _tile_loadd(4, x[0], 64);
  _tile_loadd(5, x[0] + kNext, 64);
  _tile_loadd(6, weight[0], 64);
  _tile_loadd(7, weight[0] + kNext, 64);
  _tile_zero(0);
  _tile_dpbssd(0, 4, 6);
  _tile_dpbssd(0, 5, 7);
  _tile_loadd(2, x[1], 64);
  _tile_loadd(3, x[1] + kNext, 64);
  add_scaled(before, sums, 0);
  _tile_stored(1, sums.values[3], 64);
  _tile_zero(1);
  _tile_dpbssd(1, 2, 6);
  _tile_dpbssd(1, 3, 7);
  _tile_loadd(6, weight[1], 64);
  _tile_loadd(7, weight[1] + kNext, 64);
  add_scaled(before, sums, 1);
  _tile_stored(0, sums.values[0], 64);
  _tile_zero(0);
  _tile_dpbssd(0, 2, 6);
  _tile_dpbssd(0, 3, 7);
  add_scaled(before, sums, 2);
  _tile_stored(1, sums.values[1], 64);
  _tile_zero(1);
  _tile_dpbssd(1, 4, 6);
  _tile_dpbssd(1, 5, 7);
  add_scaled(before, sums, 3);
  _tile_stored(0, sums.values[2], 64);
}

/// The same for a group whose columns fill one tile; all its sums are stored.
template <int Piece>
inline void multiply_one(const std::int8_t* const (&x)[2], const std::int8_t* const (&weight)[2],
                         const Step& before, Sums& sums) {
  _tile_loadd(4, x[0], Piece);
  _tile_loadd(6, weight[0], 64);
  _tile_zero(0);
  _tile_dpbssd(0, 4, 6);
  _tile_loadd(5, x[1], Piece);
  add_scaled(before, sums, 0);
  _tile_stored(0, sums.values[0], 64);
  _tile_zero(1);
  _tile_dpbssd(1, 5, 6);
  _tile_loadd(7, weight[1], 64);
  add_scaled(before, sums, 1);
  _tile_stored(1, sums.values[1], 64);
  _tile_zero(2);
  _tile_dpbssd(2, 5, 7);
  add_scaled(before, sums, 2);
  _tile_stored(2, sums.values[2], 64);
  _tile_zero(3);
  _tile_dpbssd(3, 4, 7);
  add_scaled(before, sums, 3);
  _tile_stored(3, sums.values[3], 64);
}

/// The same for a longer group, of `steps` tiles: all four tiles of sums at once, since they are stored
/// seldom, and the weight as it is stored, unsigned. Those of the group before lie in `last`.
inline void multiply_long(const std::int8_t* const (&x)[2], const std::int8_t* const (&weight)[2],
                          std::int64_t steps, const Step& before, const Sums& last, Sums& sums) {
  constexpr int kNext = 64 * kSide;
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (std::int64_t step = 0; step < steps; ++step) {
    _tile_loadd(4, x[0] + step * kNext, 64);
    _tile_loadd(6, weight[0] + step * kNext, 64);
    _tile_dpbsud(0, 4, 6);
    _tile_loadd(5, x[1] + step * kNext, 64);
    _tile_dpbsud(1, 5, 6);
    _tile_loadd(7, weight[1] + step * kNext, 64);
    _tile_dpbsud(2, 5, 7);
    _tile_dpbsud(3, 4, 7);
    if (step < kTiles) add_scaled<true>(before, last, static_cast<int>(step));
  }
  _tile_stored(0, sums.values[0], 64);
  _tile_stored(1, sums.values[1], 64);
  _tile_stored(2, sums.values[2], 64);
  _tile_stored(3, sums.values[3], 64);
}

/// 4 and 5 hold x (of groups that fill two tiles 2 and 3 too), 6 and 7 the weight, the others sums.
void configure(std::int64_t piece) {
  AmxConfig config;
  for (int tile = 0; tile < 4; ++tile) config.set(tile, kSide, 64);
  for (int tile = 4; tile < 6; ++tile) config.set(tile, kSide, piece);
  for (int tile = 6; tile < 8; ++tile) config.set(tile, piece / 4, 64);
  amx_configure(config);
}

/// Piece: columns of x that a tile holds; Fill: tiles that a group fills, 0: `weight.group` says it, four at
/// least.
template <int Piece, int Fill>
void tiles(const AmxRows& x, const AmxPanels& weight, float* out, std::int64_t stride) {
  const std::int64_t bytes = weight.group * kSide;  // of a group, in a tile's rows or a panel
  const Totals nothing{};
  Totals totals{};
  Sums both[2]{};  // long groups take turns, others use the first
  Sums& sums = both[0];
  int last = 0;
  const float none[kSide] = {};
  const std::int32_t nought[kSide] = {};
  Step before{{none, none}, {none, none}, &nothing, &totals, {}, stride, {nought, nought}};
  for (std::int64_t tile = 0; tile < x.tiles; tile += 2) {
    for (std::int64_t panel = 0; panel < weight.panels; panel += 2) {
      // Where there is no second one, the first is taken twice.
      const std::int64_t tiles[2] = {tile, tile + 1 < x.tiles ? tile + 1 : tile};
      const std::int64_t panels[2] = {panel, panel + 1 < weight.panels ? panel + 1 : panel};
      for (std::int64_t g = 0; g < weight.groups; ++g) {
        const std::int8_t* const rows[2] = {x.values + (tiles[0] * weight.groups + g) * bytes,
                                            x.values + (tiles[1] * weight.groups + g) * bytes};
        const std::int8_t* const columns[2] = {weight.values + (panels[0] * weight.groups + g) * bytes,
                                               weight.values + (panels[1] * weight.groups + g) * bytes};
        if constexpr (Fill == 2) {
          multiply_two(rows, columns, before, sums);
        } else if constexpr (Fill == 1) {
          multiply_one<Piece>(rows, columns, before, sums);
        } else {
          multiply_long(rows, columns, weight.group / 64, before, both[last], both[1 - last]);
          last = 1 - last;
        }
        for (int i = 0; i < 2; ++i) {
          before.x_scales[i] = x.scales + (tiles[i] * weight.groups + g) * kSide;
          if constexpr (Fill == 0) before.offsets[i] = x.offsets + tiles[i] * kSide;
          before.weight_scales[i] = weight.scales + (panels[i] * weight.groups + g) * kSide;
        }
        before.from = g == 0 ? &nothing : &totals;
        for (int i = 0; i < kTiles; ++i) {
          float* result = out + tiles[kOfX[i]] * kSide * stride + panels[kOfWeight[i]] * kSide;
          before.result[i] = g + 1 == weight.groups ? result : nullptr;
        }
      }
    }
  }
  if constexpr (Fill == 2) _tile_stored(1, sums.values[3], 64);
  for (int i = 0; i < kTiles; ++i) add_scaled<Fill == 0>(before, both[last], i);
}

}  // namespace

AmxPanels amx_panels(const QuantizedPanels& weight, std::int8_t* values, float* scales) {
  for (std::int64_t i = 0; i < weight.panels * weight.groups; ++i) {
    const __m256i stored = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weight.scales + i * 16));
    _mm512_storeu_ps(scales + i * 16, _mm512_cvtph_ps(stored));
  }
  if (!amx_lays(weight.group)) {
    return {reinterpret_cast<const std::int8_t*>(weight.values), scales, weight.panels, weight.groups,
            weight.group};
  }
  const std::int64_t lines = weight.panels * weight.groups * weight.group / 4;
  if (weight.bits == 8) {
    const __m512i sign = _mm512_set1_epi8(-128);
    for (std::int64_t i = 0; i < lines; ++i) {
      _mm512_storeu_si512(values + i * 64,
                          _mm512_xor_si512(_mm512_loadu_si512(weight.values + i * 64), sign));
    }
  } else {
    const __m512i low = _mm512_set1_epi8(15);
    const __m512i zero = _mm512_set1_epi8(8);
    for (std::int64_t i = 0; i < lines; i += 2) {
      const __m512i both = _mm512_loadu_si512(weight.values + i * 32);
      const __m512i first = _mm512_and_si512(both, low);
      const __m512i second = _mm512_and_si512(_mm512_srli_epi32(both, 4), low);
      _mm512_storeu_si512(values + i * 64, _mm512_sub_epi8(first, zero));
      _mm512_storeu_si512(values + i * 64 + 64, _mm512_sub_epi8(second, zero));
    }
  }
  return {values, scales, weight.panels, weight.groups, weight.group};
}

void quantized_tiles_amx(const AmxRows& x, const AmxPanels& weight, float* out, std::int64_t stride) {
  configure(amx_piece(weight.group));
  if (!amx_lays(weight.group)) {
    tiles<64, 0>(x, weight, out, stride);
  } else if (weight.group == 128) {
    tiles<64, 2>(x, weight, out, stride);
  } else if (weight.group == 64) {
    tiles<64, 1>(x, weight, out, stride);
  } else {
    tiles<32, 1>(x, weight, out, stride);
  }
  _tile_release();
}

}  // namespace fovea::cpu

#endif
