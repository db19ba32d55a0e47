#include "core/output/sampler.h"

#include "core/output/logprobs.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using Mode = ResolvedSampling::Mode;

ResolvedSampling sampling(Mode mode, double temperature = 1.0) {
  ResolvedSampling settings;
  settings.mode = mode;
  settings.temperature = temperature;
  settings.seed = 42;
  return settings;
}

std::vector<float> random_logits(std::size_t size, unsigned seed, float scale = 3.0F) {
  std::mt19937 generator(seed);
  std::vector<float> logits(size);
  for (float& x : logits) x = scale * (static_cast<float>(generator()) / 2147483648.0F - 1.0F);
  return logits;
}

std::int32_t pick(Sampler& sampler, std::vector<float> logits) {
  return sampler.next(logits).value().id;
}

TEST(Sampler, ArgmaxTakesTheLowestIdAndNoPenalty) {
  ResolvedSampling settings = sampling(Mode::kArgmax);
  settings.repetition_penalty = 100.0;
  settings.presence_penalty = 2.0;
  Sampler sampler(settings, std::vector<std::int32_t>{1}, 4);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pick(sampler, {0.0F, 5.0F, 5.0F, 1.0F}), 1);
}

TEST(Sampler, GreedyAppliesThePenalties) {
  ResolvedSampling settings = sampling(Mode::kGreedy);
  settings.repetition_penalty = 2.0;
  Sampler sampler(settings, std::vector<std::int32_t>{1}, 4);
  EXPECT_EQ(pick(sampler, {0.0F, 5.0F, 3.0F, 2.9F}), 2);      // the prompt's 1 counts half
  EXPECT_EQ(pick(sampler, {0.0F, 5.0F, 3.0F, 2.9F}), 3);      // now 2 as well
  EXPECT_EQ(pick(sampler, {-1.0F, -5.0F, -0.8F, -5.0F}), 0);  // negative logits are doubled: -1 against -1.6
}

TEST(Sampler, OnlyWhatIsAllowedIsPicked) {
  const std::vector<std::uint64_t> bits{0, 0b100};  // 66
  const std::vector<std::int32_t> others{3, 900};   // the second lies outside
  const AllowedTokens allowed{bits, others};
  for (const Mode mode : {Mode::kArgmax, Mode::kGreedy, Mode::kSample}) {
    ResolvedSampling settings = sampling(mode);
    settings.top_k = 50;  // more than are allowed
    Sampler sampler(settings, {}, 200);
    for (unsigned seed = 0; seed < 200; ++seed) {
      std::vector<float> logits = random_logits(200, seed);
      const std::int32_t id = sampler.next(logits, &allowed).value().id;
      ASSERT_TRUE(id == 3 || id == 66) << id;
    }
  }
  std::vector<float> logits = random_logits(200, 1);
  Sampler sampler(sampling(Mode::kArgmax), {}, 200);
  const AllowedTokens none{std::span(bits).first(1), {}};
  EXPECT_EQ(sampler.next(logits, &none).error().code, ErrorCode::kModelError);
}

TEST(Sampler, TellsTheShareAmongWhatIsAllowedBesideTheRawOne) {
  ResolvedSampling settings = sampling(Mode::kArgmax);
  settings.logprobs = 1;
  Sampler sampler(settings, {}, 4);
  const std::vector<std::uint64_t> bits{0b0110};
  const AllowedTokens allowed{bits, {}};
  // Probabilities 0.5, 0.3, 0.1 and 0.1: the second is 3 of the 4 parts that are allowed.
  std::vector<float> logits{std::log(0.5F), std::log(0.3F), std::log(0.1F), std::log(0.1F)};
  const Sampler::Choice choice = sampler.next(logits, &allowed).value();
  EXPECT_EQ(choice.id, 1);
  EXPECT_NEAR(choice.logprob->logprob, std::log(0.3), 1e-6);
  EXPECT_EQ(choice.logprob->top.front().id, 0);
  EXPECT_NEAR(choice.logprob->among_allowed.value(), std::log(0.75), 1e-6);
}

TEST(Sampler, PresenceCountsOnceAndFrequencyEachTimeInTheAnswerOnly) {
  ResolvedSampling settings = sampling(Mode::kGreedy);
  settings.presence_penalty = 1.0;
  settings.frequency_penalty = 0.25;
  Penalties penalties(settings, std::vector<std::int32_t>{0, 0}, 3);
  for (const std::int32_t id : {1, 2, 2, 2}) penalties.record(id);
  std::vector<float> logits{1.0F, 1.0F, 1.0F};
  penalties.apply(logits);
  EXPECT_EQ(logits, (std::vector<float>{1.0F, -0.25F, -0.75F}));
}

TEST(Sampler, ExtremeSettingsStayFinite) {
  ResolvedSampling settings = sampling(Mode::kSample, 5e-324);
  settings.repetition_penalty = 1e-300;
  const std::vector<std::int32_t> prompt{2};
  Sampler cold(settings, prompt, 4);
  EXPECT_EQ(pick(cold, {1.0F, 2.0F, 1.5F, 0.0F}), 2);  // a penalty below 1 favours it beyond all bounds
  settings.repetition_penalty = 1e300;
  Sampler hot(settings, prompt, 4);
  EXPECT_EQ(pick(hot, {1.0F, 2.0F, 7.0F, 0.0F}), 1);
  settings = sampling(Mode::kSample, 1e308);
  Sampler uniform(settings, {}, 4);
  std::vector<int> counts(4);
  for (int i = 0; i < 4000; ++i) ++counts[static_cast<std::size_t>(pick(uniform, {1.0F, 2.0F, 7.0F, 0.0F}))];
  for (const int count : counts) EXPECT_NEAR(count, 1000, 150);
}

TEST(Sampler, NonFiniteLogitsAreTheModelsError) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
    for (const Mode mode : {Mode::kArgmax, Mode::kGreedy, Mode::kSample}) {
      for (std::size_t place = 0; place < 37; ++place) {
        std::vector<float> logits(37, 1.0F);
        logits[place] = bad;
        Sampler sampler(sampling(mode), {}, logits.size());
        const auto choice = sampler.next(logits);
        ASSERT_FALSE(choice);
        EXPECT_EQ(choice.error().code, ErrorCode::kModelError);
      }
    }
  }
  std::vector<float> large(4, std::numeric_limits<float>::max());
  Sampler sampler(sampling(Mode::kSample), {}, 4);
  EXPECT_TRUE(sampler.next(large));
}

/// Chi-square of drawn counts against wanted probabilities.
double chi_square(const std::vector<int>& counts, const std::vector<double>& wanted, int draws) {
  double sum = 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = wanted[i] * draws;
    if (expected == 0.0) {
      EXPECT_EQ(counts[i], 0) << i;
      continue;
    }
    sum += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  return sum;
}

TEST(Sampler, DrawsFromTheDistribution) {
  constexpr int kDraws = 30'000;
  constexpr std::size_t kVocabulary = 40;
  const std::vector<float> logits = random_logits(kVocabulary, 3, 2.0F);
  for (const std::uint64_t seed : {1ULL, 2ULL, 0xFFFFFFFFFFFFFFFFULL}) {
    for (const double temperature : {0.5, 1.0, 2.0}) {
      ResolvedSampling settings = sampling(Mode::kSample, temperature);
      settings.seed = seed;
      Sampler sampler(settings, {}, kVocabulary);
      std::vector<int> counts(kVocabulary);
      for (int i = 0; i < kDraws; ++i) ++counts[static_cast<std::size_t>(pick(sampler, logits))];
      std::vector<double> wanted(kVocabulary);
      double total = 0.0;
      for (std::size_t i = 0; i < kVocabulary; ++i) total += wanted[i] = std::exp(logits[i] / temperature);
      for (double& p : wanted) p /= total;
      EXPECT_LT(chi_square(counts, wanted, kDraws), 72.1)
          << seed << " " << temperature;  // 0.1 % at 39 degrees
    }
  }
}

TEST(Sampler, ConsecutiveSeedsDrawFromTheDistributionToo) {
  constexpr int kDraws = 20'000;
  const std::vector<float> logits{0.0F, 1.0F, 2.0F, 0.5F};
  std::vector<int> counts(4);
  for (int seed = 0; seed < kDraws; ++seed) {
    ResolvedSampling settings = sampling(Mode::kSample);
    settings.seed = static_cast<std::uint64_t>(seed);
    Sampler sampler(settings, {}, 4);
    ++counts[static_cast<std::size_t>(pick(sampler, logits))];
  }
  const double total = 1.0 + std::exp(1.0) + std::exp(2.0) + std::exp(0.5);
  EXPECT_LT(
      chi_square(counts, {1 / total, std::exp(1.0) / total, std::exp(2.0) / total, std::exp(0.5) / total},
                 kDraws),
      16.27);  // 0.1 % at 3 degrees
}

TEST(Sampler, TheSameSeedGivesTheSameTokens) {
  ResolvedSampling settings = sampling(Mode::kSample, 1.3);
  settings.top_p = 0.9;
  settings.repetition_penalty = 1.2;
  const std::vector<std::int32_t> prompt{1, 2, 3};
  Sampler one(settings, prompt, 500);
  Sampler other(settings, prompt, 500);
  settings.seed = 43;
  Sampler different(settings, prompt, 500);
  int equal = 0;
  std::vector<std::int32_t> ids;
  for (unsigned step = 0; step < 200; ++step) {
    const std::vector<float> logits = random_logits(500, step);
    ids.push_back(pick(one, logits));
    ASSERT_EQ(ids.back(), pick(other, logits));
    equal += ids.back() == pick(different, logits) ? 1 : 0;
  }
  EXPECT_LT(equal, 20);
  // Fixed for all machines: the mapping from seed to tokens is part of the program's promise.
  EXPECT_EQ(std::vector<std::int32_t>(ids.begin(), ids.begin() + 8),
            (std::vector<std::int32_t>{365, 74, 143, 189, 12, 439, 95, 392}));
}

TEST(Sampler, LogprobsAreOfTheRawDistribution) {
  ResolvedSampling settings = sampling(Mode::kSample, 0.01);
  settings.logprobs = 3;
  settings.top_k = 1;
  settings.repetition_penalty = 10.0;
  settings.frequency_penalty = 2.0;
  Sampler sampler(settings, std::vector<std::int32_t>{2}, 5);
  std::vector<float> logits{1.0F, 2.0F, 4.0F, 2.0F, -1.0F};
  const Sampler::Choice choice = sampler.next(logits).value();
  EXPECT_EQ(choice.id == 1 || choice.id == 3, true);
  const double normaliser = std::log(std::exp(1.0) + 2 * std::exp(2.0) + std::exp(4.0) + std::exp(-1.0));
  ASSERT_TRUE(choice.logprob);
  EXPECT_EQ(choice.logprob->id, choice.id);
  EXPECT_NEAR(choice.logprob->logprob, 2.0 - normaliser, 1e-6);
  ASSERT_EQ(choice.logprob->top.size(), 3U);
  EXPECT_EQ(choice.logprob->top[0].id, 2);
  EXPECT_EQ(choice.logprob->top[1].id, 1);
  EXPECT_EQ(choice.logprob->top[2].id, 3);
  EXPECT_NEAR(choice.logprob->top[0].logprob, 4.0 - normaliser, 1e-6);
}

TEST(Sampler, LogprobsOfManyTokensAreTheLargestInOrder) {
  const std::vector<float> logits = random_logits(3000, 5);
  const TokenLogprob logprob = token_logprob(logits, 17, 20);
  std::vector<std::int32_t> order(logits.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int32_t>(i);
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return logits[static_cast<std::size_t>(a)] > logits[static_cast<std::size_t>(b)];
  });
  ASSERT_EQ(logprob.top.size(), 20U);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(logprob.top[i].id, order[i]);
  EXPECT_TRUE(token_logprob(logits, 0, 0).top.empty());
  EXPECT_EQ(token_logprob(std::vector<float>{1.0F, 2.0F}, 0, 20).top.size(), 2U);
}

TEST(TokenFilter, AmongEqualsTopPKeepsTheLowerIds) {
  ResolvedSampling settings = sampling(Mode::kSample);
  settings.top_p = 0.45;
  TokenFilter filter(settings);
  const auto kept = filter.apply(std::vector<float>(10, 1.5F));
  ASSERT_EQ(kept.size(), 5U);
  for (std::int32_t id = 0; id < 5; ++id) EXPECT_EQ(kept[static_cast<std::size_t>(id)].id, id);
}

TEST(TokenFilter, LargeTopKEqualsTheHeapsResult) {
  // Beyond 1024 another way of selecting is taken; both must keep the same tokens as sorting does.
  const std::vector<float> logits = random_logits(5000, 11, 8.0F);
  std::vector<float> sorted = logits;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  for (const int k : {1, 2, 1000, 1024, 1025, 4999, 5000, 6000}) {
    ResolvedSampling settings = sampling(Mode::kSample, 4.0);
    settings.top_k = k;
    TokenFilter filter(settings);
    const auto kept = filter.apply(logits);
    EXPECT_EQ(kept.size(), std::min<std::size_t>(static_cast<std::size_t>(k), 5000)) << k;
    for (const TokenProbability& token : kept) {
      EXPECT_GE(logits[static_cast<std::size_t>(token.id)], sorted[kept.size() - 1]);
    }
  }
}

}  // namespace
}  // namespace fovea
