#include "core/device/cpu/paged_attention.h"

#include "core/device/cpu/amx.h"
#include "core/device/cpu/attention_tile.h"
#include "kv_page_view.h"
#include "tensor_compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace fovea {
namespace {

using test::largest_difference;
using test::random_tensor;
using test::same_bits;

constexpr std::int64_t kPage = kPageTokens;

/// Keys and values of some sequences in pages that are dealt out at random, and queries for all their tokens.
class Sequences {
 public:
  Sequences(std::vector<std::int64_t> lengths, std::int64_t heads, std::int64_t group, std::int64_t dim,
            at::ScalarType type, unsigned shuffle)
      : lengths_(std::move(lengths)), heads_(heads), group_(group), dim_(dim) {
    std::int64_t count = 3;  // some are nobody's
    for (const std::int64_t n : lengths_) count += (n + kPage - 1) / kPage;
    pages_ = test::fresh_pages(count, heads, dim, type);
    std::vector<std::int32_t> free(static_cast<std::size_t>(count));
    std::iota(free.begin(), free.end(), 0);
    std::shuffle(free.begin(), free.end(), std::mt19937(shuffle));
    const at::Tensor keys = test::keys_by_token(pages_);
    const at::Tensor values = test::values_by_token(pages_);
    unsigned seed = 10;
    for (const std::int64_t n : lengths_) {
      q_.push_back(random_tensor({n, heads * group, dim}, type, 2.0, ++seed));
      k_.push_back(random_tensor({heads, n, dim}, type, 2.0, ++seed));
      v_.push_back(random_tensor({heads, n, dim}, type, 2.0, ++seed));
      std::vector<std::int32_t> own;
      for (std::int64_t first = 0; first < n; first += kPage) {
        own.push_back(free.back());
        free.pop_back();
        const std::int64_t rows = std::min(kPage, n - first);
        const at::Tensor page_keys = keys.select(0, own.back()).narrow(1, 0, rows);
        page_keys.copy_(k_.back().narrow(1, first, rows).reshape(page_keys.sizes()));
        at::Tensor filled = at::zeros({heads, kPage, dim}, q_.back().options());
        filled.narrow(1, 0, rows).copy_(v_.back().narrow(1, first, rows));
        const at::Tensor page_values = values.select(0, own.back());
        const std::int64_t packs = (rows + page_values.size(2) - 1) / page_values.size(2);
        page_values.narrow(1, 0, packs).copy_(filled.reshape(page_values.sizes()).narrow(1, 0, packs));
      }
      tables_.push_back(std::move(own));
    }
  }

  /// Rows first … first + count − 1 of one sequence.
  at::Tensor attend(std::size_t sequence, std::int64_t first, std::int64_t count) const {
    const PagedRows rows[] = {{0, count, first, tables_[sequence]}};
    return cpu::paged_attention(q_[sequence].narrow(0, first, count).contiguous(), pages_, rows, scale());
  }

  /// All rows of all sequences at once, those of the last sequence first.
  std::vector<at::Tensor> attend_all() const {
    std::vector<at::Tensor> q(q_.rbegin(), q_.rend());
    std::vector<PagedRows> rows;
    std::int64_t at = 0;
    for (std::size_t i = lengths_.size(); i-- > 0; at += lengths_[i]) {
      rows.push_back({at, lengths_[i], 0, tables_[i]});
    }
    const at::Tensor out = cpu::paged_attention(at::cat(q), pages_, rows, scale());
    std::vector<at::Tensor> parts;
    for (std::size_t i = 0; i < lengths_.size(); ++i) {
      parts.push_back(out.narrow(0, rows[lengths_.size() - 1 - i].first_row, lengths_[i]));
    }
    return parts;
  }

  /// In double, with the score matrix written down.
  at::Tensor reference(std::size_t sequence) const {
    const std::int64_t n = lengths_[sequence];
    const at::Tensor q =
        q_[sequence].to(at::kDouble).view({n, heads_, group_, dim_}).permute({1, 2, 0, 3});  // [h, g, n, d]
    const at::Tensor k = k_[sequence].to(at::kDouble).unsqueeze(1);
    const at::Tensor v = v_[sequence].to(at::kDouble).unsqueeze(1);
    at::Tensor scores = q.matmul(k.transpose(-1, -2)).mul(scale());
    const at::Tensor later = at::ones({n, n}, at::TensorOptions().dtype(at::kBool)).triu(1);
    scores = scores.masked_fill(later, -std::numeric_limits<double>::infinity());
    return at::softmax(scores, -1).matmul(v).permute({2, 0, 1, 3}).reshape({n, heads_ * group_ * dim_});
  }

  std::int64_t length(std::size_t sequence) const { return lengths_[sequence]; }

 private:
  double scale() const { return 1.0 / std::sqrt(static_cast<double>(dim_)); }

  std::vector<std::int64_t> lengths_;
  std::int64_t heads_, group_, dim_;
  KvPages pages_;
  std::vector<at::Tensor> q_, k_, v_;  ///< [n, heads·group, dim], [heads, n, dim] twice
  std::vector<std::vector<std::int32_t>> tables_;
};

class PagedAttention : public ::testing::TestWithParam<at::ScalarType> {};

TEST_P(PagedAttention, IsSoftmaxAttention) {
  struct Shape {
    std::int64_t heads, group, dim;
  };
  // 24 and 6 are no whole vectors; 33 query heads a key head are more than a tile.
  for (const Shape& s : {Shape{2, 2, 128}, {1, 16, 128}, {2, 1, 64}, {3, 4, 24}, {1, 33, 16}, {1, 2, 6}}) {
    const Sequences sequences({1, 33, 150, 560}, s.heads, s.group, s.dim, GetParam(), 4);
    const std::vector<at::Tensor> all = sequences.attend_all();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const double tolerance = GetParam() == at::kFloat ? 4e-6 : GetParam() == at::kHalf ? 1e-3 : 9e-3;
      EXPECT_LE(largest_difference(all[i], sequences.reference(i)), tolerance)
          << "length " << sequences.length(i) << ", " << s.group << " queries a key, head of " << s.dim;
    }
  }
}

TEST_P(PagedAttention, GivesARowTheSameBitsAloneInChunksAndInCompany) {
  for (const std::int64_t group : {1, 5}) {
    const Sequences sequences({37, 300, 1050}, 2, group, 64, GetParam(), 4);
    const Sequences moved({37, 300, 1050}, 2, group, 64, GetParam(), 5);
    const std::vector<at::Tensor> all = sequences.attend_all();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::int64_t n = sequences.length(i);
      for (const std::int64_t chunk : {1, 3, 32, 100, 512}) {
        std::vector<at::Tensor> parts;
        for (std::int64_t first = 0; first < n; first += chunk) {
          parts.push_back(moved.attend(i, first, std::min(chunk, n - first)));
        }
        EXPECT_TRUE(same_bits(at::cat(parts), all[i])) << "chunks of " << chunk << ", length " << n;
      }
    }
  }
}

TEST_P(PagedAttention, DoesNotDependOnTheThreadCount) {
  const int threads = at::get_num_threads();
  const Sequences sequences({40, 1500}, 2, 2, 128, GetParam(), 4);
  at::set_num_threads(1);
  const std::vector<at::Tensor> one = sequences.attend_all();
  const at::Tensor last = sequences.attend(1, 1499, 1);
  at::set_num_threads(3);
  const std::vector<at::Tensor> three = sequences.attend_all();
  EXPECT_TRUE(same_bits(sequences.attend(1, 1499, 1), last));
  at::set_num_threads(threads);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(same_bits(one[i], three[i]));
}

struct TileShape {
  std::int64_t dim, rows;
};
class AttentionTile : public ::testing::TestWithParam<TileShape> {};

TEST_P(AttentionTile, WidensBf16OrMultipliesPairsOrTiles) {
  const std::int64_t dim = GetParam().dim;
  const std::int64_t rows = GetParam().rows;
  const std::int64_t tokens = 90;
  const KvPages pages = test::fresh_pages(3, 1, dim, at::kBFloat16);
  pages.keys.copy_(random_tensor(pages.keys.sizes().vec(), at::kBFloat16, 2.0, 1));
  pages.values.copy_(random_tensor(pages.values.sizes().vec(), at::kBFloat16, 2.0, 2));
  // What stands in the last page behind the last token was another request's, and may be anything.
  auto* const behind = pages.values.mutable_data_ptr<c10::BFloat16>() + kPage * dim;
  std::fill(behind + tokens % kPage * dim, behind + kPage * dim, c10::BFloat16(std::nanf("")));
  const at::Tensor q = random_tensor({rows, dim}, at::kBFloat16, 2.0, 3);
  const at::Tensor wide_q = q.to(at::kFloat);
  const std::vector<std::int32_t> table = {2, 0, 1};
  std::vector<std::int64_t> visible;
  for (std::int64_t r = 0; r < rows; ++r) visible.push_back(tokens - rows + 1 + r);
  const auto attend = [&](cpu::AttentionProducts products, std::int64_t first, std::int64_t count) {
    const cpu::AttentionTile<c10::BFloat16> tile{pages.keys.const_data_ptr<c10::BFloat16>(),
                                                 pages.values.const_data_ptr<c10::BFloat16>(),
                                                 kPage * dim,
                                                 table.data(),
                                                 dim,
                                                 0.15F,
                                                 wide_q.const_data_ptr<float>() + first * dim,
                                                 q.const_data_ptr<c10::BFloat16>() + first * dim,
                                                 visible.data() + first,
                                                 count,
                                                 products};
    const at::Tensor values = at::zeros({count, dim}, at::TensorOptions().dtype(at::kFloat));
    const at::Tensor rest = at::zeros({2, count}, values.options());
    const at::Tensor scores = at::zeros({count, cpu::kStretchKeys}, values.options());
    auto* const weight = rest.mutable_data_ptr<float>();
    cpu::attend_range(tile, 0, {values.mutable_data_ptr<float>(), weight, weight + count},
                      scores.mutable_data_ptr<float>());
    return values.div(rest.select(0, 0).unsqueeze(1));
  };
  const at::Tensor k = test::plain(test::keys_by_token(pages), dim).select(1, 0);
  const at::Tensor v = test::plain(test::values_by_token(pages), dim).select(1, 0);
  const at::Tensor order = at::tensor({2, 0, 1});
  const at::Tensor keys = k.index_select(0, order).reshape({-1, dim}).to(at::kDouble);
  const at::Tensor values = v.index_select(0, order).reshape({-1, dim}).to(at::kDouble);
  for (const auto products :
       {cpu::AttentionProducts::kWidened, cpu::AttentionProducts::kPairs, cpu::AttentionProducts::kTiles}) {
    if (products == cpu::AttentionProducts::kPairs && !cpu::has_pair_products()) continue;
    if (products == cpu::AttentionProducts::kTiles && (!cpu::amx_products().bf16 || dim % 32 != 0)) continue;
    const at::Tensor all = attend(products, 0, rows);
    for (std::int64_t r = 0; r < rows; ++r) {
      const std::int64_t n = visible[static_cast<std::size_t>(r)];
      const at::Tensor weights =
          at::softmax(keys.narrow(0, 0, n).matmul(q.select(0, r).to(at::kDouble)).mul(0.15), 0);
      EXPECT_LE(largest_difference(all.select(0, r), weights.matmul(values.narrow(0, 0, n))),
                products == cpu::AttentionProducts::kWidened ? 4e-6 : 6e-3);
      EXPECT_TRUE(same_bits(attend(products, r, 1), all.narrow(0, r, 1)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, AttentionTile,
                         ::testing::Values(TileShape{48, 7}, TileShape{64, 7}, TileShape{128, 27}),
                         [](const auto& one) {
                           return std::to_string(one.param.dim) + "_by_" + std::to_string(one.param.rows);
                         });

INSTANTIATE_TEST_SUITE_P(Types, PagedAttention, ::testing::Values(at::kFloat, at::kBFloat16, at::kHalf),
                         [](const auto& one) { return std::string(c10::toString(one.param)); });

}  // namespace
}  // namespace fovea
