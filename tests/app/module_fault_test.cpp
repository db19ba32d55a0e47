#include "app/window/module_fault.h"

#include <gtest/gtest.h>

namespace fovea {
namespace {

TEST(ModuleFault, NamesTheLibraryOfQtThatIsMissing) {
  const Error error =
      window_module_fault("libQt6Svg.so.6: cannot open shared object file: No such file or directory");
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_NE(error.message.find("libQt6Svg.so.6 is missing"), std::string::npos) << error.message;
  EXPECT_NE(error.remedy.find("libqt6svg6"), std::string::npos) << error.remedy;
}

TEST(ModuleFault, DoesNotBlameQtForAnotherLibrary) {
  const Error error =
      window_module_fault("/opt/a/libz.so.1: cannot open shared object file: No such file or directory");
  EXPECT_NE(error.message.find("libz.so.1 is missing"), std::string::npos) << error.message;
  EXPECT_EQ(error.text().find("libqt6"), std::string::npos) << error.text();
  EXPECT_EQ(error.text().find("/opt"), std::string::npos) << error.text();
}

TEST(ModuleFault, SaysThatTheModuleDoesNotFit) {
  for (const char* said : {"/opt/a/fovea-window.so: undefined symbol: _ZN1a1bEv",
                           "/opt/a/fovea-window.so: file too short", ""}) {
    const Error error = window_module_fault(said);
    EXPECT_EQ(error.code, ErrorCode::kInternal);
    EXPECT_EQ(error.text().find("/opt"), std::string::npos) << error.text();
    EXPECT_EQ(error.text().find("missing"), std::string::npos) << error.text();
  }
}

}  // namespace
}  // namespace fovea
