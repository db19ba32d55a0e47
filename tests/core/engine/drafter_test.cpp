// Guessing what an answer says next: by the definition on random texts, and what guessing wrong costs.
#include "core/engine/drafter.h"

#include "core/engine/ngram_index.h"

#include <map>
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
      while (matched < NgramIndex::kLongestMatch && matched < behind &&
             stands_before(text, matched + 1, behind)) {
        ++matched;
      }
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

/// An answer made step by step: in what time, if a step of one row takes 1 and each row more `row_cost`.
double time_for(Drafter& drafter, const Ids& answer, double row_cost) {
  double time = 0.0;
  for (std::size_t at = 0; at < answer.size();) {
    const Ids guesses = of(drafter.draft(answer.size() - at - 1));
    time += 1.0 + row_cost * static_cast<double>(guesses.size());
    std::size_t accepted = 0;
    while (accepted < guesses.size() && guesses[accepted] == answer[at + accepted]) ++accepted;
    for (std::size_t i = 0; i <= accepted; ++i) drafter.append(answer[at++]);
  }
  return time;
}

Ids counting(std::int32_t first, std::int32_t count) {
  Ids out;
  for (std::int32_t i = 0; i < count; ++i) out.push_back(first + i);
  return out;
}

/// One id after the other: how likely each is depends on the `before` ids before it.
Ids chain(std::mt19937& random, std::int32_t kinds, std::size_t before, std::size_t length, double certain) {
  std::map<Ids, std::int32_t> usual;
  Ids out;
  while (out.size() < length) {
    const Ids last(out.end() - static_cast<std::ptrdiff_t>(std::min(before, out.size())), out.end());
    const auto any = static_cast<std::int32_t>(random() % static_cast<unsigned>(kinds));
    const std::int32_t next = usual.try_emplace(last, any).first->second;
    out.push_back(static_cast<double>(random() % 1'000) < 1'000.0 * certain ? next : any);
  }
  return out;
}

TEST(Drafter, ReadsMoreTheLongerTheMatch) {
  Drafter drafter(counting(1, 100), 7);
  for (const std::int32_t id : {500, 31}) drafter.append(id);
  EXPECT_THAT(drafter.draft(100), IsEmpty()) << "one id that stood there says little";
  for (const std::int32_t id : {32, 33}) drafter.append(id);
  EXPECT_FALSE(drafter.draft(100).empty());
  for (std::int32_t id = 34; id < 40; ++id) drafter.append(id);
  EXPECT_THAT(drafter.draft(100), ElementsAre(40, 41, 42, 43, 44, 45, 46)) << "as many as it may";
  EXPECT_THAT(drafter.draft(2), ElementsAre(40, 41)) << "no more than there is room for";
  Drafter narrow(counting(1, 100), 1);
  for (const std::int32_t id : {31, 32, 33}) narrow.append(id);
  EXPECT_THAT(narrow.draft(100), ElementsAre(34));
}

TEST(Drafter, ACopyComesInAThirdOfTheTime) {
  Drafter drafter(counting(1, 400), 7);
  EXPECT_LT(time_for(drafter, counting(1, 400), Drafter::kRowCost), 400.0 / 2.7);
}

TEST(Drafter, TrustsWhatCameTrueAndLearnsFromWhatWasNotReadToo) {
  Drafter drafter(Ids{}, 7);
  std::mt19937 random(5);
  // Ids in pairs: behind an even one the next odd one, then any even one.
  Ids answer;
  for (int i = 0; i < 200; ++i) {
    const auto even = static_cast<std::int32_t>(2 * (random() % 40));
    answer.insert(answer.end(), {even, even + 1});
  }
  EXPECT_LT(drafter.trust(1), Drafter::kRowCost) << "too little to be read";
  const double time = time_for(drafter, answer, Drafter::kRowCost);
  EXPECT_GT(drafter.trust(1), Drafter::kRowCost);
  EXPECT_LT(drafter.trust(2), Drafter::kRowCost);
  EXPECT_LT(time, 0.85 * 400.0);
}

TEST(DrafterProperties, CostsLittleWhateverTheTextIs) {
  std::mt19937 random(17);
  for (int life = 0; life < 400; ++life) {
    const auto kinds = static_cast<std::int32_t>(random() % 50 + 2);
    const double certain = static_cast<double>(random() % 100) / 100.0;
    const std::size_t before = random() % 4;
    Drafter drafter(chain(random, kinds, before, random() % 500, certain),
                    static_cast<std::size_t>(random() % 7 + 1));
    const Ids answer = chain(random, kinds, before, 600, certain);
    ASSERT_LT(time_for(drafter, answer, Drafter::kRowCost), 1.03 * 600.0)
        << kinds << " ids, " << before << " before, " << certain;
  }
}

}  // namespace
}  // namespace fovea
