#include "core/input/text/normalizer.h"

#include <ctime>

#include <gtest/gtest.h>

namespace fovea::text {
namespace {

TEST(Normalizer, ComposesAndOrders) {
  EXPECT_EQ(to_nfc("e\u0301"), "\u00e9");
  EXPECT_EQ(to_nfc("\u212b"), "\u00c5");
  EXPECT_EQ(to_nfc("q\u0307\u0323"), "q\u0323\u0307");  // marks below before marks above
  EXPECT_EQ(to_nfc("a\u0323\u0302\u0301"), "\u1ead\u0301");
  EXPECT_EQ(to_nfc("\u1112\u1161\u11ab"), "\ud55c");
  EXPECT_EQ(to_nfc("\u0958"), "\u0915\u093c");        // excluded from composition
  EXPECT_EQ(to_nfc("\ufb01\u00b2"), "\ufb01\u00b2");  // compatibility forms stay
  EXPECT_EQ(to_nfc("e\u0334\u0301"), "\u00e9\u0334");
  EXPECT_EQ(to_nfc(""), "");
  EXPECT_EQ(to_nfc(std::string_view("a\0e\u0301", 5)), std::string_view("a\0\u00e9", 4));
}

TEST(Normalizer, KeepsToTheReferencesUnicode) {
  // U+1ABF has a combining class since Unicode 13; to the reference it is a character like any other.
  EXPECT_EQ(to_nfc("a\u0301\u1abf\u0323"), "\u00e1\u1abf\u0323");
  EXPECT_EQ(to_nfc("\U00011935\U00011930"), "\U00011935\U00011930");
  // U+11A7 looks like the trailing consonants behind it, but is none.
  EXPECT_EQ(to_nfc("\uac00\u11a7"), "\uac00\u11a7");
  EXPECT_EQ(to_nfc("\uac00\u11a8"), "\uac01");
}

TEST(Normalizer, KnowsWhatNeedsNoLook) {
  EXPECT_TRUE(surely_nfc("plain, na\u00efve, \u4e2d\u6587, \ud55c\uad6d"));
  for (const char* text :
       {"e\u0301", "\u212b", "\u1112\u1161", "\uac00\u11a8", "\uf900", "\U0001d15e", "\u0958"}) {
    EXPECT_FALSE(surely_nfc(text)) << text;
    EXPECT_NE(to_nfc(text), text);
  }
}

TEST(Normalizer, OrdersAMillionMarksInTime) {
  std::string marks = "a";
  for (int k = 0; k < 500000; ++k) marks += k % 2 == 0 ? "\u0316" : "\u0334";
  const std::clock_t begin = std::clock();
  const std::string ordered = to_nfc(marks);
  EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 10);
  EXPECT_EQ(ordered.substr(1, 4), "\u0334\u0334");
  EXPECT_EQ(ordered.substr(ordered.size() - 4), "\u0316\u0316");
  EXPECT_EQ(ordered.size(), marks.size());
}

}  // namespace
}  // namespace fovea::text
