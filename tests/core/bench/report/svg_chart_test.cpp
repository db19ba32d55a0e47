#include "core/bench/report/svg_chart.h"

#include "core/bench/report/svg_axis.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(SvgAxis, TicksAreRoundAndReachTheEnd) {
  EXPECT_THAT(round_ticks(4.0), ElementsAre(0.0, 1.0, 2.0, 3.0, 4.0));
  EXPECT_THAT(round_ticks(1234.0), ElementsAre(0.0, 500.0, 1000.0, 1500.0));
  EXPECT_THAT(round_ticks(0.0), ElementsAre(0.0, 1.0));
  EXPECT_THAT(round_ticks(std::numeric_limits<double>::infinity()), ElementsAre(0.0, 1.0));
  for (double end = 1e-6; end < 1e9; end *= 1.7) {
    const auto ticks = round_ticks(end);
    EXPECT_GE(ticks.back(), end * 0.999999);
    EXPECT_GE(ticks.size(), 3U) << end;
    EXPECT_LE(ticks.size(), 8U) << end;
  }
  EXPECT_EQ(tick_text(0.25, 0.05), "0.25");
  EXPECT_EQ(tick_text(1500.0, 500.0), "1500");
}

TEST(SvgChart, EscapesNamesAndLeavesOutWhatIsNoNumber) {
  LineChart chart;
  chart.title = "a < b";
  chart.series = {{"<x>", {{1.0, 2.0, 1.0, 3.0}, {2.0, std::numeric_limits<double>::quiet_NaN(), 0.0, 0.0}}}};
  const std::string svg = svg_of(chart);
  EXPECT_THAT(svg, HasSubstr("a &lt; b"));
  EXPECT_THAT(svg, HasSubstr("&lt;x&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("?")));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(SvgChart, BarsAreAsLongAsTheirParts) {
  const std::string svg = svg_of("t", "ms", {{"all", {{0, "one", 25.0}, {1, "two", 75.0}}}});
  // 680 pixels are 100 ms.
  EXPECT_THAT(svg, HasSubstr("x=\"10.0\" y=\"24.0\" width=\"170.0\""));
  EXPECT_THAT(svg, HasSubstr("x=\"180.0\" y=\"24.0\" width=\"510.0\""));
  EXPECT_THAT(svg, HasSubstr("all: 100 ms"));
}

TEST(SvgChart, NothingIsDrawnOfNothing) {
  EXPECT_THAT(svg_of(LineChart{}), HasSubstr("</svg>"));
  EXPECT_THAT(svg_of("t", "ms", std::vector<ChartRow>{}), HasSubstr("</svg>"));
}

}  // namespace
}  // namespace fovea::bench
