#include "core/api/answer_regions.h"

#include "core/api/json_string.h"

#include <string>

#include <gtest/gtest.h>

namespace fovea {
namespace {

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(AnswerRegions, FindsQwensBoxesAndPoints) {
  const std::string text =
      "Here:\n[{\"bbox_2d\": [100, 200, 300, 400], \"label\": \"the \\\"total\\\" \\u4e2d\"},\n"
      "\t{\"label\": \"door\", \"bbox_2d\" :\n[0,0,1000,1000]}, {\"point_2d\": [500, 250.5]}]";
  const AnswerRegions found = find_answer_regions(text);
  ASSERT_EQ(found.regions.size(), 3U);
  EXPECT_EQ(found.left_out, 0U);
  EXPECT_EQ(found.regions[0].label, "the \"total\" 中");
  EXPECT_DOUBLE_EQ(found.regions[0].left, 0.1);
  EXPECT_DOUBLE_EQ(found.regions[0].top, 0.2);
  EXPECT_DOUBLE_EQ(found.regions[0].right, 0.3);
  EXPECT_DOUBLE_EQ(found.regions[0].bottom, 0.4);
  EXPECT_EQ(text[found.regions[0].text_begin], '{');
  EXPECT_EQ(text[found.regions[0].text_end - 1], '}');
  EXPECT_EQ(found.regions[1].label, "door");
  EXPECT_FALSE(found.regions[1].point);
  EXPECT_TRUE(found.regions[2].point);
  EXPECT_DOUBLE_EQ(found.regions[2].top, 0.2505);
  EXPECT_EQ(found.regions[2].label, "");
}

TEST(AnswerRegions, FindsGlmsBoxes) {
  const AnswerRegions found = find_answer_regions(
      "Two of them\n- The cat: <|begin_of_box|>[[10, 20, 30, 40], [50,60,70,80]]<|end_of_box|>\n"
      "<|begin_of_box|>[1,2,3,4]<|end_of_box|> and no more");
  ASSERT_EQ(found.regions.size(), 3U);
  EXPECT_EQ(found.regions[0].label, "The cat");
  EXPECT_EQ(found.regions[1].label, "The cat");
  EXPECT_DOUBLE_EQ(found.regions[1].left, 0.05);
  EXPECT_EQ(found.regions[2].label, "");
  // JSON between the marks is found once, by its keys.
  EXPECT_EQ(find_answer_regions("<|begin_of_box|>{\"bbox_2d\": [1, 2, 3, 4]}<|end_of_box|>").regions.size(),
            1U);
}

TEST(AnswerRegions, CountsWhatIsWrittenAsARegionAndIsNone) {
  for (const char* text :
       {"{\"bbox_2d\": [1, 2, 3]}", "{\"bbox_2d\": [1, 2, 3, 4, 5]}", "{\"bbox_2d\": [5, 5, 5, 9]}",
        "{\"bbox_2d\": [1, 2, 1e9, 4]}", "{\"bbox_2d\": [nan, 2, 3, 4]}", "{\"bbox_2d\": [-1, 2, 3, 4]}",
        "{\"bbox_2d\": [1, 2, 3, four]}", "{\"bbox_2d\": [", "{\"bbox_2d\": \"1, 2, 3, 4\"}",
        "<|begin_of_box|>[[9, 2, 3, 4]]<|end_of_box|>"}) {
    const AnswerRegions found = find_answer_regions(text);
    EXPECT_TRUE(found.regions.empty()) << text;
    EXPECT_EQ(found.left_out, 1U) << text;
  }
  for (const char* text : {"The total is [1, 2, 3, 4].", "<|begin_of_box|>42<|end_of_box|>", "",
                           "{\"label\": \"bbox_2d\"}", "<|begin_of_box|>[1, 2, 3, 4]"}) {
    const AnswerRegions found = find_answer_regions(text);
    EXPECT_TRUE(found.regions.empty()) << text;
    EXPECT_EQ(found.left_out, 0U) << text;
  }
}

TEST(AnswerRegions, StaysLinearInHostileText) {
  EXPECT_TRUE(
      find_answer_regions(repeated("{", 200'000) + repeated("\"bbox_2d\": [", 20'000)).regions.empty());
  EXPECT_TRUE(find_answer_regions(repeated("<|begin_of_box|>[", 20'000)).regions.empty());
  EXPECT_EQ(find_answer_regions(repeated("\"bbox\":[1,2,3,4]", 20'000)).regions.size(), 20'000U);
  EXPECT_EQ(find_answer_regions(repeated("<|begin_of_box|>[1,2,3,4]<|end_of_box|>", 20'000)).regions.size(),
            20'000U);
}

TEST(JsonString, ResolvesEscapesAndRefusesWhatIsNone) {
  const auto text = [](const char* json) {
    const std::optional<JsonString> read = json_string(json);
    return read ? read->text : std::string("none");
  };
  EXPECT_EQ(text(R"("a\"\\\/\n\t")"), "a\"\\/\n\t");
  EXPECT_EQ(text(R"("\u00e9\u4E2d\ud83d\ude00")"), "é中😀");
  EXPECT_EQ(json_string(R"("ab", 3)")->size, 4U);
  for (const char* wrong : {"", "ab", "\"ab", R"("\x")", R"("\u12")", R"("\ud83d")", R"("\ud83dA")",
                            R"("\ud83d\u0041")", R"("\ude00")", R"("\)"}) {
    EXPECT_EQ(text(wrong), "none") << wrong;
  }
}

}  // namespace
}  // namespace fovea
