#include "core/model/checkpoint.h"

#include "safetensors_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using test::safetensors_bytes;
using test::write_file;
using ::testing::HasSubstr;
using ::testing::Not;

std::string one_tensor(const std::string& name) {
  return safetensors_bytes(R"({")" + name + R"(":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                           "\0\0\0\0");
}
std::string four_bytes(const std::string& name) {
  return safetensors_bytes(R"({")" + name + R"(":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                           std::string(4, '\0'));
}

class CheckpointTest : public ::testing::Test {
 protected:
  void shard(const std::string& file, const std::string& tensor) {
    write_file(folder_ / file, four_bytes(tensor));
  }
  void index(const std::string& map) {
    write_file(folder_ / "model.safetensors.index.json", R"({"metadata":{},"weight_map":)" + map + "}");
  }
  std::string failure() {
    const auto opened = open_checkpoint(folder_);
    if (opened) return "";
    EXPECT_THAT(opened.error().text(), Not(HasSubstr(folder_.string()))) << "a path of ours in the message";
    return opened.error().message;
  }

  test::TemporaryFolder temporary_;
  fs::path folder_ = temporary_.path() / "model";
};

TEST_F(CheckpointTest, ReadsOneFile) {
  shard("model.safetensors", "a");
  const auto opened = open_checkpoint(folder_);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->parameters(), 1);
}

TEST_F(CheckpointTest, ReadsShardsByTheIndexWhateverTheirNumber) {
  shard("x.safetensors", "a");
  shard("y.safetensors", "b");
  index(R"({"a":"x.safetensors","b":"y.safetensors"})");
  const auto opened = open_checkpoint(folder_);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->files.size(), 2U);
  EXPECT_TRUE(opened->tensors.contains("b"));
}

TEST_F(CheckpointTest, RefusesShardNamesThatLeadOut) {
  shard("model.safetensors", "a");
  write_file(temporary_.path() / "outside.safetensors", four_bytes("a"));
  for (const std::string name :
       {"../outside.safetensors", "..\\\\outside.safetensors", "/etc/passwd", "..", ""}) {
    index(R"({"a":")" + name + R"("})");
    EXPECT_THAT(failure(), HasSubstr("leads out")) << name;
  }
}

TEST_F(CheckpointTest, RefusesALinkOutOfTheFolder) {
  write_file(temporary_.path() / "outside.safetensors", four_bytes("a"));
  fs::create_directories(folder_);
  fs::create_symlink("../outside.safetensors", folder_ / "model.safetensors");
  EXPECT_THAT(failure(), HasSubstr("link out of the model's folder"));
}

TEST_F(CheckpointTest, FollowsLinksOfTheHubsCache) {
  const fs::path repository = temporary_.path() / "models--org--name";
  write_file(repository / "blobs" / "abc", four_bytes("a"));
  folder_ = repository / "snapshots" / "rev";
  fs::create_directories(folder_);
  fs::create_symlink("../../blobs/abc", folder_ / "model.safetensors");
  const auto opened = open_checkpoint(folder_);
  EXPECT_TRUE(opened) << opened.error().text();
}

TEST_F(CheckpointTest, SaysWhatIsMissing) {
  EXPECT_THAT(failure(), HasSubstr("no such model folder"));
  fs::create_directories(folder_);
  EXPECT_THAT(failure(), HasSubstr("No weights found"));
  write_file(folder_ / "pytorch_model.bin", "x");
  EXPECT_THAT(failure(), HasSubstr("Unsupported format"));
  index(R"({"a":"gone.safetensors"})");
  EXPECT_THAT(failure(), HasSubstr("gone.safetensors"));
}

TEST_F(CheckpointTest, RefusesATensorInTwoShards) {
  shard("x.safetensors", "a");
  shard("y.safetensors", "a");
  index(R"({"a":"x.safetensors","b":"y.safetensors"})");
  EXPECT_THAT(failure(), HasSubstr("another shard"));
}

TEST_F(CheckpointTest, RefusesDamagedFiles) {
  write_file(folder_ / "model.safetensors", "");
  EXPECT_THAT(failure(), HasSubstr("Model file damaged: model.safetensors"));
  const std::string whole = four_bytes("a");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_file(folder_ / "model.safetensors", whole.substr(0, length));
    EXPECT_THAT(failure(), HasSubstr("Model file damaged")) << length;
  }
  write_file(folder_ / "model.safetensors", one_tensor("a"));
  EXPECT_THAT(failure(), HasSubstr("Model file damaged")) << "its data is short";
  index("7");
  EXPECT_THAT(failure(), HasSubstr("weight_map"));
}

}  // namespace
}  // namespace fovea
