#include "core/hub/model_catalog.h"

#include "tests/core/hub/fake_model.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::write_file;
using testing_support::write_model;

class ModelCatalogTest : public testing::Test {
 protected:
  ModelCatalogTest() {
    places_.bundled = {root() / "box"};
    places_.folders = {root() / "mine", root() / "single"};
    places_.hugging_face = root() / "hf";
    places_.modelscope = root() / "ms";
  }

  const fs::path& root() const { return folder_.path(); }
  ModelCatalog catalog() const { return ModelCatalog(places_); }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const ModelEntry& entry : catalog().list()) all.push_back(entry.name);
    return all;
  }
  fs::path resolved(const std::string& name) const { return catalog().resolve(name).value().folder; }
  Error failure(const std::string& name) const { return catalog().resolve(name).error(); }

  /// A snapshot as huggingface_hub lays it out: files are links to blobs.
  fs::path hub_snapshot(const std::string& repository, const std::string& revision) const {
    const fs::path base = root() / "hf" / repository;
    write_model(base / "blobs");
    const fs::path snapshot = base / "snapshots" / revision;
    fs::create_directories(snapshot);
    for (const std::string file : {"config.json", "model.safetensors"}) {
      fs::rename(base / "blobs" / file, base / "blobs" / (revision + file));
      fs::create_symlink("../../blobs/" + revision + file, snapshot / file);
    }
    return snapshot;
  }

  testing_support::TemporaryFolder folder_;
  ModelPlaces places_;
};

TEST_F(ModelCatalogTest, IsEmptyWhereThereIsNothing) {
  EXPECT_TRUE(catalog().list().empty());
  const Error error = failure("fovea-mini");
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.remedy, HasSubstr("models list"));
}

TEST_F(ModelCatalogTest, ListsEveryPlaceInOrder) {
  write_model(root() / "ms/models/Qwen/Qwen3-VL-2B___5");
  write_model(root() / "ms/old-org/old-name");
  hub_snapshot("models--zai-org--GLM-4.6V-Flash", "aaaa");
  hub_snapshot("models--Qwen--Qwen3-VL-2B", "bbbb");
  write_model(root() / "hf/datasets--x--y/snapshots/1");
  write_model(root() / "mine/b");
  write_model(root() / "mine/org/a");
  write_model(root() / "mine/org/.hidden");
  write_model(root() / "single");
  write_model(root() / "box/fovea-mini");
  EXPECT_THAT(names(), ElementsAre("fovea-mini", "b", "org/a", "single", "Qwen/Qwen3-VL-2B",
                                   "zai-org/GLM-4.6V-Flash", "Qwen/Qwen3-VL-2B.5", "old-org/old-name"));
  for (const ModelEntry& entry : catalog().list()) {
    EXPECT_TRUE(entry.supported()) << entry.name << entry.problem->text();
    EXPECT_TRUE(runnable(entry));
  }
  EXPECT_EQ(catalog().list()[0].source, ModelSource::kBundled);
  EXPECT_EQ(catalog().list()[4].source, ModelSource::kHuggingFace);
  EXPECT_EQ(catalog().list()[4].revision, "bbbb");
  EXPECT_EQ(catalog().list()[7].source, ModelSource::kModelScope);
}

TEST_F(ModelCatalogTest, SnapshotsGoByTheirRefs) {
  const std::string repository = "models--Qwen--Qwen3-VL-2B";
  const fs::path first = hub_snapshot(repository, "1111111111aa");
  const fs::path second = hub_snapshot(repository, "2222222222bb");
  const fs::path third = hub_snapshot(repository, "3333333333cc");
  fs::last_write_time(second, fs::last_write_time(first) + std::chrono::hours(1));
  fs::last_write_time(third, fs::last_write_time(first) - std::chrono::hours(1));
  // Without refs/main the newest is meant.
  EXPECT_EQ(resolved("Qwen/Qwen3-VL-2B"), second);
  write_file(root() / "hf" / repository / "refs/main", "1111111111aa\n");
  write_file(root() / "hf" / repository / "refs/v2", "2222222222bb");
  EXPECT_EQ(resolved("Qwen/Qwen3-VL-2B"), first);
  EXPECT_EQ(resolved("qwen3-vl-2b@V2"), second);
  EXPECT_EQ(resolved("Qwen/Qwen3-VL-2B@33333333"), third);
  EXPECT_EQ(resolved((root() / "hf" / repository).string()), first);
  EXPECT_THAT(names(), ElementsAre("Qwen/Qwen3-VL-2B", "Qwen/Qwen3-VL-2B@33333333", "Qwen/Qwen3-VL-2B@v2"));
}

TEST_F(ModelCatalogTest, MainIsMainUnderOtherNamesToo) {
  const std::string repository = "models--Qwen--Qwen3-VL-2B";
  const fs::path main = hub_snapshot(repository, "1111111111aa");
  const fs::path newer = hub_snapshot(repository, "2222222222bb");
  fs::last_write_time(newer, fs::last_write_time(main) + std::chrono::hours(1));
  for (char name = 'a'; name <= 'z'; ++name) {
    write_file(root() / "hf" / repository / "refs" / std::string(1, name), "1111111111aa");
  }
  write_file(root() / "hf" / repository / "refs/main", "1111111111aa");
  EXPECT_EQ(resolved("Qwen/Qwen3-VL-2B"), main);
}

TEST_F(ModelCatalogTest, ABrokenLinkIsADownloadThatStopped) {
  const fs::path snapshot = hub_snapshot("models--Qwen--Qwen3-VL-2B", "aaaa");
  fs::remove(root() / "hf/models--Qwen--Qwen3-VL-2B/blobs/aaaamodel.safetensors");
  const ModelEntry entry = catalog().resolve("Qwen/Qwen3-VL-2B").value();
  EXPECT_FALSE(entry.supported());
  const Result<void> can_run = runnable(entry);
  ASSERT_FALSE(can_run);
  EXPECT_EQ(can_run.error().field, "model");
  EXPECT_THAT(can_run.error().message, HasSubstr("Qwen/Qwen3-VL-2B cannot run"));
}

TEST_F(ModelCatalogTest, AFolderThatTwoPlacesLeadToComesOnce) {
  write_model(root() / "mine/model");
  fs::create_directories(root() / "ms/models/org");
  fs::create_directory_symlink(root() / "mine/model", root() / "ms/models/org/model");
  EXPECT_THAT(names(), ElementsAre("model"));
}

TEST_F(ModelCatalogTest, ResolvesNames) {
  write_model(root() / "box/fovea-mini");
  write_model(root() / "mine/fovea-mini");
  write_model(root() / "mine/one/twin");
  write_model(root() / "mine/two/twin");
  EXPECT_EQ(resolved("FOVEA-mini"), root() / "box/fovea-mini");  // the first place wins
  EXPECT_EQ(resolved("Two/Twin"), root() / "mine/two/twin");
  EXPECT_EQ(failure("twin").code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(failure("twin").remedy, HasSubstr("'one/twin' or 'two/twin'"));
  const Error error = failure("fovae-mini");
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.message, HasSubstr("'fovae-mini'"));
  EXPECT_THAT(error.remedy, HasSubstr("Did you mean 'fovea-mini'?"));
  EXPECT_EQ(error.field, "model");
  EXPECT_THAT(failure("xyz").remedy, testing::Not(HasSubstr("Did you mean")));
  EXPECT_EQ(failure("").code, ErrorCode::kInvalidArgument);
}

TEST_F(ModelCatalogTest, ResolvesPaths) {
  write_model(root() / "elsewhere/my model");
  const std::string path = (root() / "elsewhere/my model").string();
  const ModelEntry entry = catalog().resolve(path + "/").value();
  EXPECT_EQ(entry.name, "my model");
  EXPECT_EQ(entry.source, ModelSource::kFolder);
  EXPECT_TRUE(entry.supported());
  EXPECT_EQ(failure(path + "/config.json").code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(failure(path + "-not").code, ErrorCode::kNotFound);
  EXPECT_EQ(failure("./nothing-here").code, ErrorCode::kNotFound);
  fs::create_directory(root() / "empty");
  const ModelEntry empty = catalog().resolve((root() / "empty").string()).value();
  EXPECT_FALSE(empty.supported());
}

}  // namespace
}  // namespace fovea
