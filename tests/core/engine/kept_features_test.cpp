// The model in the box, asked again about pictures that it has seen.

#include "collected.h"

#include <fstream>
#include <iterator>
#include <memory>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::Collected;

ContentPart picture(const std::string& name) {
  std::ifstream in("resources/samples/" + name, std::ios::binary);
  ImageInput image;
  image.name = name;
  image.encoded = std::make_shared<std::vector<std::uint8_t>>(std::istreambuf_iterator<char>(in),
                                                              std::istreambuf_iterator<char>());
  return ImagePart{image};
}

GenerationRequest asking(const std::string& question, const std::vector<std::string>& pictures) {
  GenerationRequest request;
  Message message;
  message.role = Role::kUser;
  for (const std::string& name : pictures) message.content.push_back(picture(name));
  message.content.push_back(TextPart{question});
  request.messages.push_back(std::move(message));
  request.sampling.temperature = 0.0;
  request.max_new_tokens = 16;
  return request;
}

class KeptFeatures : public ::testing::Test {
 protected:
  static std::unique_ptr<Engine> engine(std::uint64_t budget) {
    EngineOptions options;
    options.model_folder = "resources/models/fovea-mini";
    options.vision_cache_bytes = budget;
    auto loaded = load_local_engine(options, [](const LoadProgress&) { return true; });
    EXPECT_TRUE(loaded) << loaded.error().text();
    return std::move(loaded).value();
  }

  /// The answer's ids, and how many pictures were not looked at again.
  static std::pair<std::vector<std::int32_t>, std::int64_t> ask(Engine& engine,
                                                                const GenerationRequest& request) {
    Collected collected;
    EXPECT_TRUE(engine.submit(request, collected.sink()));
    collected.wait();
    EXPECT_TRUE(collected.finished());
    std::vector<std::int32_t> ids;
    for (const GenerationEvent& event : collected.events()) {
      const auto* delta = std::get_if<TextDelta>(&event.what);
      if (delta != nullptr) ids.insert(ids.end(), delta->ids.begin(), delta->ids.end());
    }
    return {ids, collected.finished()->metrics.vision_reused};
  }
};

TEST_F(KeptFeatures, GiveTheAnswersOfAFirstLook) {
  const auto keeps = engine(std::uint64_t{64} << 20);
  const auto looks = engine(0);
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
    EXPECT_FALSE(first.first.empty());
    EXPECT_EQ(kept.first, first.first) << one.question << " " << one.pictures.front();
    EXPECT_EQ(first.second, 0);
    EXPECT_EQ(kept.second, one.reused) << one.question << " " << one.pictures.front();
  }
  EXPECT_EQ(keeps->metrics().vision_cache_hits, 6);
  EXPECT_EQ(keeps->metrics().vision_cache_misses, 3);
  EXPECT_GT(keeps->metrics().vision_cache_bytes, 0U);
  EXPECT_EQ(looks->metrics().vision_cache_hits, 0);
}

}  // namespace
}  // namespace fovea
