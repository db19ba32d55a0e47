#include "core/api/device_choice.h"

#include <charconv>

namespace fovea {
namespace {

constexpr int kMostGpus = 64;

}  // namespace

std::optional<DeviceChoice> parse_device(std::string_view text) {
  using Kind = DeviceChoice::Kind;
  for (const Kind kind : {Kind::kAuto, Kind::kCpu, Kind::kCpuOperators}) {
    if (text == device_name({kind})) return DeviceChoice{kind};
  }
  if (text == "cuda") return DeviceChoice{Kind::kCuda};
  constexpr std::string_view kCuda = "cuda:";
  if (!text.starts_with(kCuda)) return std::nullopt;
  int index = -1;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + kCuda.size(), end, index);
  if (read.ec != std::errc() || read.ptr != end || index < 0 || index >= kMostGpus) return std::nullopt;
  return DeviceChoice{Kind::kCuda, index};
}

std::string device_name(const DeviceChoice& device) {
  switch (device.kind) {
    case DeviceChoice::Kind::kCpu:
      return "cpu";
    case DeviceChoice::Kind::kCpuOperators:
      return "cpu:operators";
    case DeviceChoice::Kind::kCuda:
      return "cuda:" + std::to_string(device.index);
    case DeviceChoice::Kind::kAuto:
      break;
  }
  return "auto";
}

}  // namespace fovea
