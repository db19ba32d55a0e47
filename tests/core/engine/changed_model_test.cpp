// A model's files that change while it runs, or while it is loaded.
#include "picture_answer.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A copy of the model in the box, to be spoilt.
class ChangedModel : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "fovea-changed-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    bring_back();
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path weights() const { return folder_ / "model.safetensors"; }
  void bring_back() const {
    for (const auto& entry : fs::directory_iterator("resources/models/fovea-mini")) {
      if (entry.is_regular_file())
        fs::copy_file(entry, folder_ / entry.path().filename(), fs::copy_options::overwrite_existing);
    }
  }
  void cut_in_half() const { fs::resize_file(weights(), fs::file_size(weights()) / 2); }
  /// Other bytes from `begin` on, of the same number, as a download over it would write them.
  void write_over(std::uintmax_t begin) const {
    std::fstream out(weights(), std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(begin));
    out << std::string(fs::file_size(weights()) - begin, '\x7F');
  }

  Result<std::unique_ptr<Engine>> load(const LoadObserver& observer = {}) const {
    EngineOptions options;
    options.model_folder = folder_.string();
    return load_local_engine(options, observer);
  }

  fs::path folder_;
};

TEST_F(ChangedModel, ARunningEngineGoesOnAndTheNextLoadSaysWhatIsWrong) {
  const auto engine = load();
  ASSERT_TRUE(engine) << engine.error().text();
  const std::vector<std::int32_t> ids = test::answer(**engine).ids;
  ASSERT_FALSE(ids.empty());
  cut_in_half();
  EXPECT_EQ(test::answer(**engine).ids, ids) << "cut in half";
  const auto damaged = load();
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::kDamagedModel);
  EXPECT_THAT(damaged.error().message, HasSubstr("model.safetensors"));
  bring_back();
  write_over(1 << 20);
  EXPECT_EQ(test::answer(**engine).ids, ids) << "written over";
  fs::remove_all(folder_);
  EXPECT_EQ(test::answer(**engine).ids, ids) << "gone";
  const auto gone = load();
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kNotFound);
  fs::create_directory(folder_);
  bring_back();
  const auto again = load();
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(test::answer(**again).ids, ids);
}

TEST_F(ChangedModel, WhatChangesWhileItIsReadIsRefused) {
  for (const bool shorter : {true, false}) {
    bring_back();
    bool changed = false;
    const auto engine = load([&](const LoadProgress& progress) {
      if (!changed && progress.total > 0 && progress.done * 4 > progress.total) {
        changed = true;
        shorter ? cut_in_half() : write_over(fs::file_size(weights()) * 3 / 4);
      }
      return true;
    });
    EXPECT_TRUE(changed);
    ASSERT_FALSE(engine) << (shorter ? "shorter" : "written over");
    EXPECT_EQ(engine.error().code, ErrorCode::kDamagedModel);
    EXPECT_THAT(engine.error().message, HasSubstr("changed or ended while it was read"));
    EXPECT_THAT(engine.error().remedy, HasSubstr("load the model again"));
  }
}

}  // namespace
}  // namespace fovea
