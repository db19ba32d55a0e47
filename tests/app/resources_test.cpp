#include "app/resources.h"

#include "tests/app/test_host.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::TemporaryFolder;

TEST(ResourcesTest, FindsModelsAndSamplesByPlainNames) {
  TemporaryFolder folder;
  TemporaryFolder::write("res/models/b/config.json", "{}");
  TemporaryFolder::write("res/models/a/config.json", "{}");
  TemporaryFolder::write("res/models/unfinished/notes", "");
  TemporaryFolder::write("res/samples/notice.png", "x");
  TemporaryFolder::write("outside/config.json", "{}");
  const Resources resources(folder.path() / "res");
  EXPECT_EQ(resources.model("a"), folder.path() / "res/models/a");
  EXPECT_EQ(resources.models_folder(), folder.path() / "res/models");
  EXPECT_EQ(resources.sample("notice.png"), folder.path() / "res/samples/notice.png");
  for (const char* name : {"unfinished", "none", "", ".", "..", "../../outside", "a/../b"}) {
    EXPECT_FALSE(resources.model(name)) << name;
  }
  EXPECT_FALSE(resources.sample("../models/a/config.json"));
}

TEST(ResourcesTest, TheEnvironmentComesFirst) {
  TemporaryFolder folder;
  TemporaryFolder::write("elsewhere/models/m/config.json", "{}");
  setenv("FOVEA_RESOURCES", (folder.path() / "elsewhere").c_str(), 1);
  EXPECT_TRUE(Resources::find().model("m"));
  unsetenv("FOVEA_RESOURCES");
  EXPECT_FALSE(Resources::find().model("m"));
}

TEST(ResourcesTest, NothingIsFoundWhereNothingIs) {
  const Resources resources{std::filesystem::path()};
  EXPECT_EQ(resources.models_folder(), "");
  EXPECT_FALSE(resources.model("fovea-mini"));
}

}  // namespace
}  // namespace fovea
