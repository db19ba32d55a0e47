#include "core/model/text_rope.h"

#include <cmath>

#include <gtest/gtest.h>

namespace fovea {
namespace {

ModelConfig config_of(ModelFamily family, std::int64_t rotary, std::vector<std::int64_t> section) {
  ModelConfig config;
  config.family = family;
  config.text.rotary_dim = rotary;
  config.text.rope_theta = 10000.0;
  config.text.mrope_section = std::move(section);
  return config;
}

/// Which axis each frequency follows, read off the tables of three axes at different positions.
std::vector<int> axes_of(const ModelConfig& config) {
  const TextRope rope(config, at::kFloat);
  const RopeTables tables = rope.tables({{TextRope::Position{1, 2, 3}}});
  std::vector<int> axes;
  for (std::int64_t i = 0; i < tables.sin.size(1); ++i) {
    const double inverse = std::pow(
        config.text.rope_theta, -2.0 * static_cast<double>(i) / static_cast<double>(config.text.rotary_dim));
    int best = -1;
    for (int axis = 0; axis < 3; ++axis) {
      if (std::abs(tables.sin[0][i].item<double>() - std::sin((axis + 1) * inverse)) < 1e-6) best = axis;
    }
    axes.push_back(best);
  }
  return axes;
}

TEST(TextRope, QwenInterleavesItsAxes) {
  const auto axes = axes_of(config_of(ModelFamily::kQwen3Vl, 24, {4, 4, 4}));
  EXPECT_EQ(axes, (std::vector<int>{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}));
  const auto uneven = axes_of(config_of(ModelFamily::kQwen3Vl, 24, {6, 3, 3}));
  EXPECT_EQ(uneven, (std::vector<int>{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 0, 0}));
}

TEST(TextRope, GlmLaysItsAxesInSections) {
  const auto axes = axes_of(config_of(ModelFamily::kGlm4v, 20, {2, 3, 5}));
  EXPECT_EQ(axes, (std::vector<int>{0, 0, 1, 1, 1, 2, 2, 2, 2, 2}));
}

TEST(TextRope, ARowDependsOnItsOwnPositionOnly) {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    const TextRope rope(config_of(ModelFamily::kQwen3Vl, 20, {4, 3, 3}), type);
    std::vector<TextRope::Position> positions;
    for (std::int64_t i = 0; i < 100; ++i) positions.push_back({i * 999, i, 7 * i});
    const RopeTables all = rope.tables(positions);
    EXPECT_EQ(all.cos.scalar_type(), type);
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const RopeTables one = rope.tables({&positions[i], 1});
      EXPECT_TRUE(one.cos.equal(all.cos.narrow(0, static_cast<std::int64_t>(i), 1)));
      EXPECT_TRUE(one.sin.equal(all.sin.narrow(0, static_cast<std::int64_t>(i), 1)));
    }
  }
}

}  // namespace
}  // namespace fovea
