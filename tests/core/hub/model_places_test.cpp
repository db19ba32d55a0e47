#include "core/hub/model_places.h"

#include <map>

#include <gtest/gtest.h>

namespace fovea {
namespace {

ModelPlaces places_with(const std::map<std::string, std::string>& variables) {
  return model_places(
      [&](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
      },
      {"/box"});
}

TEST(ModelPlaces, FollowTheHubsOwnOrder) {
  EXPECT_EQ(places_with({{"HOME", "/h"}}).hugging_face, "/h/.cache/huggingface/hub");
  EXPECT_EQ(places_with({{"HOME", "/h"}, {"XDG_CACHE_HOME", "/x"}}).hugging_face, "/x/huggingface/hub");
  EXPECT_EQ(places_with({{"HOME", "/h"}, {"XDG_CACHE_HOME", "/x"}, {"HF_HOME", "~/hf"}}).hugging_face,
            "/h/hf/hub");
  EXPECT_EQ(places_with({{"HOME", "/h"}, {"HF_HOME", "/hf"}, {"HF_HUB_CACHE", "/c"}}).hugging_face, "/c");
}

TEST(ModelPlaces, ModelScopeFoldersAndTheBox) {
  EXPECT_EQ(places_with({{"HOME", "/h"}}).modelscope, "/h/.cache/modelscope/hub");
  EXPECT_EQ(places_with({{"HOME", "/h"}, {"MODELSCOPE_CACHE", "/ms"}}).modelscope, "/ms");
  const ModelPlaces places = places_with({{"HOME", "/h"}, {"FOVEA_MODELS", "/a b::~/m:rel"}});
  EXPECT_EQ(places.folders, (std::vector<std::filesystem::path>{"/a b", "/h/m", "rel"}));
  EXPECT_EQ(places.bundled, (std::vector<std::filesystem::path>{"/box"}));
}

TEST(ModelPlaces, WithoutAHomeThereAreNoCaches) {
  const ModelPlaces places = places_with({});
  EXPECT_TRUE(places.hugging_face.empty());
  EXPECT_TRUE(places.modelscope.empty());
  EXPECT_TRUE(places.folders.empty());
}

}  // namespace
}  // namespace fovea
