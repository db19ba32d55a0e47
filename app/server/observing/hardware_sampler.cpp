#include "app/server/observing/hardware_sampler.h"

#include "core/watch/nvml.h"

#include <chrono>
#include <utility>

namespace fovea::server {
namespace {

constexpr std::chrono::seconds kEvery{1};

}  // namespace

HardwareSampler::HardwareSampler(HardwareSources sources)
    : sources_(std::move(sources)), thread_([this] { look(); }) {}

HardwareSampler::~HardwareSampler() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

HardwareUse HardwareSampler::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

void HardwareSampler::look() {
  watch::Nvml nvml(sources_.nvml);
  watch::EnergyProbe energy(sources_.root);
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    HardwareUse use{nvml.look(), energy.look()};
    lock.lock();
    if (use.packages.empty() && !nvml.available()) return;
    last_ = std::move(use);
  } while (!changed_.wait_for(lock, kEvery, [&] { return ends_; }));
}

}  // namespace fovea::server
