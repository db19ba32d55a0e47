#include "core/hub/pull/cache_layout.h"

#include "core/hub/pull/hugging_face_layout.h"
#include "core/hub/pull/modelscope_layout.h"
#include "core/hub/pull/part_file.h"

#include <atomic>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

namespace fovea {

namespace fs = std::filesystem;

std::unique_ptr<CacheLayout> cache_layout(const HubAccess& access, const HubListing& listing,
                                          const ModelPlaces& places) {
  if (access.hub == Hub::kHuggingFace) {
    if (places.hugging_face.empty()) return nullptr;
    return std::make_unique<HuggingFaceLayout>(places.hugging_face, listing);
  }
  if (places.modelscope.empty()) return nullptr;
  return std::make_unique<ModelScopeLayout>(places.modelscope, access.endpoint, listing);
}

Result<void> write_whole(const fs::path& file, const std::string& text) {
  static std::atomic<unsigned> count = 0;
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) return write_error(error.value());
  const fs::path beside =
      file.parent_path() / ("." + file.filename().string() + "." + std::to_string(getpid()) + "." +
                            std::to_string(++count) + ".tmp");
  int fault = 0;
  {
    const Descriptor descriptor(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!descriptor) return write_error(errno);
    const ssize_t written = write(descriptor.get(), text.data(), text.size());
    if (written != static_cast<ssize_t>(text.size())) fault = written < 0 ? errno : ENOSPC;
    if (fault == 0 && fsync(descriptor.get()) != 0) fault = errno;
  }
  if (fault == 0 && std::rename(beside.c_str(), file.c_str()) != 0) fault = errno;
  if (fault == 0) return {};
  fs::remove(beside, error);
  return write_error(fault);
}

}  // namespace fovea
