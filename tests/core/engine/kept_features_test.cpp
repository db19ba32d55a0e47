// The model in the box, asked again about pictures that it has seen.

#include "collected.h"
#include "picture_questions.h"

#include <memory>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::Collected;

GenerationRequest asking(const std::string& question, const std::vector<std::string>& pictures) {
  std::vector<std::string> paths;
  for (const std::string& name : pictures) paths.push_back("resources/samples/" + name);
  return test::asking_about(question, paths, 16);
}

class KeptFeatures : public ::testing::Test {
 protected:
  static std::unique_ptr<Engine> engine(std::uint64_t budget, bool prefix_cache) {
    EngineOptions options;
    options.model_folder = "resources/models/fovea-mini";
    options.vision_cache_bytes = budget;
    options.prefix_cache = prefix_cache;
    auto loaded = load_local_engine(options, [](const LoadProgress&) { return true; });
    EXPECT_TRUE(loaded) << loaded.error().text();
    return std::move(loaded).value();
  }

  struct Told {
    std::vector<std::int32_t> ids;
    RequestMetrics metrics;
  };
  static Told ask(Engine& engine, const GenerationRequest& request) {
    Collected collected;
    EXPECT_TRUE(engine.submit(request, collected.sink()));
    collected.wait();
    EXPECT_TRUE(collected.finished());
    return {collected.ids(), collected.finished()->metrics};
  }
};

TEST_F(KeptFeatures, GiveTheAnswersOfAFirstLook) {
  const auto keeps = engine(std::uint64_t{64} << 20, false);
  const auto looks = engine(0, false);
  struct Case {
    std::string question;
    std::vector<std::string> pictures;
    std::int64_t reused;
  };
  const std::vector<Case> cases = {{"Read the text.", {"label.png"}, 0},
                                   {"Read the text.", {"label.png"}, 1},
                                   {"What is the first line?", {"label.png"}, 1},
                                   {"Read the text.", {"notice.png"}, 0},
                                   {"What is the title?", {"notice.png", "form.png"}, 1},
                                   {"What is the title?", {"form.png", "label.png", "notice.png"}, 3}};
  for (const Case& one : cases) {
    const auto first = ask(*looks, asking(one.question, one.pictures));
    const auto kept = ask(*keeps, asking(one.question, one.pictures));
    EXPECT_FALSE(first.ids.empty());
    EXPECT_EQ(kept.ids, first.ids) << one.question << " " << one.pictures.front();
    EXPECT_EQ(first.metrics.vision_reused, 0);
    EXPECT_EQ(kept.metrics.vision_reused, one.reused) << one.question << " " << one.pictures.front();
  }
  EXPECT_EQ(keeps->metrics().vision_cache_hits, 6);
  EXPECT_EQ(keeps->metrics().vision_cache_misses, 3);
  EXPECT_GT(keeps->metrics().vision_cache_bytes, 0U);
  EXPECT_EQ(looks->metrics().vision_cache_hits, 0);
}

TEST_F(KeptFeatures, AreNotNeededWhereTheKeysAndValuesAreThere) {
  const auto looks = engine(0, false);
  const auto keeps = engine(0, true);
  // Long enough that the picture lies in whole blocks.
  const std::string begins =
      "Read the text, all of it, from the first line to the last, and leave nothing out. ";
  for (const char* ends : {"Do it now.", "Only the title."}) {
    const GenerationRequest request = asking(begins + ends, {"form.png"});
    const Told kept = ask(*keeps, request);
    EXPECT_EQ(kept.ids, ask(*looks, request).ids) << ends;
    const bool again = kept.metrics.prefix_reused > 0;
    EXPECT_EQ(again, std::string(ends) != "Do it now.");
    EXPECT_EQ(kept.metrics.stages[Stage::kVision] > 0, !again) << "not a piece of work on the picture";
  }
  EXPECT_GT(keeps->metrics().prefix_tokens_reused, 0);
}

}  // namespace
}  // namespace fovea
