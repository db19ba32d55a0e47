// Clips that are broken, that lie, or that are none.

#include "core/input/vision/video_loader.h"

#include "core/input/vision/frame_sampler.h"
#include "core/input/vision/known_clips.h"
#include "tests/core/vision/test_files.h"

#include <cmath>
#include <fstream>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using std::filesystem::path;
using testing::HasSubstr;
using Buffer = std::vector<std::uint8_t>;

class VideoLoader : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = path(testing::TempDir()) /
              ("video_loader_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  VideoInput file(const std::string& name, const Buffer& bytes) {
    std::ofstream stream(folder_ / name, std::ios::binary);
    stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    VideoInput clip;
    clip.name = name;
    clip.path = (folder_ / name).string();
    return clip;
  }
  VideoInput file(const std::string& name, const std::string& text) {
    return file(name, Buffer(text.begin(), text.end()));
  }

  Error refusal(const VideoInput& clip) {
    testing::internal::CaptureStderr();
    const auto facts = inspect_video(clip);
    EXPECT_EQ("", testing::internal::GetCapturedStderr());
    EXPECT_FALSE(facts) << clip.name;
    const Error error = facts ? Error{} : facts.error();
    EXPECT_THAT(error.text(), testing::Not(HasSubstr(folder_.string())));
    return error;
  }

  path folder_;
};

std::uint32_t number_at(const Buffer& bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 |
                                    bytes[at + 3]);
}

/// tests/data/images/clip.mp4 with its index before its frames, so that it can be cut and still be opened.
Buffer streamable_clip(std::size_t& frames_at) {
  const Buffer whole = test::read_bytes("tests/data/images/clip.mp4");
  Buffer start;
  Buffer frames;
  Buffer index;
  for (std::size_t at = 0; at + 8 <= whole.size();) {
    const std::size_t size = number_at(whole, at);
    const std::string kind(whole.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                           whole.begin() + static_cast<std::ptrdiff_t>(at) + 8);
    Buffer& part = kind == "moov" ? index : kind == "mdat" ? frames : start;
    part.insert(part.end(), whole.begin() + static_cast<std::ptrdiff_t>(at),
                whole.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
  }
  const std::string tag = "stco";
  const auto table = std::search(index.begin(), index.end(), tag.begin(), tag.end()) - index.begin();
  const std::uint32_t count = number_at(index, static_cast<std::size_t>(table) + 8);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t at = static_cast<std::size_t>(table) + 12 + 4 * i;
    const auto moved = static_cast<std::uint32_t>(number_at(index, at) + index.size());
    for (std::size_t k = 0; k < 4; ++k) index[at + k] = static_cast<std::uint8_t>(moved >> (24 - 8 * k));
  }
  frames_at = start.size() + index.size() + 8;
  Buffer result = start;
  result.insert(result.end(), index.begin(), index.end());
  result.insert(result.end(), frames.begin(), frames.end());
  return result;
}

TEST_F(VideoLoader, CountsFramesByReadingThem) {
  std::size_t frames_at = 0;
  const Buffer whole = streamable_clip(frames_at);
  const auto facts = inspect_video(file("whole.mp4", whole));
  ASSERT_TRUE(facts) << test::said(facts);
  EXPECT_EQ(30, facts->total_frames);
  EXPECT_EQ(10.0, facts->frames_per_second);
  EXPECT_EQ(64, facts->width);
  // The header still promises 30 frames.
  Buffer half = whole;
  half.resize(frames_at + (whole.size() - frames_at) / 2);
  testing::internal::CaptureStderr();
  const auto cut = inspect_video(file("cut.mp4", half));
  EXPECT_EQ("", testing::internal::GetCapturedStderr());
  ASSERT_TRUE(cut) << test::said(cut);
  EXPECT_GT(cut->total_frames, 2);
  EXPECT_LT(cut->total_frames, 30);
}

TEST_F(VideoLoader, ReadsAClipAgainOnlyWhereItChangedOrAnotherPartIsAsked) {
  std::size_t frames_at = 0;
  const Buffer whole = streamable_clip(frames_at);
  VideoInput clip = file("known.mp4", whole);
  const auto facts = inspect_video(clip);
  ASSERT_TRUE(facts) << test::said(facts);
  const auto key = KnownClips::key_of(clip);
  ASSERT_TRUE(key && KnownClips::shared().find(*key));
  // What is told now was not read.
  VideoFacts told = *facts;
  told.total_frames = 7;
  KnownClips::shared().add(*key, told);
  EXPECT_EQ(inspect_video(clip)->total_frames, 7);
  clip.sampling.end_frame = 20;
  EXPECT_EQ(inspect_video(clip)->total_frames, 20);
  clip.sampling.end_frame = -1;
  Buffer longer = whole;
  longer.push_back(0);
  clip = file("known.mp4", longer);
  EXPECT_EQ(inspect_video(clip)->total_frames, 30);
}

TEST_F(VideoLoader, ReadsPromisedFramesInThePassThatCountsThem) {
  std::size_t frames_at = 0;
  const Buffer whole = streamable_clip(frames_at);
  using Pictures = std::vector<std::vector<std::uint8_t>>;
  const auto kept_in = [](Pictures& pictures) {
    return [&pictures](const RgbImage& image) -> Result<void> {
      pictures.push_back(image.pixels);
      return {};
    };
  };
  VideoInput clip = file("promised.mp4", whole);
  clip.sampling.first_frame = 3;
  const std::vector<std::int64_t> wanted = {0, 4, 4, 26};
  const auto promised = promised_video(clip);
  ASSERT_TRUE(promised);
  Pictures by_promise;
  const auto found = read_promised_frames(clip, *promised, wanted, kept_in(by_promise));
  ASSERT_TRUE(found) << test::said(found);
  EXPECT_EQ(*found, *promised);
  EXPECT_EQ(found->total_frames, 27);
  Pictures apart;
  ASSERT_TRUE(read_frames(clip, *found, wanted, kept_in(apart)));
  EXPECT_EQ(by_promise, apart);
  EXPECT_EQ(apart.size(), 4U);
  EXPECT_FALSE(promised_video(clip)) << "it is known now";

  Buffer half = whole;
  half.resize(frames_at + (whole.size() - frames_at) / 2);
  const VideoInput cut = file("shorter.mp4", half);
  testing::internal::CaptureStderr();
  const auto said = promised_video(cut);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->total_frames, 30);
  const auto read = read_promised_frames(cut, *said, {0, 29}, kept_in(apart));
  EXPECT_EQ("", testing::internal::GetCapturedStderr());
  ASSERT_TRUE(read) << test::said(read);
  EXPECT_NE(*read, *said);
  EXPECT_EQ(*read, *inspect_video(cut));

  const auto stopped =
      read_promised_frames(file("stopped.mp4", whole), *promised_video(file("stopped.mp4", whole)), {1},
                           [](const RgbImage&) -> Result<void> {
                             return Error{ErrorCode::kCancelled, "Enough.", "", ""};
                           });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

TEST(KnownClips, KeepsTheLastFew) {
  KnownClips known;
  for (std::int64_t i = 0; i < 40; ++i) known.add({{i}}, {.total_frames = i});
  EXPECT_FALSE(known.find({{0}}));
  EXPECT_EQ(known.find({{39}})->total_frames, 39);
  known.add({{39}}, {.total_frames = 5});
  EXPECT_EQ(known.find({{39}})->total_frames, 5);
  EXPECT_TRUE(known.find({{20}}));
}

TEST_F(VideoLoader, RefusesAClipWithoutFrames) {
  std::size_t frames_at = 0;
  Buffer clip = streamable_clip(frames_at);
  clip.resize(frames_at);
  const Error error = refusal(file("none.mp4", clip));
  EXPECT_EQ(ErrorCode::kInvalidVideo, error.code);
  EXPECT_THAT(error.message, testing::StartsWith("Can't read none.mp4: "));
}

TEST_F(VideoLoader, RefusesWhatIsNoClip) {
  EXPECT_EQ(ErrorCode::kInvalidVideo, refusal(file("text.mp4", "This is a text.")).code);
  EXPECT_EQ("Can't read empty.mp4: it is empty.", refusal(file("empty.mp4", "")).message);
  EXPECT_EQ(ErrorCode::kInvalidVideo,
            refusal(file("picture.mp4", test::read_bytes("tests/data/images/gif.gif"))).code);
  Buffer torn = test::read_bytes("tests/data/images/clip.mp4");
  torn.resize(torn.size() / 2);  // its index is at the end
  EXPECT_EQ(ErrorCode::kInvalidVideo, refusal(file("torn.mp4", torn)).code);
}

TEST_F(VideoLoader, OpensNoOtherFileOnAFilesWord) {
  const std::string other = std::filesystem::absolute("tests/data/images/clip.mp4").string();
  for (const auto& [name, text] : std::vector<std::pair<std::string, std::string>>{
           {"list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n" + other + "\n#EXT-X-ENDLIST\n"},
           {"list.mp4",
            "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nhttp://127.0.0.1:9/clip.mp4\n#EXT-X-ENDLIST\n"},
           {"list.txt", "ffconcat version 1.0\nfile '" + other + "'\n"}}) {
    EXPECT_EQ(ErrorCode::kInvalidVideo, refusal(file(name, text)).code) << name;
  }
}

TEST_F(VideoLoader, TakesAPathForAFileAndNothingElse) {
  for (const std::string place : {"http://127.0.0.1:9/clip.mp4", "concat:tests/data/images/clip.mp4",
                                  "nowhere.mp4", "", "tests/data/images/png_c%d_d8.png", "/dev/video0"}) {
    VideoInput clip;
    clip.name = "clip";
    clip.path = place;
    EXPECT_EQ(ErrorCode::kNotFound, refusal(clip).code) << place;
  }
  VideoInput folder;
  folder.path = "tests/data";
  EXPECT_EQ(ErrorCode::kInvalidVideo, refusal(folder).code);
}

TEST_F(VideoLoader, ReadsAPartAsASlice) {
  VideoInput clip;
  clip.path = "tests/data/images/clip.mp4";
  clip.sampling = {5, 18, 0.0, 0};
  EXPECT_EQ(13, inspect_video(clip)->total_frames);
  clip.sampling = {25, 100, 0.0, 0};
  EXPECT_EQ(5, inspect_video(clip)->total_frames);
  clip.sampling = {30, -1, 0.0, 0};
  EXPECT_EQ(ErrorCode::kInvalidVideo, refusal(clip).code);
  for (const auto& [first, end] : {std::pair(-1, -1), std::pair(5, 5), std::pair(5, 2), std::pair(0, -2)}) {
    clip.sampling = {first, end, 0.0, 0};
    EXPECT_EQ(ErrorCode::kInvalidArgument, refusal(clip).code) << first << " " << end;
  }
}

VideoInput decoded_clip(std::size_t frames, double rate) {
  VideoInput clip;
  clip.frames = std::make_shared<const std::vector<RgbImage>>(frames, RgbImage{1, 1, {1, 2, 3}});
  clip.frames_per_second = rate;
  return clip;
}

TEST_F(VideoLoader, RatesAndLengthsHaveLimits) {
  EXPECT_EQ(ErrorCode::kTooLarge, refusal(decoded_clip(100, 0.001)).code);
  for (const double rate : {0.0, -1.0, 1e9, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(ErrorCode::kInvalidVideo, refusal(decoded_clip(5, rate)).code) << rate;
  }
  EXPECT_EQ(ErrorCode::kInvalidVideo, refusal(decoded_clip(0, 2.0)).code);
}

TEST_F(VideoLoader, FramesOfDifferentSizesAreRefused) {
  VideoInput clip = decoded_clip(0, 2.0);
  clip.frames = std::make_shared<const std::vector<RgbImage>>(
      std::vector<RgbImage>{{1, 1, {1, 2, 3}}, {2, 1, {1, 2, 3, 4, 5, 6}}});
  EXPECT_EQ(ErrorCode::kInvalidVideo, refusal(clip).code);
}

TEST(FrameSampler, RefusesSamplingsThatMakeNoSense) {
  VideoConfig config;
  config.pixels.temporal_patch_size = 2;
  const auto field = [&](double rate, int count) {
    VideoSampling sampling;
    sampling.frames_per_second = rate;
    sampling.frame_count = count;
    const auto frames = sample_frames(config, {30, 10.0, 3.0}, sampling);
    return frames ? "" : frames.error().field;
  };
  EXPECT_EQ("", field(4.0, 0));
  EXPECT_EQ("frame_count", field(4.0, 8));
  EXPECT_EQ("frame_count", field(0.0, -1));
  EXPECT_EQ("frame_count", field(0.0, 1'000'000'000));
  EXPECT_EQ("frames_per_second", field(-1.0, 0));
  EXPECT_EQ("frames_per_second", field(std::nan(""), 0));
  EXPECT_EQ("frames_per_second", field(1e12, 0));
}

TEST(FrameSampler, LabelsDoNotFollowTheLocale) {
  EXPECT_EQ("<0.2 seconds>", timestamp_label(TimestampStyle::kQwen3Vl, 0.25));
  EXPECT_EQ("0.3 seconds", timestamp_label(TimestampStyle::kGlm46v, 0.35));
  EXPECT_EQ("12", timestamp_label(TimestampStyle::kGlm4v, 12.99));
  EXPECT_EQ("<14400.0 seconds>", timestamp_label(TimestampStyle::kQwen3Vl, 14400.0));
}

}  // namespace
}  // namespace fovea
