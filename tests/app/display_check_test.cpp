#include "app/window/display_check.h"

#include "tests/app/test_host.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace fovea {
namespace {

class DisplayCheckTest : public ::testing::Test {
 protected:
  DisplayCheckTest() {
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) unsetenv(name);
    setenv("XDG_RUNTIME_DIR", folder_.path().c_str(), 1);
  }

  test::TemporaryFolder folder_;
};

TEST_F(DisplayCheckTest, SaysWhereNobodyAnswers) {
  EXPECT_FALSE(has_display());
  for (const char* display : {":4711", "unix:4711.0", "nonsense", ":", ":x"}) {
    setenv("DISPLAY", display, 1);
    EXPECT_TRUE(has_display());
    const Result<void> checked = check_display();
    ASSERT_FALSE(checked) << display;
    EXPECT_EQ(checked.error().code, ErrorCode::kUnreachable);
    EXPECT_THAT(checked.error().message, ::testing::HasSubstr(std::string("DISPLAY=") + display));
  }
}

TEST_F(DisplayCheckTest, TakesADisplayElsewhereAndAChosenPlatformOnTrust) {
  setenv("DISPLAY", "desk:0", 1);
  EXPECT_TRUE(check_display());
  setenv("DISPLAY", ":4711", 1);
  setenv("QT_QPA_PLATFORM", "offscreen", 1);
  EXPECT_TRUE(check_display());
}

TEST_F(DisplayCheckTest, FindsACompositorsSocket) {
  const std::string path = folder_.path() / "wayland-7";
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  setenv("WAYLAND_DISPLAY", "wayland-7", 1);
  EXPECT_FALSE(check_display()) << "nobody listens yet";
  ASSERT_EQ(::listen(listener, 4), 0);
  EXPECT_TRUE(check_display());
  ::close(listener);
}

}  // namespace
}  // namespace fovea
