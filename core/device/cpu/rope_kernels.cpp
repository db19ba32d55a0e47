#include "core/device/cpu/rope_kernels.h"

#include "core/device/cpu/element.h"
#include "core/device/cpu/kv_store.h"
#include "core/device/cpu/parallel.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <ATen/ops/empty.h>

namespace fovea::cpu {
namespace {

constexpr std::int64_t kMaxHeadDim = 4096;

/// RMSNorm of one head into `out`, kept as floats that hold T's precision.
template <typename T>
FOVEA_ALWAYS_INLINE void load_head(const T* x, const T* norm, float eps, std::int64_t dim, float* out) {
  for (std::int64_t i = 0; i < dim; ++i) out[i] = widen(x[i]);
  if (norm == nullptr) return;
  float sums[16] = {};
  std::int64_t i = 0;
  for (; i + 16 <= dim; i += 16) {
    for (std::int64_t j = 0; j < 16; ++j) sums[j] += out[i + j] * out[i + j];
  }
  float total = 0.0F;
  for (; i < dim; ++i) total += out[i] * out[i];
  for (float s : sums) total += s;
  const float scale = 1.0F / std::sqrt(total / static_cast<float>(dim) + eps);
  for (i = 0; i < dim; ++i) out[i] = rounded<T>(widen(norm[i]) * rounded<T>(out[i] * scale));
}

/// Rotates the first 2·half elements of a head; the rest pass through.
template <typename T>
FOVEA_ALWAYS_INLINE void rotate_head(const float* x, const T* cos, const T* sin, std::int64_t half,
                                     bool halves, std::int64_t dim, T* out) {
  if (halves) {
    for (std::int64_t i = 0; i < half; ++i) {
      const float c = widen(cos[i]);
      const float s = widen(sin[i]);
      out[i] = narrow<T>(rounded<T>(x[i] * c) + rounded<T>(-x[i + half] * s));
      out[i + half] = narrow<T>(rounded<T>(x[i + half] * c) + rounded<T>(x[i] * s));
    }
  } else {
    for (std::int64_t i = 0; i < half; ++i) {
      const float c = widen(cos[i]);
      const float s = widen(sin[i]);
      out[2 * i] = narrow<T>(rounded<T>(x[2 * i] * c) + rounded<T>(-x[2 * i + 1] * s));
      out[2 * i + 1] = narrow<T>(rounded<T>(x[2 * i + 1] * c) + rounded<T>(x[2 * i] * s));
    }
  }
  for (std::int64_t i = 2 * half; i < dim; ++i) out[i] = narrow<T>(x[i]);
}

/// Everything that one token's row needs. Kept: the pages' type.
template <typename T, typename Kept>
struct DecoderRow {
  const T* qkv;
  const T* cos;
  const T* sin;
  const T* query_norm;
  const T* key_norm;
  float eps;
  std::int64_t query_heads, kv_heads, dim, half;
  bool halves;
  T* q;               ///< [query_heads, dim]
  Kept* k;            ///< its page
  Kept* v;            ///< its page
  float* k_scale;     ///< its page's; null unless Kept is int8
  float* v_scale;     ///< the same
  std::int64_t slot;  ///< of the token in its page
  bool last;          ///< nothing follows it in its page yet
};

template <typename T, typename Kept>
FOVEA_ALWAYS_INLINE void decoder_row(const DecoderRow<T, Kept>& r) {
  constexpr std::int64_t kPack = page_pack(c10::CppTypeToScalarType<Kept>::value);
  constexpr bool kIntegers = std::is_same_v<Kept, std::int8_t>;
  float head[kMaxHeadDim];
  T turned[kMaxHeadDim];
  const T* in = r.qkv;
  for (std::int64_t h = 0; h < r.query_heads; ++h, in += r.dim) {
    load_head<T>(in, r.query_norm, r.eps, r.dim, head);
    rotate_head<T>(head, r.cos, r.sin, r.half, r.halves, r.dim, r.q + h * r.dim);
  }
  const std::int64_t page = kPageTokens * r.dim;
  for (std::int64_t h = 0; h < r.kv_heads; ++h, in += r.dim) {
    load_head<T>(in, r.key_norm, r.eps, r.dim, head);
    rotate_head<T>(head, r.cos, r.sin, r.half, r.halves, r.dim, turned);
    Kept* k = r.k + h * page + r.slot * kPack;
    if constexpr (kIntegers) {
      r.k_scale[h * kPageTokens + r.slot] = keep_integers(turned, r.dim, k, kPageTokens);
    } else {
      for (std::int64_t e = 0; e < r.dim; e += kPack) {
        for (std::int64_t i = 0; i < kPack; ++i) k[e * kPageTokens + i] = kept<Kept>(turned[e + i]);
      }
    }
  }
  // Attention reads whole packs: what shares one with the last token must be a number.
  const bool clear = kPack > 1 && r.last;
  for (std::int64_t h = 0; h < r.kv_heads; ++h, in += r.dim) {
    Kept* v = r.v + h * page + r.slot / kPack * kPack * r.dim + r.slot % kPack;
    if constexpr (kIntegers) {
      r.v_scale[h * kPageTokens + r.slot] = keep_integers(in, r.dim, v, 1);
    } else {
      for (std::int64_t e = 0; e < r.dim; ++e) v[e * kPack] = kept<Kept>(in[e]);
      for (std::int64_t s = r.slot % kPack + 1; clear && s < kPack; ++s) {
        for (std::int64_t e = 0; e < r.dim; ++e) v[e * kPack + s - r.slot % kPack] = Kept(0.0F);
      }
    }
  }
}

template <typename T>
FOVEA_ALWAYS_INLINE void vision_head(const T* x, const float* cos, const float* sin, std::int64_t half,
                                     T* out) {
  for (std::int64_t i = 0; i < half; ++i) {
    const float a = widen(x[i]);
    const float b = widen(x[i + half]);
    out[i] = narrow<T>(a * cos[i] + -b * sin[i]);
    out[i + half] = narrow<T>(b * cos[i] + a * sin[i]);
  }
}

template <typename T>
FOVEA_ALWAYS_INLINE void vision_row(const T* in, const float* cos, const float* sin, std::int64_t heads,
                                    std::int64_t half, T* q, std::int64_t head_stride,
                                    std::int64_t part_stride) {
  const std::int64_t dim = 2 * half;
  for (std::int64_t part = 0; part < 2; ++part) {
    for (std::int64_t h = 0; h < heads; ++h, in += dim) {
      vision_head<T>(in, cos, sin, half, q + part * part_stride + h * head_stride);
    }
  }
  for (std::int64_t h = 0; h < heads; ++h, in += dim) {
    std::memcpy(q + 2 * part_stride + h * head_stride, in, static_cast<std::size_t>(dim) * sizeof(T));
  }
}

#define FOVEA_ROWS(T, suffix)                                                                        \
  FOVEA_VECTOR_CLONES void vision_row_##suffix(const T* in, const float* cos, const float* sin,      \
                                               std::int64_t heads, std::int64_t half, T* q,          \
                                               std::int64_t head_stride, std::int64_t part_stride) { \
    vision_row<T>(in, cos, sin, heads, half, q, head_stride, part_stride);                           \
  }                                                                                                  \
  void run_vision_row(const T* in, const float* cos, const float* sin, std::int64_t heads,           \
                      std::int64_t half, T* q, std::int64_t head_stride, std::int64_t part_stride) { \
    vision_row_##suffix(in, cos, sin, heads, half, q, head_stride, part_stride);                     \
  }
FOVEA_ROWS(float, float)
FOVEA_ROWS(c10::BFloat16, bfloat16)
FOVEA_ROWS(c10::Half, half)
#undef FOVEA_ROWS

#define FOVEA_DECODER_ROW(T, Kept, suffix)                                      \
  FOVEA_VECTOR_CLONES void decoder_row_##suffix(const DecoderRow<T, Kept>& r) { \
    decoder_row<T, Kept>(r);                                                    \
  }                                                                             \
  void run_decoder_row(const DecoderRow<T, Kept>& r) {                          \
    decoder_row_##suffix(r);                                                    \
  }
#define FOVEA_DECODER_ROWS(T, suffix)                    \
  FOVEA_DECODER_ROW(T, float, suffix##_float)            \
  FOVEA_DECODER_ROW(T, c10::BFloat16, suffix##_bfloat16) \
  FOVEA_DECODER_ROW(T, c10::Half, suffix##_half)         \
  FOVEA_DECODER_ROW(T, std::int8_t, suffix##_int8)
FOVEA_DECODER_ROWS(float, float)
FOVEA_DECODER_ROWS(c10::BFloat16, bfloat16)
FOVEA_DECODER_ROWS(c10::Half, half)
#undef FOVEA_DECODER_ROWS
#undef FOVEA_DECODER_ROW

/// rotate_into_pages() for one pair of types; see there.
template <typename T, typename Kept>
void rotate_rows(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                 const DecoderHeads& heads, std::span<const PagedRows> rows, const KvPages& pages,
                 const at::Tensor& q) {
  const std::int64_t dim = heads.head_dim;
  const std::int64_t half = cos.size(1);
  const std::int64_t page = heads.kv_heads * kPageTokens * dim;
  const bool norm = heads.query_norm.defined();
  const bool scaled = pages.key_scales.defined();
  const DecoderRow<T, Kept> base{qkv.const_data_ptr<T>(),
                                 cos.const_data_ptr<T>(),
                                 sin.const_data_ptr<T>(),
                                 norm ? heads.query_norm.const_data_ptr<T>() : nullptr,
                                 norm ? heads.key_norm.const_data_ptr<T>() : nullptr,
                                 static_cast<float>(heads.norm_eps),
                                 heads.query_heads,
                                 heads.kv_heads,
                                 dim,
                                 half,
                                 heads.style == RopeStyle::kHalves,
                                 q.mutable_data_ptr<T>(),
                                 pages.keys.mutable_data_ptr<Kept>(),
                                 pages.values.mutable_data_ptr<Kept>(),
                                 scaled ? pages.key_scales.mutable_data_ptr<float>() : nullptr,
                                 scaled ? pages.value_scales.mutable_data_ptr<float>() : nullptr,
                                 0,
                                 false};
  for_ranges(qkv.size(0), 8, [&](std::int64_t first, std::int64_t last) {
    for (const PagedRows& part : rows) {
      const std::int64_t end = std::min(last, part.first_row + part.rows);
      for (std::int64_t t = std::max(first, part.first_row); t < end; ++t) {
        const std::int64_t token = part.begin + t - part.first_row;
        const std::int64_t at = part.pages[static_cast<std::size_t>(token / kPageTokens)];
        DecoderRow<T, Kept> row = base;
        row.qkv += t * qkv.stride(0);
        row.cos += t * half;
        row.sin += t * half;
        row.q += t * heads.query_heads * dim;
        row.k += at * page;
        row.v += at * page;
        if (scaled) {
          row.k_scale += at * heads.kv_heads * kPageTokens;
          row.v_scale += at * heads.kv_heads * kPageTokens;
        }
        row.slot = token % kPageTokens;
        row.last = t + 1 == part.first_row + part.rows;
        run_decoder_row(row);
      }
    }
  });
}

}  // namespace

at::Tensor rotate_into_pages(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                             const DecoderHeads& heads, std::span<const PagedRows> rows,
                             const KvPages& pages) {
  TORCH_CHECK(heads.head_dim <= kMaxHeadDim);
  at::Tensor q = at::empty({qkv.size(0), heads.query_heads, heads.head_dim}, qkv.options());
  with_element(qkv.scalar_type(), [&](auto* element) {
    with_kv_element(pages.keys.scalar_type(), [&](auto* kept_element) {
      using scalar_t = std::remove_pointer_t<decltype(element)>;
      using kept_t = std::remove_pointer_t<decltype(kept_element)>;
      rotate_rows<scalar_t, kept_t>(qkv, cos, sin, heads, rows, pages, q);
    });
  });
  return q;
}

at::Tensor rotate_vision(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                         std::int64_t heads) {
  const std::int64_t n = qkv.size(0);
  const std::int64_t dim = qkv.size(1) / (3 * heads);
  at::Tensor out = at::empty({3, heads, n, dim}, qkv.options());
  with_element(qkv.scalar_type(), [&](auto* element) {
    using scalar_t = std::remove_pointer_t<decltype(element)>;
    const auto* in = qkv.const_data_ptr<scalar_t>();
    const auto* c = cos.const_data_ptr<float>();
    const auto* s = sin.const_data_ptr<float>();
    auto* q = out.mutable_data_ptr<scalar_t>();
    for_ranges(n, 16, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t t = first; t < last; ++t) {
        run_vision_row(in + t * 3 * heads * dim, c + t * (dim / 2), s + t * (dim / 2), heads, dim / 2,
                       q + t * dim, n * dim, heads * n * dim);
      }
    });
  });
  return out;
}

}  // namespace fovea::cpu
