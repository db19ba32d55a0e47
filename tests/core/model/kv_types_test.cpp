// Keys and values that are kept in another type than they are computed in.
#include "core/device/cpu/paged_attention.h"
#include "core/device/cpu/rope_kernels.h"
#include "kv_page_view.h"
#include "tensor_compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::largest_difference;
using test::random_tensor;
using test::same_bits;

constexpr std::int64_t kHeads = 4, kKvHeads = 2, kDim = 48;
constexpr double kScale = 0.15;

/// What is written as pages of `type` give it back, [pages, heads, kPageTokens, dim] fp32.
at::Tensor given_back(const at::Tensor& by_token, const at::Tensor& scales) {
  const at::Tensor numbers = test::plain(by_token, kDim).to(at::kFloat);
  return scales.defined() ? numbers.mul(scales.unsqueeze(-1)) : numbers;
}

/// (type of the arithmetic, type that is kept).
class KvTypes : public ::testing::TestWithParam<std::tuple<at::ScalarType, at::ScalarType>> {
 protected:
  static at::ScalarType type() { return std::get<0>(GetParam()); }
  static at::ScalarType kept() { return std::get<1>(GetParam()); }

  /// Writes keys and values of qkv [n, …] as they are (no rotation, no norm), as tokens begin …; returns q.
  static at::Tensor write(const at::Tensor& qkv, std::int64_t begin, std::span<const std::int32_t> own,
                          const KvPages& pages) {
    const std::int64_t n = qkv.size(0);
    const at::Tensor zero = at::zeros({n, kDim / 2}, qkv.options());
    const DecoderHeads layout{kHeads, kKvHeads, kDim, RopeStyle::kHalves, {}, {}, 0};
    const PagedRows rows[] = {{0, n, begin, own}};
    return cpu::rotate_into_pages(qkv, zero.add(1.0), zero, layout, rows, pages);
  }
  static at::Tensor random_qkv(std::int64_t n, unsigned seed = 7) {
    return random_tensor({n, (kHeads + 2 * kKvHeads) * kDim}, type(), 3.0, seed);
  }
};

TEST_P(KvTypes, GiveBackWhatWasWrittenToARounding) {
  const std::vector<std::int32_t> own = {2, 0};
  const std::int64_t n = 37, begin = 9;
  const at::Tensor qkv = random_qkv(n);
  const KvPages pages = test::fresh_pages(3, kKvHeads, kDim, kept());
  write(qkv, begin, own, pages);
  const at::Tensor keys = given_back(test::keys_by_token(pages), pages.key_scales);
  const at::Tensor values = given_back(test::values_by_token(pages), pages.value_scales);
  const at::Tensor by_head = qkv.view({n, kHeads + 2 * kKvHeads, kDim}).to(at::kFloat);
  const double digits = kept() == at::kHalf ? 1.0 / 2048 : 1.0 / 256;
  for (std::int64_t t = 0; t < n; ++t) {
    const std::int64_t page = own[static_cast<std::size_t>((begin + t) / kPageTokens)];
    const std::int64_t slot = (begin + t) % kPageTokens;
    for (std::int64_t h = 0; h < kKvHeads; ++h) {
      for (const bool key : {true, false}) {
        const at::Tensor want = by_head[t][kHeads + h + (key ? 0 : kKvHeads)];
        const at::Tensor got = (key ? keys : values)[page][h][slot];
        const double most = want.abs().max().item<double>();
        const double step = kept() == at::kChar ? most / 254 * 1.001 : most * digits;
        ASSERT_LE(largest_difference(got, want), step) << "token " << t << (key ? ", key" : ", value");
      }
    }
  }
}

TEST_P(KvTypes, AttentionReadsThemAsIfTheyWereWidened) {
  const std::vector<std::int32_t> own = {4, 1, 3, 0};
  const std::int64_t n = 101;
  const KvPages pages = test::fresh_pages(5, kKvHeads, kDim, kept());
  const at::Tensor q = write(random_qkv(n), 0, own, pages);
  const KvPages wide = test::fresh_pages(5, kKvHeads, kDim, at::kFloat);
  wide.keys.copy_(given_back(test::keys_by_token(pages), pages.key_scales).transpose(2, 3).unsqueeze(-1));
  wide.values.copy_(given_back(test::values_by_token(pages), pages.value_scales).unsqueeze(-1));
  const PagedRows rows[] = {{0, n, 0, own}};
  const at::Tensor got = cpu::paged_attention(q, pages, rows, kScale);
  const at::Tensor want = cpu::paged_attention(q.to(at::kFloat), wide, rows, kScale);
  ASSERT_FALSE(want.isnan().any().item<bool>());
  // Weights are rounded to bf16 where both are bf16.
  const bool pairs = type() == at::kBFloat16 && kept() == at::kBFloat16;
  EXPECT_LE(largest_difference(got, want), type() == at::kFloat  ? 1e-5
                                           : type() == at::kHalf ? 2e-3
                                           : pairs               ? 3e-2
                                                                 : 9e-3);
}

TEST_P(KvTypes, GiveARowTheSameBitsAloneInChunksAndInOtherPages) {
  const std::vector<std::int32_t> own = {4, 1, 3, 0, 7, 6}, other = {9, 2, 8, 11, 5, 10};
  const std::int64_t n = 190;
  const at::Tensor qkv = random_qkv(n);
  const KvPages pages = test::fresh_pages(12, kKvHeads, kDim, kept());
  const at::Tensor q = write(qkv, 0, own, pages);
  const PagedRows rows[] = {{0, n, 0, own}};
  const at::Tensor all = cpu::paged_attention(q, pages, rows, kScale);
  for (const std::int64_t chunk : {1, 7, 64}) {
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < n; first += chunk) {
      const std::int64_t count = std::min(chunk, n - first);
      const at::Tensor part = write(qkv.narrow(0, first, count), first, other, pages);
      const PagedRows some[] = {{0, count, first, other}};
      parts.push_back(cpu::paged_attention(part, pages, some, kScale));
    }
    EXPECT_TRUE(same_bits(at::cat(parts), all)) << "chunks of " << chunk;
  }
}

TEST_P(KvTypes, NothingStaysNothingAndNoNumberStaysNone) {
  const std::vector<std::int32_t> own = {0};
  const PagedRows rows[] = {{0, 3, 0, own}};
  const KvPages pages = test::fresh_pages(1, kKvHeads, kDim, kept());
  at::Tensor qkv = at::zeros({3, (kHeads + 2 * kKvHeads) * kDim}, at::TensorOptions().dtype(type()));
  const at::Tensor nothing = cpu::paged_attention(write(qkv, 0, own, pages), pages, rows, kScale);
  EXPECT_EQ(nothing.abs().max().item<double>(), 0.0);
  qkv[1][(kHeads + kKvHeads) * kDim + 5] = std::numeric_limits<double>::quiet_NaN();
  const at::Tensor spoilt = cpu::paged_attention(write(qkv, 0, own, pages), pages, rows, kScale);
  EXPECT_TRUE(spoilt[1].narrow(0, 0, kDim).isnan().any().item<bool>()) << "of the head whose value it is";
  EXPECT_FALSE(spoilt[1].narrow(0, kDim * 2, kDim).isnan().any().item<bool>());
}

INSTANTIATE_TEST_SUITE_P(Types, KvTypes,
                         ::testing::Combine(::testing::Values(at::kFloat, at::kBFloat16, at::kHalf),
                                            ::testing::Values(at::kHalf, at::kBFloat16, at::kChar)),
                         [](const auto& one) {
                           return std::string(c10::toString(std::get<0>(one.param))) + "KeptAs" +
                                  c10::toString(std::get<1>(one.param));
                         });

TEST(KvTypesRange, WhatFp16DoesNotReachIsItsLargestNumber) {
  const std::vector<std::int32_t> own = {0};
  const auto options = at::TensorOptions().dtype(at::kBFloat16);
  at::Tensor qkv = at::zeros({1, (kHeads + 2 * kKvHeads) * kDim}, options);
  qkv[0].narrow(0, (kHeads + kKvHeads) * kDim, 2).copy_(at::full({2}, 1e6, options));
  qkv[0][(kHeads + kKvHeads) * kDim + 1] = -1e6;
  const KvPages pages = test::fresh_pages(1, kKvHeads, kDim, at::kHalf);
  const at::Tensor zero = at::zeros({1, kDim / 2}, options);
  const PagedRows rows[] = {{0, 1, 0, own}};
  const DecoderHeads layout{kHeads, kKvHeads, kDim, RopeStyle::kHalves, {}, {}, 0};
  cpu::rotate_into_pages(qkv, zero.add(1.0), zero, layout, rows, pages);
  const at::Tensor value = test::plain(test::values_by_token(pages), kDim)[0][0][0];
  EXPECT_EQ(value[0].item<double>(), 65504.0);
  EXPECT_EQ(value[1].item<double>(), -65504.0);
}

}  // namespace
}  // namespace fovea
