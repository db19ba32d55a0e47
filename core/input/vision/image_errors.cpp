#include "core/input/vision/image_errors.h"

namespace fovea {
namespace {

std::string called(const std::string& name) {
  return name.empty() ? "the picture" : name;
}

}  // namespace

Error unreadable_image(const std::string& name, const std::string& why, const std::string& remedy) {
  return Error{ErrorCode::kInvalidImage, "Can't read " + called(name) + ": " + why, remedy, ""};
}

Error image_ends_early(const std::string& name) {
  return unreadable_image(name, "the file ends early.");
}

Error image_damaged(const std::string& name) {
  return unreadable_image(name, "the file is damaged.");
}

Error image_kind_unsupported(const std::string& name, const std::string& kind) {
  return Error{ErrorCode::kUnsupported, "Can't read " + called(name) + ": " + kind + " is not supported.",
               "Save it as PNG.", ""};
}

Error image_out_of_memory(const std::string& name) {
  return Error{ErrorCode::kOutOfMemory, "Not enough memory to read " + called(name) + ".", "Make it smaller.",
               ""};
}

}  // namespace fovea
