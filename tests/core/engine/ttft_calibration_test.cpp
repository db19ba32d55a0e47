#include "core/engine/ttft_calibration.h"

#include <gtest/gtest.h>

namespace fovea {
namespace {

TEST(TtftCalibration, KnowsNothingAtFirst) {
  TtftCalibration calibration;
  calibration.step(1, 0.1);
  EXPECT_FALSE(calibration.forecast(100, 0.0, 256)) << "no prompt was read";
  calibration.step(100, 1.0);
  EXPECT_TRUE(calibration.forecast(100, 0.0, 256));
  EXPECT_FALSE(calibration.forecast(100, 5.0, 256)) << "no picture was looked at";
}

TEST(TtftCalibration, ForecastsALineOverRowsAndWork) {
  TtftCalibration calibration;
  calibration.step(1, 0.1);
  calibration.step(256, 0.1 + 255 * 0.002);
  calibration.vision(50.0, 0.5);
  EXPECT_NEAR(*calibration.forecast(256, 0.0, 256), 0.61, 1e-9);
  EXPECT_NEAR(*calibration.forecast(300, 0.0, 256), 2 * 0.1 + 298 * 0.002, 1e-9) << "two steps";
  EXPECT_NEAR(*calibration.forecast(256, 200.0, 256), 0.61 + 2.0, 1e-9);
}

TEST(TtftCalibration, OneSlowStepCountsForLittle) {
  TtftCalibration calibration;
  for (int i = 0; i < 15; ++i) calibration.step(101, 1.0);
  calibration.step(101, 60.0);
  EXPECT_NEAR(*calibration.forecast(101, 0.0, 256), 1.0, 0.02);
}

TEST(TtftCalibration, FollowsAMachineThatChanged) {
  TtftCalibration calibration;
  for (int i = 0; i < 20; ++i) calibration.step(101, 1.0);
  for (int i = 0; i < 20; ++i) calibration.step(101, 3.0);
  EXPECT_NEAR(*calibration.forecast(101, 0.0, 256), 3.0, 0.05);
}

TEST(TtftCalibration, WorkThatWasUndoneTeachesNothing) {
  TtftCalibration calibration;
  calibration.step(100, 1.0);
  calibration.vision(-3.0, 1.0);
  EXPECT_FALSE(calibration.forecast(100, 5.0, 256));
}

}  // namespace
}  // namespace fovea
