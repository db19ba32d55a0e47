#pragma once

#include "tests/app/test_host.h"

#include <gtest/gtest.h>

namespace fovea::test {

/// `fovea ask` where two pictures lie, and an engine that says "The sign says STOP."
class AskTest : public ::testing::Test {
 protected:
  AskTest() {
    TemporaryFolder::write("a.png", kPngHead);
    TemporaryFolder::write("b.png", kPngHead);
    fovea_.script.steps = {says("The sign "), says("says STOP."), finishes(2)};
  }

  VisionInput seen() const {
    VisionInput input;
    input.name = "a.png";
    input.source_width = 1280;
    input.source_height = 960;
    input.resized_width = 1024;
    input.resized_height = 768;
    input.grid_h = 48;
    input.grid_w = 64;
    input.tokens = 768;
    return input;
  }

  Program fovea_;
};

}  // namespace fovea::test
