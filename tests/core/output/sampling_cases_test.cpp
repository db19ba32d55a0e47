// Chains of logits processors against transformers' own (tests/oracle/make_sampling_cases.py).
#include "core/output/logprobs.h"
#include "core/output/penalties.h"
#include "core/output/sampler.h"
#include "core/output/token_filter.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using nlohmann::json;

std::vector<float> floats_from_hex(const std::string& hex) {
  std::vector<float> values(hex.size() / 8);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint32_t bits = 0;
    for (std::size_t byte = 4; byte-- > 0;) {
      bits = bits << 8 | static_cast<std::uint32_t>(std::stoul(hex.substr(i * 8 + byte * 2, 2), nullptr, 16));
    }
    std::memcpy(&values[i], &bits, sizeof bits);
  }
  return values;
}

ResolvedSampling settings_of(const json& given) {
  ResolvedSampling settings;
  settings.mode = given["do_sample"] ? ResolvedSampling::Mode::kSample : ResolvedSampling::Mode::kGreedy;
  settings.temperature = given["temperature"];
  settings.top_k = given["top_k"];
  settings.top_p = given["top_p"];
  settings.min_p = given.value("min_p", 0.0);
  settings.repetition_penalty = given.value("repetition_penalty", 1.0);
  return settings;
}

TEST(SamplingCases, KeepsWhatTransformersKeepsWithTheSameProbabilities) {
  std::ifstream file("tests/data/sampling/cases.json");
  ASSERT_TRUE(file) << "run from the repository's root";
  const json cases = json::parse(file);
  ASSERT_GE(cases.size(), 100U);
  std::size_t tied = 0;
  for (std::size_t n = 0; n < cases.size(); ++n) {
    const json& wanted = cases[n];
    SCOPED_TRACE("case " + std::to_string(n) + " " + wanted["settings"].dump());
    const ResolvedSampling settings = settings_of(wanted["settings"]);
    std::vector<float> logits = floats_from_hex(wanted["logits"]);
    const std::vector<float> raw = logits;
    const auto prompt = wanted["prompt"].get<std::vector<std::int32_t>>();
    const auto answer = wanted["answer"].get<std::vector<std::int32_t>>();

    Penalties penalties(settings, prompt, logits.size());
    for (const std::int32_t id : answer) penalties.record(id);
    penalties.apply(logits);
    if (settings.mode == ResolvedSampling::Mode::kGreedy) {
      EXPECT_EQ(argmax(logits), wanted["argmax"].get<std::int32_t>());
      EXPECT_EQ(logits, floats_from_hex(wanted["scores"]));  // to the bit
    } else {
      TokenFilter filter(settings);
      std::vector<std::int32_t> kept;
      std::vector<double> probabilities;
      for (const TokenProbability& token : filter.apply(logits)) {
        kept.push_back(token.id);
        probabilities.push_back(token.probability);
      }
      auto wanted_probabilities = wanted["probabilities"].get<std::vector<double>>();
      if (wanted["tied"]) {  // the reference leaves open which of equal tokens stay
        std::sort(probabilities.begin(), probabilities.end());
        std::sort(wanted_probabilities.begin(), wanted_probabilities.end());
        ++tied;
      } else {
        EXPECT_EQ(kept, wanted["kept"].get<std::vector<std::int32_t>>());
      }
      EXPECT_THAT(probabilities, testing::Pointwise(testing::DoubleNear(1e-6), wanted_probabilities));
    }
    const std::int32_t last = answer.empty() ? prompt.back() : answer.back();
    EXPECT_NEAR(token_logprob(raw, last, 0).logprob, wanted["logprob_of_last"].get<double>(), 4e-6);
  }
  EXPECT_LT(tied, cases.size() / 5);
}

}  // namespace
}  // namespace fovea
