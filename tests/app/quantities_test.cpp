#include "app/cli/quantities.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace fovea::cli {
namespace {

TEST(Quantities, Seconds) {
  EXPECT_EQ(seconds_text(0.00084), "840 us");
  EXPECT_EQ(seconds_text(0.043), "43 ms");
  EXPECT_EQ(seconds_text(0.9996), "1.00 s");
  EXPECT_EQ(seconds_text(1.239), "1.24 s");
  EXPECT_EQ(seconds_text(12.34), "12.3 s");
  EXPECT_EQ(seconds_text(182.4), "182 s");
  EXPECT_EQ(seconds_text(std::numeric_limits<double>::quiet_NaN()), "? s");
}

TEST(Quantities, Bytes) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(912), "912 B");
  EXPECT_EQ(bytes_text(25'200'000), "25.2 MB");
  EXPECT_EQ(bytes_text(999'999), "1.00 MB");
  EXPECT_EQ(bytes_text(4'432'000'000), "4.43 GB");
}

TEST(Quantities, Parameters) {
  EXPECT_EQ(parameters_text(12'600'000), "12.6 M");
  EXPECT_EQ(parameters_text(2'127'532'032), "2.13 B");
}

TEST(Quantities, Counts) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(-123456), "-123,456");
  EXPECT_EQ(count_text(1234567), "1,234,567");
  EXPECT_EQ(counted(1, "token"), "1 token");
  EXPECT_EQ(counted(0, "token"), "0 tokens");
  EXPECT_EQ(counted(2, "patch", "patches"), "2 patches");
}

}  // namespace
}  // namespace fovea::cli
