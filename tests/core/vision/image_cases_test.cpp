// Every picture of tests/data/images against what Pillow makes of it; tests/oracle/make_image_cases.py writes
// both. FOVEA_IMAGE_CASES names another folder of the same kind.

#include "core/input/vision/image_loader.h"
#include "tests/core/vision/sha256.h"
#include "tests/core/vision/test_files.h"

#include <cstdlib>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using nlohmann::json;

// Pillow reads them, this program says that it does not.
const std::set<std::string> kRefusedHere = {"gif.gif", "tiff_lab.tif"};
// Pillow stumbles over them although they are sound.
const std::set<std::string> kReadHere = {"tiff_big_mm.tif"};

std::filesystem::path folder() {
  const char* named = std::getenv("FOVEA_IMAGE_CASES");
  return named != nullptr ? named : "tests/data/images";
}

TEST(ImageCases, EqualPillowToTheByte) {
  const json cases = test::read_json(folder() / "cases.json");
  EXPECT_GE(cases.size(), 60U);
  for (const auto& entry : cases) {
    const std::string file = entry["file"];
    SCOPED_TRACE(file);
    const auto decoded = decode_image(test::read_bytes(folder() / file), file);
    if (kReadHere.contains(file)) {
      EXPECT_TRUE(decoded) << test::said(decoded);
    } else if (entry.contains("error") || kRefusedHere.contains(file)) {
      if (decoded) {
        ADD_FAILURE() << "read, but " << entry.value("error", "not supported");
        continue;
      }
      EXPECT_THAT(decoded.error().code, testing::AnyOf(ErrorCode::kInvalidImage, ErrorCode::kUnsupported));
      EXPECT_THAT(decoded.error().message, testing::StartsWith("Can't read " + file + ": "));
    } else if (!decoded) {
      ADD_FAILURE() << decoded.error().text();
    } else {
      EXPECT_EQ(entry["width"], decoded->image->width);
      EXPECT_EQ(entry["height"], decoded->image->height);
      EXPECT_EQ(entry["sha256"], test::sha256(decoded->image->pixels.data(), decoded->image->pixels.size()));
    }
  }
}

}  // namespace
}  // namespace fovea
