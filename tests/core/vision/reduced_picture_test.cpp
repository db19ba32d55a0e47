// Pictures that are made smaller for the way to a server: what comes of it is read back.
#include "core/input/vision/reduced_picture.h"

#include "core/input/vision/image_loader.h"
#include "tests/core/vision/test_files.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using Buffer = std::vector<std::uint8_t>;

/// Left half red, right half blue, with a fine pattern over both.
std::shared_ptr<const RgbImage> two_halves(int width, int height) {
  RgbImage image{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto level = static_cast<std::uint8_t>(200 + (x * 7 + y * 13) % 40);
      const bool left = 2 * x < width;
      image.pixels.insert(image.pixels.end(),
                          {left ? level : std::uint8_t{0}, 0, left ? std::uint8_t{0} : level});
    }
  }
  return std::make_shared<const RgbImage>(std::move(image));
}

ImageInput file_named(const std::string& name) {
  return {name, std::make_shared<const Buffer>(test::read_bytes("tests/data/images/" + name)), nullptr};
}

RgbImage read_back(const ReducedPicture& picture) {
  EXPECT_TRUE(picture.image.encoded);
  const auto decoded = decode_image(*picture.image.encoded, "read back");
  EXPECT_TRUE(decoded) << decoded.error().text();
  return decoded ? *decoded->image : RgbImage{};
}

TEST(ReducedPicture, KeepsItsFormAndColours) {
  const ImageInput source{"halves", nullptr, two_halves(900, 300)};
  const auto made = reduced_picture(source, {300, 85});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_TRUE(made->reduced);
  EXPECT_EQ(made->image.name, "halves");
  const RgbImage image = read_back(*made);
  EXPECT_EQ(std::pair(image.width, image.height), std::pair(300, 100));
  const auto at = [&](int x, int y, int channel) {
    const auto pixel =
        static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x);
    return int{image.pixels[pixel * 3 + static_cast<std::size_t>(channel)]};
  };
  for (const int y : {5, 50, 95}) {
    EXPECT_NEAR(at(70, y, 0), 220, 25) << "red on the left";
    EXPECT_NEAR(at(70, y, 2), 0, 25);
    EXPECT_NEAR(at(230, y, 2), 220, 25) << "blue on the right";
    EXPECT_NEAR(at(230, y, 0), 0, 25);
  }
}

TEST(ReducedPicture, IsNeverEnlargedAndAVeryThinOneStaysAPicture) {
  const auto small = reduced_picture({"small", nullptr, two_halves(60, 40)}, {64, 85});
  ASSERT_TRUE(small);
  const RgbImage image = read_back(*small);
  EXPECT_EQ(std::pair(image.width, image.height), std::pair(60, 40));
  const auto thin = reduced_picture({"thin", nullptr, two_halves(4000, 2)}, {64, 85});
  ASSERT_TRUE(thin);
  const RgbImage line = read_back(*thin);
  EXPECT_EQ(std::pair(line.width, line.height), std::pair(64, 1));
}

TEST(ReducedPicture, ALowerQualityTakesFewerBytes) {
  const ImageInput source{"halves", nullptr, two_halves(500, 500)};
  std::size_t before = source.decoded->pixels.size();
  for (const int quality : {100, 85, 50, 10}) {
    const auto made = reduced_picture(source, {500, quality});
    ASSERT_TRUE(made);
    EXPECT_LT(made->image.encoded->size(), before) << quality;
    before = made->image.encoded->size();
  }
}

TEST(ReducedPicture, IsTurnedAsItsOrientationSays) {
  const ImageInput turned = file_named("jpeg_exif6.jpg");
  const auto decoded = decode_image(*turned.encoded, "turned");
  ASSERT_TRUE(decoded);
  // At the lowest quality, so that there is something to gain in so small a picture.
  const auto made = reduced_picture(turned, {64, 10});
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_TRUE(made->reduced);
  const RgbImage image = read_back(*made);
  EXPECT_EQ(image.width > image.height, decoded->image->width > decoded->image->height);
  EXPECT_EQ(std::max(image.width, image.height),
            std::min(64, std::max(decoded->image->width, decoded->image->height)));
}

TEST(ReducedPicture, StaysAsItIsWhereNothingWouldBeGained) {
  const ImageInput tiny = file_named("png_1x1_interlaced.png");
  const auto made = reduced_picture(tiny, {64, 85});
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->reduced);
  EXPECT_EQ(made->image.encoded, tiny.encoded);
}

TEST(ReducedPicture, WhatIsNoPictureIsAnError) {
  const auto made = reduced_picture(file_named("empty.png"), {64, 85});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kInvalidImage);
  EXPECT_THAT(made.error().message, testing::HasSubstr("empty.png"));
  const auto longest = reduced_picture({"longest", nullptr, two_halves(70'000, 1)}, {8192, 85});
  ASSERT_TRUE(longest) << "it is shrunk before it becomes a JPEG";
}

}  // namespace
}  // namespace fovea
