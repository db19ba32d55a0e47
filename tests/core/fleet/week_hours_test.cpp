#include "core/fleet/week_hours.h"

#include <string>

#include <gtest/gtest.h>

namespace fovea {
namespace {

constexpr int kSunday = 0;
constexpr int kMonday = 1;
constexpr int kFriday = 5;
constexpr int kSaturday = 6;

bool in(const std::string& hours, int weekday, int hour, int minute = 0) {
  const Result<WeekHours> parsed = WeekHours::parse(hours);
  EXPECT_TRUE(parsed) << hours;
  std::tm local{};
  local.tm_wday = weekday;
  local.tm_hour = hour;
  local.tm_min = minute;
  return parsed && parsed->contains(local);
}

TEST(WeekHoursTest, OfficeHours) {
  const std::string hours = "mon-fri 08:00-18:00, sat 9:00-12:30";
  EXPECT_FALSE(in(hours, kMonday, 7, 59));
  EXPECT_TRUE(in(hours, kMonday, 8));
  EXPECT_TRUE(in(hours, kFriday, 17, 59));
  EXPECT_FALSE(in(hours, kFriday, 18));
  EXPECT_TRUE(in(hours, kSaturday, 12, 29));
  EXPECT_FALSE(in(hours, kSaturday, 12, 30));
  EXPECT_FALSE(in(hours, kSunday, 10));
}

TEST(WeekHoursTest, OverMidnightAndOverTheWeeksEnd) {
  EXPECT_TRUE(in("fri 22:00-2:00", kFriday, 23));
  EXPECT_TRUE(in("fri 22:00-2:00", kSaturday, 1, 59));
  EXPECT_FALSE(in("fri 22:00-2:00", kFriday, 1));
  EXPECT_TRUE(in("sun 22:00-2:00", kMonday, 1));
  EXPECT_FALSE(in("sun 22:00-2:00", kMonday, 2));
  EXPECT_TRUE(in("sat-mon 10:00-11:00", kSunday, 10));
  EXPECT_FALSE(in("sat-mon 10:00-11:00", kFriday, 10));
  EXPECT_TRUE(in("Daily 0:00-24:00", kSunday, 23, 59));
}

TEST(WeekHoursTest, WhatMakesNoSenseIsQuoted) {
  for (const char* text : {"", "mon", "mon 8-18", "mon 8:00", "mon 8:00-25:00", "mon 8:60-9:00",
                           "mon 8:00-8:00", "noday 8:00-9:00", "mon-fri 8:00-18:00,", "mon 24:00-3:00",
                           "mon +8:00-9:00", "mon 8:00-9:00-10:00", "mon- 8:00-9:00x"}) {
    const Result<WeekHours> parsed = WeekHours::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_NE(WeekHours::parse("mon-fri 8:00-18:00, xyz 9:00-10:00").error().message.find("xyz 9:00-10:00"),
            std::string::npos);
}

}  // namespace
}  // namespace fovea
