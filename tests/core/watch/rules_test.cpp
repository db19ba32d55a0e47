#include "core/watch/rules.h"

#include <limits>

#include <gtest/gtest.h>

namespace fovea::watch {
namespace {

MonitorRecord vram(double time, double percent) {
  MonitorRecord record;
  record.time = time;
  record.values.fill(std::numeric_limits<double>::quiet_NaN());
  record[Gauge::kVram] = percent;
  return record;
}

TEST(Rule, IsReadAndWritten) {
  for (const char* text : {"vram>90 for 5m", "p99>2.5", "refused>0", "cpu>99.5 for 2h", "queue>8 for 45s"}) {
    const auto rule = parse_rule(text);
    ASSERT_TRUE(rule) << text;
    EXPECT_EQ(rule->text(), text);
  }
  EXPECT_EQ(parse_rule("  vram > 90  for 300s ")->text(), "vram>90 for 5m");
  for (const char* text : {"", "vram", "vram<90", "rain>3", "vram>", "vram>x", "vram>90 for", "vram>90 for 5",
                           "vram>90 for 5d", "vram>-1", "vram>nan", "vram>90 for 25h", "vram>90for 5m"}) {
    const auto rule = parse_rule(text);
    ASSERT_FALSE(rule) << text;
    EXPECT_NE(rule.error().remedy.find("vram"), std::string::npos);
  }
}

TEST(RuleWatch, AlertsOnceAfterItsTimeAndOnceAtItsEnd) {
  RuleWatch watch({*parse_rule("vram>90 for 5m")});
  for (double time = 0.0; time < 300.0; time += 10.0)
    EXPECT_TRUE(watch.look(vram(time, 95.0)).empty()) << time;
  const auto begun = watch.look(vram(300.0, 93.125));
  ASSERT_EQ(begun.size(), 1U);
  EXPECT_FALSE(begun[0].ended);
  EXPECT_EQ(begun[0].text(), "vram is 93.12 %, above 90 for 5m");
  EXPECT_TRUE(watch.look(vram(310.0, 95.0)).empty());
  EXPECT_EQ(watch.standing().size(), 1U);
  const auto ended = watch.look(vram(320.0, 90.0));
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_TRUE(ended[0].ended);
  EXPECT_TRUE(watch.standing().empty());
}

TEST(RuleWatch, OneMomentBelowBeginsTheTimeAnew) {
  RuleWatch watch({*parse_rule("vram>90 for 1m")});
  EXPECT_TRUE(watch.look(vram(0.0, 95.0)).empty());
  EXPECT_TRUE(watch.look(vram(50.0, 80.0)).empty());
  EXPECT_TRUE(watch.look(vram(60.0, 95.0)).empty());
  EXPECT_TRUE(watch.look(vram(110.0, 95.0)).empty());
  EXPECT_EQ(watch.look(vram(120.0, 95.0)).size(), 1U);
}

TEST(RuleWatch, WhileNobodyLookedNoTimePasses) {
  RuleWatch watch({*parse_rule("vram>90 for 5m")}, 60.0);
  EXPECT_TRUE(watch.look(vram(0.0, 95.0)).empty());
  EXPECT_TRUE(watch.look(vram(1000.0, 95.0)).empty()) << "a night's sleep";
  EXPECT_TRUE(watch.look(vram(500.0, 95.0)).empty()) << "a clock set back";
  for (double time = 550.0; time < 800.0; time += 50.0) EXPECT_TRUE(watch.look(vram(time, 95.0)).empty());
  EXPECT_EQ(watch.look(vram(800.0, 95.0)).size(), 1U);
}

TEST(RuleWatch, WhatIsNotKnownIsNotAbove) {
  RuleWatch watch({*parse_rule("vram>90"), *parse_rule("refused>0")});
  MonitorRecord record = vram(0.0, std::numeric_limits<double>::quiet_NaN());
  EXPECT_TRUE(watch.look(record).empty());
  record[Gauge::kRefused] = 2.0;
  const auto alerts = watch.look(record);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].text(), "refused is 2 requests, above 0");
}

TEST(StandardRules, AreFullMemoryAndRefusals) {
  const auto rules = standard_rules();
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].text(), "vram>90 for 5m");
  EXPECT_EQ(rules[1].text(), "refused>0");
}

}  // namespace
}  // namespace fovea::watch
