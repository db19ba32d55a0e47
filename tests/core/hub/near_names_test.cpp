#include "core/hub/near_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using testing::ElementsAre;

TEST(NearNames, CountsSlips) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("abc", "abc"), 0U);
  EXPECT_EQ(edit_distance("abcd", "acbd"), 1U);  // swapped
  EXPECT_EQ(edit_distance("abcd", "abd"), 1U);
  EXPECT_EQ(edit_distance("abcd", "abxcd"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(NearNames, FindsWhatWasMeant) {
  const std::vector<std::string> names{"fovea-mini", "Qwen/Qwen3-VL-2B-Instruct", "Qwen/Qwen3-VL-4B-Instruct",
                                       "zai-org/GLM-4.6V-Flash"};
  EXPECT_THAT(near_names("fovea-mnii", names, 3), ElementsAre("fovea-mini"));
  EXPECT_THAT(near_names("qwen3-vl-2b-instuct", names, 1), ElementsAre("Qwen/Qwen3-VL-2B-Instruct"));
  EXPECT_THAT(near_names("Qwen3-VL", names, 3),
              ElementsAre("Qwen/Qwen3-VL-2B-Instruct", "Qwen/Qwen3-VL-4B-Instruct"));
  EXPECT_THAT(near_names("GLM-4.6V-Flash-bf16", names, 3), ElementsAre("zai-org/GLM-4.6V-Flash"));
  EXPECT_TRUE(near_names("llama", names, 3).empty());
  EXPECT_TRUE(near_names("", names, 3).empty());
  EXPECT_TRUE(near_names(std::string(100'000, 'q'), names, 3).empty());
}

}  // namespace
}  // namespace fovea
