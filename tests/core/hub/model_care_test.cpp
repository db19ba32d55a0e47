// What is done with models that are here: verify, import, remove.
#include "core/hub/download_record.h"
#include "core/hub/model_catalog.h"
#include "core/hub/model_import.h"
#include "core/hub/model_removal.h"
#include "core/hub/model_verification.h"
#include "core/hub/pull/file_lock.h"
#include "tests/core/hub/fake_model.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing_support::TemporaryFolder;
using testing_support::write_file;
using testing_support::write_model;

class ModelCareTest : public ::testing::Test {
 protected:
  ModelCareTest() {
    places_.hugging_face = root() / "hf";
    places_.modelscope = root() / "ms";
    places_.bundled = {root() / "bundled"};
    write_model(root() / "mine");
    write_file(root() / "mine/pytorch_model.bin", "pickle");
    write_file(root() / "mine/README.md", "mine");
    write_model(root() / "bundled/fovea-mini");
  }

  const fs::path& root() const { return folder_.path(); }
  Result<PulledModel> import(const std::string& name = "me/mine", ImportWay way = ImportWay::kCopy) const {
    return import_model(root() / "mine", *parse_repository_name(name), places_, way, {});
  }
  ModelEntry entry(const std::string& name) const { return *ModelCatalog(places_).resolve(name); }
  Verification verify(const std::string& name) const { return *verify_model(entry(name), {}); }

  /// A model of ModelScope's with our record, as a pull leaves it.
  void write_modelscope_model(const std::string& path) const {
    const fs::path folder = places_.modelscope / "models" / path;
    write_model(folder);
    DownloadRecord record{"https://modelscope.cn", path, "master", {}};
    for (const char* name : {"config.json", "model.safetensors"}) {
      const std::uint64_t bytes = fs::file_size(folder / name);
      record.files.push_back({name, bytes, *digest_file(folder / name, name, Digest::Kind::kSha256, bytes)});
    }
    write_file(download_record_file(folder), download_record_text(record));
  }

  static void flip(const fs::path& file, std::streamoff at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(at);
    const char byte = static_cast<char>(stream.get() ^ 1);
    stream.seekp(at);
    stream.put(byte);
  }

  TemporaryFolder folder_;
  ModelPlaces places_;
};

TEST_F(ModelCareTest, ImportMakesACacheEntryThatRuns) {
  const Result<PulledModel> imported = import();
  ASSERT_TRUE(imported) << imported.error().text();
  EXPECT_TRUE(entry("me/mine").supported());
  EXPECT_EQ(entry("me/mine").parameters, 17);
  EXPECT_FALSE(fs::exists(imported->folder / "pytorch_model.bin"));
  EXPECT_TRUE(fs::is_symlink(imported->folder / "model.safetensors"));
  EXPECT_TRUE(fs::exists(root() / "mine/model.safetensors")) << "the folder stays as it is";
  EXPECT_TRUE(verify("me/mine").sound());
  const Result<PulledModel> again = import();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->bytes_fetched, 0U);
  EXPECT_EQ(again->commit, imported->commit);
}

TEST_F(ModelCareTest, ImportByLinkTakesNoRoom) {
  const Result<PulledModel> imported = import("me/linked", ImportWay::kHardLink);
  ASSERT_TRUE(imported) << imported.error().text();
  EXPECT_TRUE(fs::equivalent(imported->folder / "model.safetensors", root() / "mine/model.safetensors"));
  EXPECT_EQ(plan_removal(places_, "me/linked")->bytes, 40U) << "the ref alone: all else has another name";
}

TEST_F(ModelCareTest, ImportRefusesWhatCannotRunAndNamesThatAreTaken) {
  ASSERT_TRUE(import());
  write_file(root() / "mine/README.md", "changed");
  const Result<PulledModel> taken = import();
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kInvalidArgument);
  fs::resize_file(root() / "mine/model.safetensors", 100);
  const Result<PulledModel> damaged = import("me/other");
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::kDamagedModel);
  EXPECT_FALSE(fs::exists(places_.hugging_face / "models--me--other"));
}

TEST_F(ModelCareTest, VerifyNamesTheDamagedFileAndRemovesIt) {
  ASSERT_TRUE(import());
  flip(entry("me/mine").folder / "model.safetensors", 300);
  const Verification verification = verify("me/mine");
  EXPECT_FALSE(verification.sound());
  for (const VerifiedFile& file : verification.files) {
    EXPECT_EQ(file.state,
              file.path == "model.safetensors" ? VerifiedFile::State::kDamaged : VerifiedFile::State::kGood)
        << file.path;
  }
  EXPECT_EQ(*remove_damaged(entry("me/mine"), verification), 1);
  EXPECT_FALSE(fs::exists(entry("me/mine").folder / "model.safetensors"));
  EXPECT_TRUE(fs::exists(entry("me/mine").folder / "config.json"));
}

TEST_F(ModelCareTest, VerifyOfModelScopesFilesGoesByTheRecord) {
  write_modelscope_model("Org/Name");
  EXPECT_TRUE(verify("Org/Name").sound());
  flip(places_.modelscope / "models/Org/Name/model.safetensors", 300);
  EXPECT_FALSE(verify("Org/Name").sound());
  write_modelscope_model("Org/Name");
  fs::remove(places_.modelscope / "models/Org/Name/model.safetensors");
  const Verification missing = verify("Org/Name");
  EXPECT_FALSE(missing.sound());
  EXPECT_TRUE(std::any_of(missing.files.begin(), missing.files.end(),
                          [](const VerifiedFile& file) { return file.problem == "is missing"; }));
}

TEST_F(ModelCareTest, VerifyOfAPlainFolderChecksHeaders) {
  places_.folders = {root() / "mine"};
  const Verification sound = verify("mine");
  EXPECT_TRUE(sound.sound());
  EXPECT_EQ(sound.files.front().state, VerifiedFile::State::kNoWord);
  fs::resize_file(root() / "mine/model.safetensors", 200);
  EXPECT_FALSE(verify("mine").sound());
}

TEST_F(ModelCareTest, RemovalTakesTheRepository) {
  ASSERT_TRUE(import());
  ASSERT_TRUE(import("me/kept"));
  const Result<RemovalPlan> plan = plan_removal(places_, "me/mine");
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_GT(plan->bytes, 400U);
  ASSERT_TRUE(remove_model(*plan));
  EXPECT_FALSE(fs::exists(places_.hugging_face / "models--me--mine"));
  EXPECT_TRUE(entry("me/kept").supported());
  EXPECT_FALSE(ModelCatalog(places_).resolve("me/mine"));
}

TEST_F(ModelCareTest, RemovalOfOneVersionKeepsWhatOthersShare) {
  ASSERT_TRUE(import());
  const fs::path repository = places_.hugging_face / "models--me--mine";
  const fs::path first = entry("me/mine").folder;
  const std::string old(40, 'a');
  fs::copy(first, repository / "snapshots" / old,
           fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  write_file(repository / "blobs" / std::string(40, 'b'), "old readme");
  fs::remove(repository / "snapshots" / old / "README.md");
  fs::create_symlink("../../blobs/" + std::string(40, 'b'), repository / "snapshots" / old / "README.md");
  write_file(repository / "refs/v1", old);

  const Result<RemovalPlan> plan = plan_removal(places_, "me/mine@v1");
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(plan->bytes, 10U) << "the old readme alone";
  ASSERT_TRUE(remove_model(*plan));
  EXPECT_FALSE(fs::exists(repository / "refs/v1"));
  EXPECT_FALSE(fs::exists(repository / "snapshots" / old));
  EXPECT_TRUE(verify("me/mine").sound());
  EXPECT_TRUE(fs::exists(first / "README.md"));
}

TEST_F(ModelCareTest, RemovalStaysInsideTheCaches) {
  places_.folders = {root() / "mine"};
  for (const std::string& name :
       {std::string("fovea-mini"), std::string("mine"), (root() / "mine").string()}) {
    const Result<RemovalPlan> plan = plan_removal(places_, name);
    ASSERT_FALSE(plan) << name;
    EXPECT_EQ(plan.error().code, ErrorCode::kInvalidArgument);
  }
  // A repository that is a link to elsewhere.
  ASSERT_TRUE(import());
  fs::rename(places_.hugging_face / "models--me--mine", root() / "elsewhere");
  fs::create_directory_symlink(root() / "elsewhere", places_.hugging_face / "models--me--mine");
  EXPECT_FALSE(plan_removal(places_, "me/mine"));
  fs::create_directories(places_.modelscope / "models/Org");
  fs::create_directory_symlink(root() / "mine", places_.modelscope / "models/Org/Linked");
  places_.folders.clear();
  EXPECT_FALSE(plan_removal(places_, "Org/Linked"));
  EXPECT_FALSE(plan_removal(places_, "../../mine"));
  EXPECT_TRUE(fs::exists(root() / "mine/model.safetensors"));
}

TEST_F(ModelCareTest, RemovalOfAHalfPullAndNotOfARunningOne) {
  write_file(places_.hugging_face / "models--Org--Half/blobs/x.fovea.incomplete", "1234");
  const fs::path lock = places_.hugging_face / ".locks/models--Org--Half/x.lock";
  std::optional<FileLock> held = FileLock::try_lock(lock);
  EXPECT_EQ(plan_removal(places_, "Org/Half").error().code, ErrorCode::kBusy);
  held.reset();
  const Result<RemovalPlan> plan = plan_removal(places_, "Org/Half");
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(plan->bytes, 4U);
  ASSERT_TRUE(remove_model(*plan));
  EXPECT_FALSE(fs::exists(places_.hugging_face / "models--Org--Half"));
  EXPECT_EQ(plan_removal(places_, "Org/Half").error().code, ErrorCode::kNotFound);
}

TEST_F(ModelCareTest, RemovalOfModelScopesModel) {
  write_modelscope_model("Org/Name");
  const Result<RemovalPlan> plan = plan_removal(places_, "Org/Name");
  ASSERT_TRUE(plan) << plan.error().text();
  ASSERT_TRUE(remove_model(*plan));
  EXPECT_FALSE(fs::exists(places_.modelscope / "models/Org/Name"));
}

}  // namespace
}  // namespace fovea
