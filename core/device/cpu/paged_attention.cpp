#include "core/device/cpu/paged_attention.h"

#include "core/device/cpu/amx.h"
#include "core/device/cpu/attention_tile.h"
#include "core/device/cpu/element.h"
#include "core/device/cpu/parallel.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <type_traits>
#include <vector>

#include <ATen/ops/empty.h>

namespace fovea::cpu {
namespace {

/// Query rows that share what is read of a page.
constexpr std::int64_t kTileRows = 32;

/// A tile, or one range of a tile that is divided over threads.
struct Work {
  std::int64_t part;
  std::int64_t out_row;  ///< of the part's first row
  std::int64_t head;     ///< key head
  std::int64_t first;    ///< of the part's (token, query head of the group) pairs
  std::int64_t count;    ///< of those
  std::int64_t ranges;   ///< that its last row sees
  std::int64_t range;    ///< −1: all of them
  std::int64_t sums;     ///< where its sums go; a divided tile's ranges follow one another
};

struct Plan {
  std::vector<Work> work;
  std::vector<Work> joins;  ///< the divided tiles
  std::int64_t sums = 0;    ///< floats for them
};

/// Work that takes long comes first, so that threads finish together. A sequence with few rows is divided by
/// ranges: alone it must keep all threads busy.
Plan make_plan(std::span<const PagedRows> rows, std::int64_t heads, std::int64_t group, std::int64_t dim) {
  Plan plan;
  std::int64_t out_row = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const PagedRows& part = rows[i];
    const std::int64_t all = part.rows * group;
    for (std::int64_t first = 0; first < all; first += kTileRows) {
      const std::int64_t count = std::min(kTileRows, all - first);
      const std::int64_t seen = part.begin + (first + count - 1) / group + 1;
      const std::int64_t ranges = (seen + kRangeKeys - 1) / kRangeKeys;
      const bool divided = all <= kTileRows && ranges > 1;
      for (std::int64_t head = 0; head < heads; ++head) {
        Work work{static_cast<std::int64_t>(i), out_row, head, first, count, ranges, -1, plan.sums};
        if (!divided) {
          plan.work.push_back(work);
          continue;
        }
        plan.joins.push_back(work);
        for (work.range = 0; work.range < ranges; ++work.range) {
          plan.work.push_back(work);
          work.sums += count * (dim + 2);
        }
        plan.sums = work.sums;
      }
    }
    out_row += part.rows;
  }
  const auto ranges_of = [](const Work& work) { return work.range < 0 ? work.ranges : 1; };
  std::stable_sort(plan.work.begin(), plan.work.end(),
                   [&](const Work& a, const Work& b) { return ranges_of(a) > ranges_of(b); });
  return plan;
}

/// [count, dim] and twice [count] floats.
AttentionSums sums_at(float* floats, std::int64_t count, std::int64_t dim) {
  return {floats, floats + count * dim, floats + count * (dim + 1)};
}

/// work(i, scratch) for all i < count, taken by the threads as they come; each has `scratch` floats.
template <typename Run>
void for_each(std::int64_t count, std::int64_t scratch, const Run& run) {
  std::atomic<std::int64_t> next{0};
  for_threads(count, [&] {
    const at::Tensor floats = at::empty({scratch}, at::TensorOptions().dtype(at::kFloat));
    for (std::int64_t i = next++; i < count; i = next++) {
      run(i, floats.mutable_data_ptr<float>());
    }
  });
}

/// T: of queries and result; Kept: of keys and values.
template <typename T, typename Kept>
class Attention {
 public:
  Attention(const at::Tensor& q, const KvPages& pages, std::span<const PagedRows> rows, double scale,
            const at::Tensor& out)
      : rows_(rows),
        q_(q.const_data_ptr<T>()),
        keys_(pages.keys.const_data_ptr<Kept>()),
        values_(pages.values.const_data_ptr<Kept>()),
        key_scales_(scales_of(pages.key_scales)),
        value_scales_(scales_of(pages.value_scales)),
        out_(out.mutable_data_ptr<T>()),
        query_heads_(q.size(1)),
        heads_(pages.keys.size(1)),
        group_(query_heads_ / heads_),
        dim_(q.size(2)),
        scale_(static_cast<float>(scale)),
        products_(products_of(dim_)) {}

  void run() {
    const Plan plan = make_plan(rows_, heads_, group_, dim_);
    const at::Tensor sums = at::empty({plan.sums}, at::TensorOptions().dtype(at::kFloat));
    auto* const shared = sums.mutable_data_ptr<float>();
    const std::int64_t scratch = kTileRows * (dim_ + kStretchKeys + 2 * (dim_ + 2));
    for_each(static_cast<std::int64_t>(plan.work.size()), scratch, [&](std::int64_t i, float* own) {
      attend_work(plan.work[static_cast<std::size_t>(i)], shared, own);
    });
    for_each(static_cast<std::int64_t>(plan.joins.size()), 0, [&](std::int64_t i, float*) {
      const Work& work = plan.joins[static_cast<std::size_t>(i)];
      float* const first = shared + work.sums;
      const AttentionSums total = sums_at(first, work.count, dim_);
      for (std::int64_t range = 1; range < work.ranges; ++range) {
        join_range(work.count, dim_, total,
                   sums_at(first + range * work.count * (dim_ + 2), work.count, dim_));
      }
      write(work, total);
    });
  }

 private:
  static AttentionProducts products_of(std::int64_t dim) {
    if constexpr (std::is_same_v<T, c10::BFloat16> && std::is_same_v<Kept, c10::BFloat16>) {
      if (dim % 32 == 0 && dim <= kMostTileDim && amx_products().bf16) return AttentionProducts::kTiles;
      if (dim % 16 == 0 && has_pair_products()) return AttentionProducts::kPairs;
    }
    return AttentionProducts::kWidened;
  }

  static const float* scales_of(const at::Tensor& scales) {
    return scales.defined() ? scales.const_data_ptr<float>() : nullptr;
  }

  /// Index of a tile's row among [rows, query_heads] of q, or of the result.
  std::int64_t index(const Work& work, std::int64_t first_row, std::int64_t r) const {
    const std::int64_t pair = work.first + r;
    return (first_row + pair / group_) * query_heads_ + work.head * group_ + pair % group_;
  }

  void attend_work(const Work& work, float* shared, float* own) const {
    const PagedRows& part = rows_[static_cast<std::size_t>(work.part)];
    std::array<std::int64_t, kTileRows> visible{};
    float* const q = own;
    auto* const stored_q = reinterpret_cast<Kept*>(own);
    float* const scores = q + kTileRows * dim_;
    float* const sums = scores + kTileRows * kStretchKeys;
    for (std::int64_t r = 0; r < work.count; ++r) {
      visible[static_cast<std::size_t>(r)] = part.begin + (work.first + r) / group_ + 1;
      const T* const from = q_ + index(work, part.first_row, r) * dim_;
      if constexpr (std::is_same_v<T, Kept>) {
        if (products_ != AttentionProducts::kWidened) {
          std::copy(from, from + dim_, stored_q + r * dim_);
          continue;
        }
      }
      for (std::int64_t e = 0; e < dim_; ++e) q[r * dim_ + e] = widen(from[e]);
    }
    const std::int64_t page = kPageTokens * dim_;
    const bool scaled = key_scales_ != nullptr;
    const AttentionTile<Kept> tile{keys_ + work.head * page,
                                   values_ + work.head * page,
                                   heads_ * page,
                                   part.pages.data(),
                                   dim_,
                                   scale_,
                                   q,
                                   stored_q,
                                   visible.data(),
                                   work.count,
                                   products_,
                                   scaled ? key_scales_ + work.head * kPageTokens : nullptr,
                                   scaled ? value_scales_ + work.head * kPageTokens : nullptr,
                                   heads_ * kPageTokens};
    if (work.range >= 0) {
      attend_range(tile, work.range, sums_at(shared + work.sums, work.count, dim_), scores);
      return;
    }
    const AttentionSums total = sums_at(sums, work.count, dim_);
    const AttentionSums one = sums_at(sums + kTileRows * (dim_ + 2), work.count, dim_);
    attend_range(tile, 0, total, scores);
    for (std::int64_t range = 1; range < work.ranges; ++range) {
      attend_range(tile, range, one, scores);
      join_range(work.count, dim_, total, one);
    }
    write(work, total);
  }

  void write(const Work& work, const AttentionSums& sums) const {
    for (std::int64_t r = 0; r < work.count; ++r) {
      finish_row(sums.values + r * dim_, sums.weight[r], dim_, out_ + index(work, work.out_row, r) * dim_);
    }
  }

  std::span<const PagedRows> rows_;
  const T* q_;
  const Kept* keys_;
  const Kept* values_;
  const float* key_scales_;    ///< null unless int8
  const float* value_scales_;  ///< the same
  T* out_;
  std::int64_t query_heads_, heads_, group_, dim_;
  float scale_;
  AttentionProducts products_;
};

}  // namespace

at::Tensor paged_attention(const at::Tensor& q, const KvPages& pages, std::span<const PagedRows> rows,
                           double scale) {
  TORCH_CHECK(q.is_contiguous() && q.size(2) % 2 == 0 && q.size(1) % pages.keys.size(1) == 0);
  std::int64_t n = 0;
  for (const PagedRows& part : rows) n += part.rows;
  at::Tensor out = at::empty({n, q.size(1) * q.size(2)}, q.options());
  with_element(q.scalar_type(), [&](auto* element) {
    with_kv_element(pages.keys.scalar_type(), [&](auto* kept) {
      using scalar_t = std::remove_pointer_t<decltype(element)>;
      using kept_t = std::remove_pointer_t<decltype(kept)>;
      Attention<scalar_t, kept_t>(q, pages, rows, scale, out).run();
    });
  });
  return out;
}

}  // namespace fovea::cpu
