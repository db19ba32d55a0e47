#pragma once

#include "collected.h"
#include "picture_questions.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::test {

/// Ids and their log probabilities, with a picture and without.
struct Answer {
  std::vector<std::int32_t> ids;
  std::vector<double> logprobs;
};

inline Answer answer(Engine& engine) {
  Answer all;
  for (const std::vector<std::string>& pictures :
       {std::vector<std::string>{"tests/data/oracle/pictures/lake.jpg"}, std::vector<std::string>{}}) {
    GenerationRequest request = asking_about("What is this?", pictures, 24);
    request.image_budget.max_pixels = 160 * 160;
    request.ignore_eos = true;
    request.sampling.logprobs = 0;
    Collected collected;
    EXPECT_TRUE(engine.submit(request, collected.sink()));
    collected.wait();
    EXPECT_TRUE(collected.finished()) << collected.failed()->error.text();
    const auto ids = collected.ids();
    all.ids.insert(all.ids.end(), ids.begin(), ids.end());
    for (const GenerationEvent& event : collected.events()) {
      const auto* delta = std::get_if<TextDelta>(&event.what);
      if (delta == nullptr) continue;
      for (const TokenLogprob& one : delta->logprobs) all.logprobs.push_back(one.logprob);
    }
  }
  return all;
}

}  // namespace fovea::test
