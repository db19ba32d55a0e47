// What is refused before anything is decoded, and in which words.

#include "core/input/vision/image_header.h"

#include "tests/core/vision/test_files.h"

#include <cstdlib>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace fovea {
namespace {

using testing::HasSubstr;
using Buffer = std::vector<std::uint8_t>;

void put(Buffer& out, const std::string& text) {
  out.insert(out.end(), text.begin(), text.end());
}

void put_number(Buffer& out, std::uint64_t value, int bytes, bool big_endian) {
  for (int i = 0; i < bytes; ++i) {
    out.push_back(static_cast<std::uint8_t>(value >> 8 * (big_endian ? bytes - 1 - i : i)));
  }
}

void put_chunk(Buffer& png, const std::string& kind, const Buffer& body) {
  put_number(png, body.size(), 4, true);
  const std::size_t start = png.size();
  put(png, kind);
  png.insert(png.end(), body.begin(), body.end());
  put_number(png, crc32(0, png.data() + start, static_cast<uInt>(png.size() - start)), 4, true);
}

/// A PNG of this size with hardly any pixel data; `more` goes before it.
Buffer png_claiming(std::uint32_t width, std::uint32_t height, const std::string& kind = "",
                    const Buffer& more = {}) {
  Buffer png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  Buffer header;
  put_number(header, width, 4, true);
  put_number(header, height, 4, true);
  header.insert(header.end(), {8, 2, 0, 0, 0});
  put_chunk(png, "IHDR", header);
  if (!kind.empty()) put_chunk(png, kind, more);
  put_chunk(png, "IDAT", {0x78, 0x9C, 0, 0});
  put_chunk(png, "IEND", {});
  return png;
}

Buffer jpeg_claiming(std::uint32_t width, std::uint32_t height) {
  Buffer jpeg{0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8};
  put_number(jpeg, height, 2, true);
  put_number(jpeg, width, 2, true);
  jpeg.insert(jpeg.end(), {3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xFF, 0xDA, 0, 2});
  return jpeg;
}

Buffer bmp_claiming(std::uint32_t width, std::uint32_t height) {
  Buffer bmp{'B', 'M'};
  for (const std::uint64_t value : {60U, 0U, 54U, 40U, width, height}) put_number(bmp, value, 4, false);
  put_number(bmp, 1, 2, false);
  put_number(bmp, 24, 2, false);
  bmp.resize(60);
  return bmp;
}

Buffer tiff_claiming(std::uint32_t width, std::uint32_t height, bool big_endian) {
  Buffer tiff;
  put(tiff, big_endian ? "MM" : "II");
  put_number(tiff, 42, 2, big_endian);
  put_number(tiff, 8, 4, big_endian);
  put_number(tiff, 2, 2, big_endian);
  for (const auto& [tag, value] : {std::pair(256U, width), std::pair(257U, height)}) {
    put_number(tiff, tag, 2, big_endian);
    put_number(tiff, 4, 2, big_endian);
    put_number(tiff, 1, 4, big_endian);
    put_number(tiff, value, 4, big_endian);
  }
  put_number(tiff, 0, 4, big_endian);
  return tiff;
}

Buffer webp_claiming(std::uint32_t width, std::uint32_t height) {
  Buffer webp;
  put(webp, "RIFF");
  put_number(webp, 22, 4, false);
  put(webp, "WEBPVP8X");
  put_number(webp, 10, 4, false);
  put_number(webp, 0, 4, false);
  put_number(webp, width - 1, 3, false);
  put_number(webp, height - 1, 3, false);
  return webp;
}

Buffer packed_zeros(std::size_t bytes) {
  const Buffer zeros(bytes);
  Buffer packed(compressBound(bytes));
  uLongf size = packed.size();
  compress2(packed.data(), &size, zeros.data(), bytes, 9);
  packed.resize(size);
  return packed;
}

Error refusal(std::span<const std::uint8_t> file, const std::string& name = "holiday.png") {
  const auto header = read_image_header(file, name);
  EXPECT_FALSE(header);
  return header ? Error{} : header.error();
}

TEST(ImageHeader, FormatFollowsTheFirstBytesNotTheName) {
  const auto header =
      read_image_header(test::read_bytes("tests/data/images/jpeg_named_png.png"), "jpeg_named_png.png");
  ASSERT_TRUE(header) << test::said(header);
  EXPECT_EQ(ImageFormat::kJpeg, header->format);
  EXPECT_EQ(45, header->width);
  EXPECT_EQ(37, header->height);
}

TEST(ImageHeader, SaysWhatIsAnimatedOrHasPages) {
  for (const std::string file : {"png_apng.png", "webp_animated.webp"}) {
    const auto header = read_image_header(test::read_bytes("tests/data/images/" + file), file);
    ASSERT_TRUE(header) << test::said(header);
    EXPECT_TRUE(header->animated) << file;
  }
  const auto pages = read_image_header(test::read_bytes("tests/data/images/tiff_pages.tif"), "");
  ASSERT_TRUE(pages);
  EXPECT_TRUE(pages->several_pages);
  const auto still = read_image_header(test::read_bytes("tests/data/images/webp_lossless.webp"), "");
  ASSERT_TRUE(still);
  EXPECT_FALSE(still->animated);
}

TEST(ImageHeader, RefusesWhatIsNoPicture) {
  EXPECT_EQ("Can't read holiday.png: the file is empty.", refusal({}).message);
  EXPECT_EQ(ErrorCode::kInvalidImage, refusal({}).code);
  const Buffer text(500, 'a');
  EXPECT_THAT(refusal(text).message, HasSubstr("no PNG, JPEG, WebP, BMP or TIFF"));
  EXPECT_EQ(ErrorCode::kInvalidImage, refusal(text).code);
}

TEST(ImageHeader, RefusesGifWithARemedy) {
  const Error error = refusal(test::read_bytes("tests/data/images/gif.gif"), "cat.png");
  EXPECT_EQ("Can't read cat.png: GIF is not supported.", error.message);
  EXPECT_EQ("Save it as PNG.", error.remedy);
  EXPECT_EQ(ErrorCode::kInvalidImage, error.code);
}

TEST(ImageHeader, RefusesHugePicturesOfEveryFormat) {
  const std::vector<Buffer> huge = {
      png_claiming(100000, 100000),        png_claiming(0x7FFFFFFF, 0x7FFFFFFF),
      bmp_claiming(100000, 100000),        tiff_claiming(100000, 100000, false),
      tiff_claiming(100000, 100000, true), tiff_claiming(UINT32_MAX, UINT32_MAX, true),
      jpeg_claiming(65535, 65535),         webp_claiming(16383, 16383),
      png_claiming(20000, 10001)};
  for (const Buffer& file : huge) {
    const Error error = refusal(file);
    EXPECT_EQ(ErrorCode::kTooLarge, error.code) << error.text();
    EXPECT_THAT(error.message, HasSubstr("200 megapixels"));
  }
}

TEST(ImageHeader, TakesPicturesUpToTheLimit) {
  for (const Buffer& file :
       {png_claiming(20000, 10000), jpeg_claiming(20000, 10000), bmp_claiming(20000, 10000),
        tiff_claiming(20000, 10000, true), webp_claiming(16384, 12000)}) {
    const auto header = read_image_header(file, "");
    EXPECT_TRUE(header) << test::said(header);
  }
}

TEST(ImageHeader, RefusesSidesOfZero) {
  for (const Buffer& file : {png_claiming(0, 7), png_claiming(7, 0), jpeg_claiming(0, 7), jpeg_claiming(7, 0),
                             bmp_claiming(0, 7), bmp_claiming(7, 0), tiff_claiming(0, 7, false)}) {
    EXPECT_EQ("Can't read holiday.png: it has no pixels.", refusal(file).message);
  }
}

TEST(ImageHeader, RefusesHugeFiles) {
  constexpr std::size_t kSize = (256U << 20) + 1;
  const std::unique_ptr<std::uint8_t, void (*)(void*)> file(static_cast<std::uint8_t*>(std::calloc(kSize, 1)),
                                                            std::free);
  ASSERT_NE(nullptr, file);
  const Error error = refusal({file.get(), kSize});
  EXPECT_EQ(ErrorCode::kTooLarge, error.code);
  EXPECT_THAT(error.message, HasSubstr("256 MB"));
}

TEST(ImageHeader, RefusesBombsInPngTexts) {
  Buffer profile{'i', 0, 0};
  const Buffer packed = packed_zeros(64U << 20);
  profile.insert(profile.end(), packed.begin(), packed.end());
  Buffer text{'X', 'M', 'L', 0, 1, 0, 0, 0};
  text.insert(text.end(), packed.begin(), packed.end());
  for (const auto& [kind, body] :
       {std::pair<std::string, Buffer>("iCCP", profile), {"zTXt", profile}, {"iTXt", text}}) {
    const Error error = refusal(png_claiming(8, 8, kind, body));
    EXPECT_EQ(ErrorCode::kInvalidImage, error.code) << kind;
    EXPECT_THAT(error.message, HasSubstr("unpacks to over 1 MB")) << kind;
  }
  Buffer small{'i', 0, 0};
  const Buffer little = packed_zeros(1U << 19);
  small.insert(small.end(), little.begin(), little.end());
  EXPECT_TRUE(read_image_header(png_claiming(8, 8, "iCCP", small), ""));
}

TEST(ImageHeader, SaysThatAFileEndsEarly) {
  const auto ends_early = [](const Buffer& whole, std::size_t length) {
    return refusal(std::span(whole).first(length)).message == "Can't read holiday.png: the file ends early.";
  };
  EXPECT_TRUE(ends_early(png_claiming(8, 8), 20));
  EXPECT_TRUE(ends_early(jpeg_claiming(8, 8), 12));
  EXPECT_TRUE(ends_early(webp_claiming(8, 8), 20));
  EXPECT_TRUE(ends_early(bmp_claiming(8, 8), 30));
  EXPECT_TRUE(ends_early(tiff_claiming(8, 8, false), 7));
}

TEST(ImageHeader, AnEmptyNameStillReads) {
  EXPECT_EQ("Can't read the picture: the file is empty.", refusal({}, "").message);
}

}  // namespace
}  // namespace fovea
