#include "core/engine/ttft_calibration.h"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

/// Of pictures alone: one token, read at once.
std::optional<double> looking(const TtftCalibration& calibration, VisionWork work) {
  return calibration.forecast(1, std::vector{work}, 256);
}

TEST(TtftCalibration, KnowsNothingAtFirst) {
  TtftCalibration calibration;
  calibration.step(1, 0.1);
  EXPECT_FALSE(calibration.forecast(100, {}, 256)) << "no prompt was read";
  calibration.step(100, 1.0);
  EXPECT_TRUE(calibration.forecast(100, {}, 256));
  EXPECT_FALSE(looking(calibration, {10, 5.0})) << "no picture was looked at";
}

TEST(TtftCalibration, ForecastsALineOverRowsAndWork) {
  TtftCalibration calibration;
  calibration.step(1, 0.1);
  calibration.step(256, 0.1 + 255 * 0.002);
  calibration.vision({5, 50.0}, 0.5);
  EXPECT_NEAR(*calibration.forecast(256, {}, 256), 0.61, 1e-9);
  EXPECT_NEAR(*calibration.forecast(300, {}, 256), 2 * 0.1 + 298 * 0.002, 1e-9) << "two steps";
  const std::vector<VisionWork> two = {{10, 100.0}, {10, 100.0}};
  EXPECT_NEAR(*calibration.forecast(256, two, 256), 0.61 + 2.0, 1e-9);
}

TEST(TtftCalibration, OneSlowStepCountsForLittle) {
  TtftCalibration calibration;
  for (int i = 0; i < 15; ++i) calibration.step(101, 1.0);
  calibration.step(101, 60.0);
  EXPECT_NEAR(*calibration.forecast(101, {}, 256), 1.0, 0.02);
}

TEST(TtftCalibration, FollowsAMachineThatChanged) {
  TtftCalibration calibration;
  for (int i = 0; i < 20; ++i) calibration.step(101, 1.0);
  for (int i = 0; i < 20; ++i) calibration.step(101, 3.0);
  EXPECT_NEAR(*calibration.forecast(101, {}, 256), 3.0, 0.05);
}

TEST(TtftCalibration, WorkThatWasUndoneTeachesNothing) {
  TtftCalibration calibration;
  calibration.step(100, 1.0);
  calibration.vision({0, 0.0}, 1.0);
  EXPECT_FALSE(looking(calibration, {10, 5.0}));
}

/// A tower of ten blocks on a machine that takes a second for each and one for ten multiplications.
double actual(double multiplications) {
  return 10.0 + multiplications / 10.0;
}

TEST(TtftCalibration, APictureOfAnotherSizeLiesOnTheLineThroughThoseThatWereSeen) {
  TtftCalibration calibration;
  calibration.step(100, 0.0);
  const VisionWork small{10, 50.0};
  const VisionWork large{10, 400.0};
  calibration.vision(small, actual(50.0));
  EXPECT_NEAR(*looking(calibration, {10, 1000.0}), 20 * actual(50.0), 1e-9) << "nothing else is known";
  calibration.vision(large, actual(400.0));
  for (const double work : {50.0, 200.0, 400.0, 800.0}) {
    EXPECT_NEAR(*looking(calibration, {10, work}), actual(work), 1e-6) << work;
  }
}

TEST(TtftCalibration, PiecesOfAPictureTeachWhatTheWholeTakes) {
  TtftCalibration calibration;
  calibration.step(100, 0.0);
  calibration.vision({10, 50.0}, actual(50.0));
  for (int i = 0; i < 5; ++i) calibration.vision({2, 80.0}, actual(400.0) / 5);
  EXPECT_NEAR(*looking(calibration, {10, 400.0}), actual(400.0), 1e-6);
  EXPECT_NEAR(*looking(calibration, {10, 50.0}), actual(50.0), 1e-6)
      << "large ones don't drive small ones out";
}

TEST(TtftCalibration, BeyondWhatWasSeenChanceDoesNotLeadFarAway) {
  TtftCalibration calibration;
  calibration.step(100, 0.0);
  calibration.vision({10, 50.0}, 60.0);  // something held it up
  calibration.vision({10, 400.0}, actual(400.0));
  EXPECT_NEAR(*looking(calibration, {10, 4000.0}), 5 * actual(400.0), 1e-6);
  calibration.vision({10, 50.0}, 0.0);
  calibration.vision({10, 50.0}, 0.0);
  EXPECT_NEAR(*looking(calibration, {10, 4000.0}), 10 * actual(400.0), 1e-6);
}

}  // namespace
}  // namespace fovea
