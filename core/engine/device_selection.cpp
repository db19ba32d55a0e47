#include "core/engine/device_selection.h"

#include <algorithm>
#include <utility>

namespace fovea {
namespace {

using Kind = DeviceChoice::Kind;

std::string in_gigabytes(std::uint64_t bytes) {
  const std::uint64_t tenths = (bytes + 99'999'999) / 100'000'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GB";
}

Error no_such_gpu(const DeviceChoice& asked, int count) {
  std::string have = "The GPUs are cuda:0 to cuda:" + std::to_string(count - 1) + ".";
  if (count == 1) have = "The only GPU is cuda:0.";
  if (count == 0) have = "CUDA_VISIBLE_DEVICES may hide them all.";
  return {ErrorCode::kInvalidArgument, "There is no GPU " + device_name(asked) + " here. " + have,
          "Name one of them.", "device"};
}

Error too_small(const DeviceChoice& gpu, std::uint64_t needed, const GpuMemory& memory) {
  return {ErrorCode::kOutOfMemory,
          "The model takes " + in_gigabytes(needed) + " of " + device_name(gpu) + "'s memory, of which " +
              in_gigabytes(memory.free) + " are free.",
          "Close what else uses the GPU, or use a smaller model.", "device"};
}

/// The GPU that is asked for, or the best one. An error says why there is none.
Result<SelectedDevice> select_gpu(const DeviceChoice& asked, const Gpus& gpus, const NeededOnGpu& needed) {
  if (gpus.library.state != CudaLibrary::State::kLoaded) return gpus.library.why;
  const Result<int> count = gpus.count();
  if (!count) return count.error();
  const bool any = asked.kind == Kind::kAuto;
  if (*count == 0 || (!any && asked.index >= *count))
    return no_such_gpu(any ? DeviceChoice{Kind::kCuda} : asked, *count);
  SelectedDevice best{{Kind::kCuda, any ? 0 : asked.index}, gpus.memory(any ? 0 : asked.index), {}};
  for (int i = 1; any && i < *count; ++i) {
    const GpuMemory memory = gpus.memory(i);
    if (memory.free > best.memory.free) best = {{Kind::kCuda, i}, memory, {}};
  }
  const Result<std::uint64_t> bytes = needed();
  if (!bytes) return bytes.error();
  if (*bytes > best.memory.free / 10 * 9) return too_small(best.device, *bytes, best.memory);
  return best;
}

}  // namespace

Result<SelectedDevice> select_device(const DeviceChoice& asked, const std::function<Gpus()>& look,
                                     const NeededOnGpu& needed) {
  if (asked.kind == Kind::kCpu || asked.kind == Kind::kCpuOperators) return SelectedDevice{asked, {}, {}};
  const Gpus gpus = look();
  Result<SelectedDevice> selected = select_gpu(asked, gpus, needed);
  if (selected) return selected;
  Error why = std::move(selected).error();
  if (asked.kind == Kind::kCuda) {
    why.remedy += " Or leave --device out to compute on the processor.";
    return why;
  }
  SelectedDevice processor{{Kind::kCpu}, {}, {}};
  const bool found = gpus.library.state == CudaLibrary::State::kLoaded ||
                     gpus.library.state == CudaLibrary::State::kUnusable;
  if (found) processor.note = "Computes on the processor. " + why.message + " " + why.remedy;
  return processor;
}

}  // namespace fovea
