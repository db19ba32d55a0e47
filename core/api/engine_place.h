#pragma once

#include "core/api/device_choice.h"

#include <functional>
#include <string_view>

namespace fovea {

/// Where a model lives: in this process, or in a supervised process of its own, whose death costs no more
/// than the answers that ran. kAutomatic: a process of its own where there is a usable GPU, whose driver's
/// faults can end a process; this process otherwise.
enum class EnginePlace { kAutomatic, kInProcess, kChild };

/// "auto", "in-process", "child".
constexpr std::string_view engine_place_name(EnginePlace place) {
  switch (place) {
    case EnginePlace::kInProcess:
      return "in-process";
    case EnginePlace::kChild:
      return "child";
    case EnginePlace::kAutomatic:
      break;
  }
  return "auto";
}

/// kInProcess or kChild. `usable_gpu` is asked for kAutomatic alone, and where the model may compute on a
/// GPU; empty means that there is none.
inline EnginePlace chosen_place(EnginePlace wanted, const DeviceChoice& device,
                                const std::function<bool()>& usable_gpu) {
  using Kind = DeviceChoice::Kind;
  if (wanted != EnginePlace::kAutomatic) return wanted;
  if (device.kind == Kind::kCpu || device.kind == Kind::kCpuOperators) return EnginePlace::kInProcess;
  return usable_gpu && usable_gpu() ? EnginePlace::kChild : EnginePlace::kInProcess;
}

}  // namespace fovea
