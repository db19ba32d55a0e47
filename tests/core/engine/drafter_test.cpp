// Guessing what an answer says next: by the definition on random texts, and what guessing wrong costs.
#include "core/engine/drafter.h"

#include "core/engine/ngram_index.h"

#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using Ids = std::vector<std::int32_t>;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Whether the last `n` ids of the text stand before place `behind` too.
bool stands_before(const Ids& text, std::size_t n, std::size_t behind) {
  return std::equal(text.end() - static_cast<std::ptrdiff_t>(n), text.end(),
                    text.begin() + static_cast<std::ptrdiff_t>(behind - n));
}

/// continuation() by its definition: all lengths, all places.
Ids expected(const Ids& text, std::size_t most, std::size_t& matched) {
  for (matched = std::min(NgramIndex::kLongest, text.size()); matched > 0; --matched) {
    for (std::size_t behind = text.size() - 1; behind >= matched; --behind) {
      if (!stands_before(text, matched, behind)) continue;
      Ids out;
      for (std::size_t i = 0; i < most; ++i) out.push_back(text[behind + i % (text.size() - behind)]);
      return out;
    }
  }
  return {};
}

Ids of(std::span<const std::int32_t> ids) {
  return {ids.begin(), ids.end()};
}

TEST(NgramIndexProperties, FindsTheLongestAndTheLastInTwoThousandRandomTexts) {
  std::mt19937 random(11);
  for (int life = 0; life < 2'000; ++life) {
    // Few different ids, so that much repeats; large ones and small ones.
    const auto kinds = random() % 6 + 1;
    const auto step = static_cast<std::int32_t>(random() % 150'000 + 1);
    const auto any = [&] { return static_cast<std::int32_t>(random() % kinds) * step; };
    Ids text;
    for (auto n = random() % 30; n > 0; --n) text.push_back(any());
    NgramIndex index(text);
    for (auto n = random() % 30; n > 0; --n) {
      const std::size_t most = random() % 9;
      std::size_t matched = 0;
      const Ids right = expected(text, most, matched);
      const NgramIndex::Continuation found = index.continuation(most);
      ASSERT_EQ(found.matched, matched);
      ASSERT_EQ(of(found.ids), right);
      text.push_back(any());
      index.append(text.back());
    }
    ASSERT_EQ(of(index.ids()), text);
  }
}

TEST(NgramIndex, KnowsNothingOfNothing) {
  NgramIndex index({});
  EXPECT_EQ(index.continuation(4).matched, 0U);
  index.append(5);
  EXPECT_EQ(index.continuation(4).matched, 0U);
}

TEST(Drafter, GuessesWhatStoodInThePrompt) {
  Drafter drafter(Ids{1, 2, 3, 4, 5, 6, 7, 8, 9, 0}, 7);
  for (const std::int32_t id : {1, 2, 3}) drafter.append(id);
  EXPECT_THAT(drafter.draft(100), ElementsAre(4, 5, 6));
  EXPECT_THAT(drafter.draft(2), ElementsAre(4, 5)) << "no more than there is room for";
}

TEST(Drafter, GuessesMoreWhileAllComesTrue) {
  Drafter drafter(Ids{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, 5);
  drafter.append(1);
  EXPECT_EQ(drafter.draft(100).size(), 3U);
  for (const std::int32_t id : {2, 3, 4, 5}) drafter.append(id);
  drafter.checked(3, 3);
  EXPECT_THAT(drafter.draft(100), ElementsAre(6, 7, 8, 9, 10)) << "as many as it may";
  for (const std::int32_t id : {6, 70}) drafter.append(id);
  drafter.checked(5, 1);
  drafter.append(1);
  EXPECT_THAT(drafter.draft(100), ElementsAre(2, 3, 4)) << "one was wrong";
}

/// Steps of `steps` in which guesses are checked when none ever comes true.
std::int64_t wasted(std::int64_t steps) {
  Drafter drafter(Ids{1, 1, 1, 1}, 7);
  std::int64_t drafted = 0;
  for (std::int64_t i = 0; i < steps; ++i) {
    const auto read = static_cast<std::int64_t>(drafter.draft(100).size());
    drafted += read > 0 ? 1 : 0;
    drafter.append(1);
    drafter.checked(read, 0);
  }
  return drafted;
}

TEST(Drafter, StopsGuessingWhereNothingRepeats) {
  EXPECT_GT(wasted(10), 1) << "it does try";
  EXPECT_LE(wasted(1'000), 1'000 / Drafter::kLongRest + 6);
  EXPECT_GT(wasted(1'000), 1'000 / Drafter::kLongRest - 4) << "and tries again: what follows may repeat";
}

TEST(Drafter, IsQuickAgainOnceAGuessCameTrue) {
  Drafter drafter(Ids{1, 1, 1, 1}, 7);
  const auto step = [&](bool comes_true) {
    const auto read = static_cast<std::int64_t>(drafter.draft(100).size());
    drafter.append(1);
    drafter.checked(read, comes_true ? read : 0);
    return read;
  };
  for (int i = 0; i < 300; ++i) step(false);
  int waited = 0;
  while (step(true) == 0) ++waited;
  EXPECT_LT(waited, Drafter::kLongRest);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(step(true), 7);
  int drafted = 0;
  for (int i = 0; i < 8; ++i) drafted += step(false) > 0 ? 1 : 0;
  EXPECT_EQ(drafted, 3) << "its rests begin short again";
}

}  // namespace
}  // namespace fovea
