// Broken and hostile files through the whole decoder: an answer each time, no word on stderr, no memory for
// pixels that are not there.

#include "core/input/vision/image_loader.h"

#include "core/input/vision/image_header.h"
#include "tests/core/vision/test_files.h"

#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using std::filesystem::path;
using Buffer = std::vector<std::uint8_t>;

std::vector<path> pictures() {
  std::vector<path> result;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data/images")) {
    if (entry.path().extension() != ".json" && entry.path().extension() != ".mp4")
      result.push_back(entry.path());
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// Whatever the bytes are: a whole picture or a polite refusal.
void expect_an_answer(const Buffer& file, const std::string& name) {
  const auto decoded = decode_image(file, name);
  if (decoded) {
    const RgbImage& image = *decoded->image;
    EXPECT_GT(image.width, 0);
    EXPECT_EQ(image.pixels.size(),
              static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3);
  } else {
    EXPECT_THAT(decoded.error().message, testing::HasSubstr(name));
    EXPECT_THAT(decoded.error().text(), testing::Not(testing::HasSubstr("/")));
  }
}

TEST(ImageLoader, AnswersToEveryBeginningOfAFile) {
  testing::internal::CaptureStderr();
  for (const path& file : pictures()) {
    SCOPED_TRACE(file.filename().string());
    const Buffer whole = test::read_bytes(file);
    for (std::size_t part = 0; part <= 40; ++part) {
      expect_an_answer(
          Buffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size() * part / 40)), "x");
    }
  }
  EXPECT_EQ("", testing::internal::GetCapturedStderr());
}

TEST(ImageLoader, AnswersToChangedBytes) {
  testing::internal::CaptureStderr();
  std::mt19937 random(5);
  for (const path& file : pictures()) {
    SCOPED_TRACE(file.filename().string());
    const Buffer whole = test::read_bytes(file);
    if (whole.empty()) continue;
    for (int round = 0; round < 40; ++round) {
      Buffer changed = whole;
      for (int i = 0; i < 1 + round % 4; ++i)
        changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
      // Sides that a changed byte makes huge are legal up to 200 megapixels; not here, for the time they
      // take.
      const auto header = read_image_header(changed, "x");
      if (header && header->width * header->height > 4'000'000) continue;
      expect_an_answer(changed, "x");
    }
  }
  EXPECT_EQ("", testing::internal::GetCapturedStderr());
}

TEST(ImageLoader, SaysThatAFileEndsEarly) {
  for (const std::string file :
       {"png_cut_half.png", "png_cut_chunk.png", "jpeg_cut_half.jpg", "jpeg_cut_header.jpg",
        "jpeg_cut_progressive.jpg", "webp_cut.webp", "webp_cut_header.webp", "bmp_cut.bmp",
        "bmp_rle8_short.bmp", "tiff_cut_directory.tif", "tiff_cut_pixels.tif"}) {
    const auto decoded = decode_image(test::read_bytes(path("tests/data/images") / file), file);
    ASSERT_FALSE(decoded) << file;
    EXPECT_EQ("Can't read " + file + ": the file ends early.", decoded.error().message);
    EXPECT_EQ(ErrorCode::kInvalidImage, decoded.error().code);
  }
}

TEST(ImageLoader, RefusesPixelsThatAskForADictionary) {
  // zlib's way of saying so is neither an error nor progress.
  const auto decoded =
      decode_image(test::read_bytes("tests/data/fuzz/image_header/png-asks-for-a-dictionary"), "x");
  ASSERT_FALSE(decoded);
  EXPECT_EQ("Can't read x: the file is damaged.", decoded.error().message);
}

TEST(ImageLoader, NotesWhatIsLeftOut) {
  const auto note = [](const std::string& file) {
    const auto decoded = decode_image(test::read_bytes("tests/data/images/" + file), file);
    return decoded ? decoded->note : decoded.error().text();
  };
  EXPECT_EQ("first frame of an animation", note("png_apng.png"));
  EXPECT_EQ("first frame of an animation", note("webp_animated.webp"));
  EXPECT_EQ("first page of several", note("tiff_pages.tif"));
  EXPECT_EQ("", note("png_c2_d8.png"));
}

TEST(ImageLoader, ReadsAVeryLongStrip) {
  Buffer bmp{'B', 'M', 0, 0, 0, 0, 0, 0,    0,    0, 54, 0, 0, 0,  40,
             0,   0,   0, 1, 0, 0, 0, 0xA0, 0x86, 1, 0,  1, 0, 24, 0};
  bmp.resize(54 + 4 * 100000, 7);
  std::fill(bmp.begin() + 30, bmp.begin() + 54, std::uint8_t{0});
  const auto decoded = decode_image(bmp, "strip.bmp");
  ASSERT_TRUE(decoded) << test::said(decoded);
  EXPECT_EQ(1, decoded->image->width);
  EXPECT_EQ(100000, decoded->image->height);
  EXPECT_EQ(7, decoded->image->pixels.back());
}

/// The most memory that this process has had resident, in bytes.
std::int64_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return 0;
}

TEST(ImageLoader, AHeaderAloneCostsNoMemory) {
  const auto patched = [](const std::string& file, std::size_t at, const Buffer& bytes) {
    Buffer whole = test::read_bytes("tests/data/images/" + file);
    std::copy(bytes.begin(), bytes.end(), whole.begin() + static_cast<std::ptrdiff_t>(at));
    return whole;
  };
  Buffer jpeg = test::read_bytes("tests/data/images/jpeg_no_end.jpg");
  const Buffer frame{0xFF, 0xC0};
  const Buffer sides{0x36, 0xB0, 0x36, 0xB0};  // 14000 × 14000
  std::copy(sides.begin(), sides.end(),
            std::search(jpeg.begin(), jpeg.end(), frame.begin(), frame.end()) + 5);
  const Buffer big_little{0xB0, 0x36, 0, 0};  // 14000
  const Buffer bmp = patched("bmp_RGB.bmp", 18, {0xB0, 0x36, 0, 0, 0xB0, 0x36, 0, 0});
  const Buffer runs = patched("bmp_rle8.bmp", 18, {0xB0, 0x36, 0, 0, 0xB0, 0x36, 0, 0});
  Buffer tiff = test::read_bytes("tests/data/images/tiff_lzw.tif");
  for (const std::uint8_t tag : {std::uint8_t{0}, std::uint8_t{1}}) {  // 256 and 257
    const Buffer entry{tag, 1, 4, 0, 1, 0, 0, 0};
    const Buffer short_entry{tag, 1, 3, 0, 1, 0, 0, 0};
    auto at = std::search(tiff.begin(), tiff.end(), entry.begin(), entry.end());
    if (at == tiff.end()) at = std::search(tiff.begin(), tiff.end(), short_entry.begin(), short_entry.end());
    ASSERT_NE(tiff.end(), at);
    std::copy(big_little.begin(), big_little.end(), at + 8);
  }
  const std::int64_t before = peak_memory();
  for (const Buffer& file : {jpeg, bmp, runs, tiff}) {
    const auto header = read_image_header(file, "");
    ASSERT_TRUE(header) << test::said(header);
    EXPECT_EQ(14000, header->width);
    EXPECT_FALSE(decode_image(file, ""));
  }
  EXPECT_LT(peak_memory() - before, 100 << 20);
}

}  // namespace
}  // namespace fovea
