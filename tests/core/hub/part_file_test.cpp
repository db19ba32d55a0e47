#include "core/hub/pull/part_file.h"

#include "core/hub/pull/file_lock.h"
#include "tests/core/hub/fake_model.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using testing_support::TemporaryFolder;
using testing_support::write_file;

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

class PartFileTest : public ::testing::Test {
 protected:
  Result<PartFile> open(std::uint64_t bytes = 10, std::uint64_t segment = 4) const {
    return PartFile::open(path_, bytes, segment);
  }
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "part";
};

TEST_F(PartFileTest, PiecesInAnyOrderMakeTheFile) {
  Result<PartFile> part = open();
  ASSERT_TRUE(part);
  ASSERT_EQ(part->segments().size(), 3U);
  ASSERT_TRUE(part->append(2, "89"));
  ASSERT_TRUE(part->append(0, "01"));
  ASSERT_TRUE(part->append(1, "4567"));
  EXPECT_FALSE(part->complete());
  EXPECT_EQ(part->done(), 8U);
  ASSERT_TRUE(part->append(0, "23"));
  EXPECT_TRUE(part->complete());
  ASSERT_TRUE(part->finish());
  EXPECT_EQ(read_file(path_), "0123456789");
}

TEST_F(PartFileTest, WhatCameIsFoundByTheNext) {
  {
    Result<PartFile> part = open();
    ASSERT_TRUE(part->append(1, "456"));
    ASSERT_TRUE(part->set_validator("\"etag\""));
  }
  EXPECT_EQ(PartFile::bytes_in(path_, 10), 3U);
  Result<PartFile> part = open();
  EXPECT_EQ(part->done(), 3U);
  EXPECT_EQ(part->segments()[1].done, 3U);
  EXPECT_EQ(part->validator(), "\"etag\"");
  ASSERT_TRUE(part->reset());
  EXPECT_EQ(open()->done(), 0U);
  EXPECT_EQ(open()->validator(), "");
}

TEST_F(PartFileTest, AFinishedFileThatWasNotRenamedIsWhole) {
  {
    Result<PartFile> part = open(4, 4);
    ASSERT_TRUE(part->append(0, "0123"));
    ASSERT_TRUE(part->finish());
  }
  EXPECT_EQ(PartFile::bytes_in(path_, 4), 4U);
  EXPECT_TRUE(open(4, 4)->complete());
}

TEST_F(PartFileTest, AnotherSizeOrNonsenseIsThrownAway) {
  {
    Result<PartFile> part = open();
    ASSERT_TRUE(part->append(0, "0123"));
  }
  EXPECT_EQ(open(10, 5)->done(), 0U);
  EXPECT_EQ(PartFile::bytes_in(path_, 12), 0U);
  for (const std::string& bytes :
       {std::string("nonsense"), std::string(10, 'x') + "FOVEAPRT", std::string(500, '\xFF')}) {
    write_file(path_, bytes);
    Result<PartFile> part = open();
    ASSERT_TRUE(part);
    EXPECT_EQ(part->done(), 0U);
  }
}

TEST_F(PartFileTest, ALinkIsNotFollowed) {
  write_file(folder_.path() / "precious", "precious");
  std::filesystem::create_symlink(folder_.path() / "precious", path_);
  EXPECT_FALSE(open());
  EXPECT_EQ(read_file(folder_.path() / "precious"), "precious");
}

TEST_F(PartFileTest, OneLockAtATime) {
  std::optional<FileLock> first = FileLock::try_lock(folder_.path() / "locks/a.lock");
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->locks());
  EXPECT_FALSE(FileLock::try_lock(folder_.path() / "locks/a.lock"));
  EXPECT_TRUE(FileLock::try_lock(folder_.path() / "locks/b.lock"));
  first.reset();
  EXPECT_TRUE(FileLock::try_lock(folder_.path() / "locks/a.lock"));
}

}  // namespace
}  // namespace fovea
