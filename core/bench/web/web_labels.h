#pragma once

#include <string>
#include <string_view>

namespace fovea::bench {

inline constexpr const char* kWebRun = "web against API";  ///< RunRecord::name

inline constexpr const char* kInProcess = "in process";
inline constexpr const char* kRestBinary = "REST binary";
inline constexpr const char* kRestBase64 = "REST Base64";
inline constexpr const char* kPage = "page";

/// A group's label: "OCR, page". The path is what stands behind the last comma.
inline std::string web_label(std::string_view task, std::string_view path) {
  return std::string(task) + ", " + std::string(path);
}
inline std::string_view task_of(std::string_view label) {
  return label.substr(0, label.rfind(", "));
}
inline std::string_view path_of(std::string_view label) {
  const std::size_t comma = label.rfind(", ");
  return comma == std::string_view::npos ? std::string_view() : label.substr(comma + 2);
}

/// Groups of several askers at once have no task of their own: "4 at once, page".
inline constexpr std::string_view kAtOnce = " at once";
inline std::string at_once_label(int askers, std::string_view path) {
  return web_label(std::to_string(askers) + std::string(kAtOnce), path);
}
inline bool is_at_once(std::string_view label) {
  return task_of(label).ends_with(kAtOnce);
}

}  // namespace fovea::bench
