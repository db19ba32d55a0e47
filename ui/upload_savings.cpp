#include "ui/upload_savings.h"

#include <algorithm>

namespace fovea::ui {

void UploadSavings::put(RequestId request, const UploadSaving& saving) {
  const std::lock_guard lock(mutex_);
  if (savings_.size() == kKept) savings_.pop_front();
  savings_.emplace_back(request, saving);
}

std::optional<UploadSaving> UploadSavings::take(RequestId request) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(savings_.begin(), savings_.end(),
                                  [request](const auto& one) { return one.first == request; });
  if (found == savings_.end()) return std::nullopt;
  const UploadSaving saving = found->second;
  savings_.erase(found);
  return saving;
}

}  // namespace fovea::ui
