#include "app/window/module_fault.h"

#include <string>

namespace fovea {
namespace {

// glibc's form: "libQt6Svg.so.6: cannot open shared object file: No such file or directory".
constexpr std::string_view kMissing = ": cannot open shared object file: No such file";

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

Error window_module_fault(std::string_view loader_message) {
  if (const std::size_t at = loader_message.find(kMissing); at != std::string_view::npos) {
    const std::string library(base_name(loader_message.substr(0, at)));
    const bool of_qt = library.starts_with("libQt6") || library.starts_with("libqt6");
    return Error{ErrorCode::kNotFound,
                 "The window cannot be opened: " + library + " is missing.",
                 of_qt ? "Install libqt6widgets6, libqt6sql6-sqlite, libqt6svg6 and libqt6keychain1."
                       : "Install the package that holds it.",
                 {}};
  }
  return Error{
      ErrorCode::kInternal,
      "The window cannot be opened: its module does not go with the libraries that are installed, or "
      "is damaged.",
      "Build or install the program again.",
      {}};
}

}  // namespace fovea
