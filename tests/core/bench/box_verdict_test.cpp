#include "core/bench/box_verdict.h"

#include <string>

#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

std::string box(const std::string& numbers, const std::string& label = "cat") {
  return "{\"bbox_2d\": [" + numbers + "], \"label\": \"" + label + "\"}";
}

BoxVerdict judged(const std::string& wanted, const std::string& given) {
  return judge_boxes(boxes_in(wanted), boxes_in(given));
}

TEST(BoxVerdict, OverlapIsSharedAreaOverTheAreaOfEither) {
  const auto iou = [](const std::string& a, const std::string& b) {
    return intersection_over_union(boxes_in(box(a)).front(), boxes_in(box(b)).front());
  };
  EXPECT_NEAR(iou("0, 0, 200, 100", "100, 0, 300, 100"), 1.0 / 3.0, 1e-12);
  EXPECT_NEAR(iou("0, 0, 1000, 1000", "0, 0, 100, 100"), 0.01, 1e-12);
  EXPECT_NEAR(iou("10, 20, 30, 40", "10, 20, 30, 40"), 1.0, 1e-12);
  EXPECT_EQ(iou("0, 0, 100, 100", "100, 0, 200, 100"), 0.0) << "sides that touch";
  EXPECT_EQ(iou("0, 0, 100, 100", "200, 0, 300, 100"), 0.0) << "apart on one axis";
  EXPECT_EQ(iou("0, 0, 100, 100", "200, 200, 300, 300"), 0.0) << "apart on both axes";
}

TEST(BoxVerdict, HalfIsEnoughAndALittleLessIsNot) {
  for (const char* half : {"0, 0, 100, 50", "0, 0, 50, 100", "0, 50, 100, 100", "0, 0, 200, 100"})
    EXPECT_TRUE(judged(box("0, 0, 100, 100"), box(half)).right) << half;
  EXPECT_TRUE(judged(box("300, 300, 600, 900"), box("300, 300, 600, 600")).right);
  const BoxVerdict less = judged(box("0, 0, 1000, 1000"), box("0, 0, 1000, 499"));
  EXPECT_FALSE(less.right);
  EXPECT_NEAR(less.iou, 0.499, 1e-12);
}

TEST(BoxVerdict, AsManyBoxesAsWanted) {
  const std::string one = box("0, 0, 100, 100");
  const std::string two = box("500, 500, 600, 600");
  const BoxVerdict none = judged(one, "There is no cat.");
  EXPECT_FALSE(none.right);
  EXPECT_EQ(none.iou, 0.0);
  const BoxVerdict too_many = judged(one, one + two);
  EXPECT_FALSE(too_many.right);
  EXPECT_EQ(too_many.iou, 1.0);
  const BoxVerdict too_few = judged(one + two, two);
  EXPECT_FALSE(too_few.right);
  EXPECT_EQ(too_few.iou, 0.5);
  const BoxVerdict other_order = judged(one + two, two + one);
  EXPECT_TRUE(other_order.right);
  EXPECT_EQ(other_order.iou, 1.0);
  EXPECT_FALSE(judged(one, "{\"point_2d\": [50, 50], \"label\": \"cat\"}").right) << "a point is no box";
  EXPECT_TRUE(judged(one, one + "{\"point_2d\": [50, 50]}").right);
}

TEST(BoxVerdict, EachWantedBoxHasOneOfItsOwn) {
  // Both given boxes are the first wanted one; the second has none.
  const BoxVerdict twice =
      judged(box("0, 0, 100, 100") + box("500, 500, 600, 600"), box("0, 0, 100, 100") + box("0, 0, 100, 90"));
  EXPECT_FALSE(twice.right);
  EXPECT_EQ(twice.iou, 0.5);
  // The best pair by itself would leave the other two without each other: 100 with 110 (0.91), 80 with 200.
  const BoxVerdict crossed =
      judged(box("0, 0, 100, 100") + box("0, 0, 200, 100"), box("0, 0, 110, 100") + box("0, 0, 60, 100"));
  EXPECT_TRUE(crossed.right);
  EXPECT_NEAR(crossed.iou, (110.0 / 200.0 + 60.0 / 100.0) / 2.0, 1e-12);
}

TEST(BoxVerdict, PairsManyBoxes) {
  std::string wanted;
  std::string given;
  constexpr int kBoxes = 40;
  for (int i = 0; i < kBoxes; ++i) {
    const auto at = [](int place) {
      return box(std::to_string(20 * place) + ", 0, " + std::to_string(20 * place + 20) + ", 100");
    };
    wanted += at(i);
    given += at((7 * i + 3) % kBoxes);
  }
  EXPECT_TRUE(judged(wanted, given).right);
  EXPECT_NEAR(judged(wanted, given).iou, 1.0, 1e-12);
}

TEST(BoxVerdict, LabelsCountForNothing) {
  EXPECT_TRUE(judged(box("1, 2, 30, 40"), box("1, 2, 30, 40", "dog")).right);
  EXPECT_TRUE(judged(box("1, 2, 30, 40"), "```json\n[{\"bbox_2d\": [1, 2, 30, 40]}]\n```").right);
}

TEST(BoxVerdict, ReadsGlmsBoxes) {
  EXPECT_TRUE(judged(box("1, 2, 30, 40"), "The cat: <|begin_of_box|>[[1, 2, 30, 40]]<|end_of_box|>").right);
  EXPECT_TRUE(judged("<|begin_of_box|>[1, 2, 30, 40]<|end_of_box|>", box("1, 2, 30, 40")).right);
}

}  // namespace
}  // namespace fovea::bench
