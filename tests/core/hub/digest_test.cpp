#include "core/hub/digest.h"

#include "tests/core/hub/fake_model.h"

#include <gtest/gtest.h>

namespace fovea {
namespace {

using testing_support::TemporaryFolder;
using testing_support::write_file;

// `printf hello | sha256sum`, `printf hello | git hash-object --stdin`, and of nothing.
constexpr const char* kHelloSha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
constexpr const char* kHelloBlob = "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0";
constexpr const char* kEmptyBlob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

TEST(DigestTest, IsWhatSha256sumAndGitSay) {
  const TemporaryFolder folder;
  write_file(folder.path() / "hello", "hello");
  write_file(folder.path() / "empty", "");
  EXPECT_EQ(digest_file(folder.path() / "hello", "hello", Digest::Kind::kSha256, 5)->hex, kHelloSha256);
  EXPECT_EQ(digest_file(folder.path() / "hello", "hello", Digest::Kind::kGitBlob, 5)->hex, kHelloBlob);
  EXPECT_EQ(digest_file(folder.path() / "empty", "empty", Digest::Kind::kGitBlob, 0)->hex, kEmptyBlob);
}

TEST(DigestTest, PiecesMakeTheWhole) {
  Hasher hasher(Digest::Kind::kGitBlob, 5);
  hasher.add("he");
  hasher.add("llo");
  EXPECT_EQ(hasher.finish().hex, kHelloBlob);
}

TEST(DigestTest, AShortOrMissingFileIsAnErrorAndAStopIsSeen) {
  const TemporaryFolder folder;
  write_file(folder.path() / "hello", "hello");
  EXPECT_EQ(digest_file(folder.path() / "hello", "hello", Digest::Kind::kSha256, 6).error().code,
            ErrorCode::kDamagedModel);
  EXPECT_EQ(digest_file(folder.path() / "none", "none", Digest::Kind::kSha256, 1).error().code,
            ErrorCode::kDamagedModel);
  const auto stop = [](std::uint64_t) { return false; };
  EXPECT_EQ(digest_file(folder.path() / "hello", "hello", Digest::Kind::kSha256, 5, stop).error().code,
            ErrorCode::kCancelled);
}

TEST(DigestTest, ADigestIsLowerCaseHexadecimalOfItsLength) {
  EXPECT_TRUE(is_digest(kHelloSha256, Digest::Kind::kSha256));
  EXPECT_TRUE(is_digest(kHelloBlob, Digest::Kind::kGitBlob));
  EXPECT_FALSE(is_digest(kHelloBlob, Digest::Kind::kSha256));
  EXPECT_FALSE(is_digest(std::string(40, 'A'), Digest::Kind::kGitBlob));
  EXPECT_FALSE(is_digest("../" + std::string(37, 'a'), Digest::Kind::kGitBlob));
  EXPECT_FALSE(is_digest("", Digest::Kind::kSha256));
}

}  // namespace
}  // namespace fovea
