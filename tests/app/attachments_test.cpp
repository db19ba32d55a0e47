#include "app/cli/attachments.h"

#include "app/file_kind.h"
#include "tests/app/test_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

using test::kPngHead;
using test::StringInput;
using test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::string_view_literals;

FileKind kind_of(std::string_view head, std::string_view name = "file") {
  return file_kind(std::span(reinterpret_cast<const std::uint8_t*>(head.data()), head.size()), name);
}

TEST(FileKindTest, GoesByContents) {
  EXPECT_EQ(kind_of(kPngHead, "wrong.mp4"), FileKind::kPicture);
  EXPECT_EQ(kind_of("\xFF\xD8\xFF\xE0"sv), FileKind::kPicture);
  EXPECT_EQ(kind_of("RIFF\x10\0\0\0WEBPVP8 "sv), FileKind::kPicture);
  EXPECT_EQ(kind_of("BM\x46\0\0\0\0\0\0\0\x36"sv), FileKind::kPicture);
  EXPECT_EQ(kind_of("II*\0\x08\0\0\0"sv), FileKind::kPicture);
  EXPECT_EQ(kind_of("MM\0*\0\0\0\x08"sv), FileKind::kPicture);
  EXPECT_EQ(kind_of("\0\0\0\x20"
                    "ftypisom"sv,
                    "clip"),
            FileKind::kClip);
  EXPECT_EQ(kind_of("\0\0\0\x14"
                    "ftypqt  "sv),
            FileKind::kClip);
  EXPECT_EQ(kind_of("\0\0\0\x08"
                    "wide\0\0\0\0mdat"sv),
            FileKind::kClip);
  EXPECT_EQ(kind_of("\x1A\x45\xDF\xA3\x01"sv), FileKind::kClip);
  EXPECT_EQ(kind_of("RIFF\x10\0\0\0AVI LIST"sv), FileKind::kClip);
  EXPECT_EQ(kind_of("\0\0\0\x1c"
                    "ftypheic"sv),
            FileKind::kHeif);
  EXPECT_EQ(kind_of("\0\0\0\x1c"
                    "ftypavif"sv),
            FileKind::kHeif);
  EXPECT_EQ(kind_of("GIF89a"), FileKind::kGif);
  EXPECT_EQ(kind_of("%PDF-1.7"), FileKind::kPdf);
  EXPECT_EQ(kind_of("BM is how this sentence begins", "a.png"), FileKind::kText);
  EXPECT_EQ(kind_of("just words\n", "a.mp4"), FileKind::kText);
  EXPECT_EQ(kind_of("", "a.png"), FileKind::kEmpty);
  EXPECT_EQ(kind_of("\x01\x02\x03\x04"sv, "a.png"), FileKind::kUnknown);
  EXPECT_EQ(kind_of("\x01\x02\x03\x04"sv, "a.MP4"), FileKind::kClip)
      << "where bytes say nothing, the name does";
}

TEST(FileKindTest, TextMayBeCutInsideACharacter) {
  std::string text(kFileHead, 'a');
  text.replace(kFileHead - 2, 2, "\xE6\xBC");  // the first two bytes of three
  EXPECT_EQ(kind_of(text), FileKind::kText);
}

class ArgumentsTest : public ::testing::Test {
 protected:
  ArgumentsTest() {
    for (const char* name : {"a.png", "b.png", "dir/c.png", "notes"}) TemporaryFolder::write(name, kPngHead);
  }
  TemporaryFolder folder_;
};

TEST_F(ArgumentsTest, TheQuestionIsWhatIsNoFile) {
  Result<Arguments> sorted = sort_arguments({"a.png", "-", "What is this?"}, false);
  ASSERT_TRUE(sorted);
  EXPECT_THAT(sorted->files, ElementsAre("a.png", "-"));
  EXPECT_EQ(sorted->question, "What is this?");
  sorted = sort_arguments({"What is this?", "a.png"}, false);
  ASSERT_TRUE(sorted);
  EXPECT_EQ(sorted->question, "What is this?");
  sorted = sort_arguments({"What is 2 + 2?"}, false);
  ASSERT_TRUE(sorted);
  EXPECT_THAT(sorted->files, IsEmpty());
}

TEST_F(ArgumentsTest, AMissingPictureIsNoQuestion) {
  Result<Arguments> sorted = sort_arguments({"cat.jpg"}, false);
  ASSERT_FALSE(sorted);
  EXPECT_EQ(sorted.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(sorted.error().message, "There is no file cat.jpg here.");
  sorted = sort_arguments({"cat.jpg", "What is this?"}, false);
  ASSERT_FALSE(sorted);
  sorted = sort_arguments({"one", "two"}, false);
  ASSERT_FALSE(sorted);
  EXPECT_EQ(sorted.error().message, "There is no file one here.");
  sorted = sort_arguments({"nofile"}, true);
  ASSERT_FALSE(sorted);
}

TEST_F(ArgumentsTest, AFileOnlyIsNoQuestion) {
  Result<Arguments> sorted = sort_arguments({"a.png", "notes"}, false);
  ASSERT_TRUE(sorted);
  EXPECT_EQ(sorted->question, "");
}

TEST_F(ArgumentsTest, ExpandsPatternsThatTheShellLeft) {
  Result<Arguments> sorted = sort_arguments({"*.png", "dir/?.png", "What is *this*?"}, false);
  ASSERT_TRUE(sorted);
  EXPECT_THAT(sorted->files, ElementsAre("a.png", "b.png", "dir/c.png"));
  EXPECT_EQ(sorted->question, "What is *this*?");
  sorted = sort_arguments({"scans/*.png", "What?"}, false);
  ASSERT_FALSE(sorted);
  EXPECT_EQ(sorted.error().message, "No file matches scans/*.png.");
}

class ReadAttachmentsTest : public ::testing::Test {
 protected:
  Error error_of(const std::string& file) {
    Result<std::vector<ContentPart>> parts = read_attachments({file}, in_);
    return parts ? Error{ErrorCode::kInternal, "no error", {}, {}} : parts.error();
  }

  TemporaryFolder folder_;
  StringInput in_;
};

TEST_F(ReadAttachmentsTest, ReadsPicturesWholeAndClipsNotAtAll) {
  const std::string picture = std::string(kPngHead) + std::string(10'000, 'x');
  TemporaryFolder::write("a.png", picture);
  TemporaryFolder::write("clip.mp4",
                         "\0\0\0\x20"
                         "ftypisom"sv);
  Result<std::vector<ContentPart>> parts = read_attachments({"a.png", "clip.mp4"}, in_);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 2U);
  const auto& image = std::get<ImagePart>(parts->at(0)).image;
  EXPECT_EQ(image.name, "a.png");
  EXPECT_EQ(std::string(image.encoded->begin(), image.encoded->end()), picture);
  EXPECT_EQ(std::get<VideoPart>(parts->at(1)).video.path, "clip.mp4");
}

TEST_F(ReadAttachmentsTest, ReadsOnePictureFromStandardInput) {
  in_.text = std::string(kPngHead) + "rest";
  Result<std::vector<ContentPart>> parts = read_attachments({"-"}, in_);
  ASSERT_TRUE(parts);
  EXPECT_EQ(std::get<ImagePart>(parts->at(0)).image.encoded->size(), kPngHead.size() + 4);
  EXPECT_EQ(error_of("-").message, "standard input is empty.");
  in_.text = "\x1A\x45\xDF\xA3 clip";
  EXPECT_EQ(error_of("-").code, ErrorCode::kInvalidVideo);
  parts = read_attachments({"-", "-"}, in_);
  ASSERT_FALSE(parts);
  in_.is_terminal = true;
  EXPECT_EQ(error_of("-").message, "Standard input is the keyboard, and - wants a picture.");
}

TEST_F(ReadAttachmentsTest, SaysWhatIsWrongWithAFile) {
  TemporaryFolder::write("empty.png", "");
  TemporaryFolder::write("notes.png", "These are words.\n");
  TemporaryFolder::write("a.gif", "GIF89a....");
  TemporaryFolder::write("a.pdf", "%PDF-1.4\n");
  std::filesystem::create_directory("folder.png");
  EXPECT_EQ(error_of("empty.png").message, "empty.png is empty.");
  EXPECT_EQ(error_of("notes.png").message, "notes.png holds text, not a picture or a clip.");
  EXPECT_EQ(error_of("a.gif").text(), "a.gif is a GIF, which is not read. Save it as PNG.");
  EXPECT_EQ(error_of("a.pdf").code, ErrorCode::kInvalidImage);
  EXPECT_EQ(error_of("folder.png").message, "folder.png is a folder.");
  EXPECT_EQ(error_of("none.png").code, ErrorCode::kNotFound);
  EXPECT_EQ(error_of("empty.png/none").code, ErrorCode::kNotFound);
  EXPECT_EQ(error_of("/dev/zero").message, "/dev/zero is a device, not a file.");
}

TEST_F(ReadAttachmentsTest, RefusesAHugeFileWithoutHoldingIt) {
  TemporaryFolder::write("huge.png", kPngHead);
  std::filesystem::resize_file("huge.png", kLargestPictureFile + 1);
  const Error error = error_of("huge.png");
  EXPECT_EQ(error.code, ErrorCode::kTooLarge);
  EXPECT_EQ(error.message, "huge.png is larger than 256 MB.");
}

TEST_F(ReadAttachmentsTest, RefusesAFileThatMayNotBeRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  TemporaryFolder::write("secret.png", kPngHead);
  chmod("secret.png", 0);
  EXPECT_EQ(error_of("secret.png").message, "secret.png may not be read.");
}

}  // namespace
}  // namespace fovea::cli
