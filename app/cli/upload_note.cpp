#include "app/cli/upload_note.h"

#include "app/cli/host.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"

#include <utility>

namespace fovea::cli {

void UploadSavings::add(const UploadSaving& one) {
  const std::lock_guard lock(mutex_);
  const double saved = sum_.saved_seconds() + one.saved_seconds();
  sum_.pictures += one.pictures;
  sum_.source_bytes += one.source_bytes;
  sum_.sent_bytes += one.sent_bytes;
  sum_.reduce_seconds += one.reduce_seconds;
  // The rate at which the sum's saved_seconds() is that of its parts.
  const auto bytes = static_cast<double>(sum_.source_bytes - sum_.sent_bytes);
  sum_.bytes_per_second = saved > 0.0 ? bytes / saved : 0.0;
}

UploadSaving UploadSavings::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(sum_, {});
}

std::string upload_note(const UploadSaving& saving) {
  if (saving.pictures == 0) return {};
  std::string note =
      counted(saving.pictures, "picture") + (saving.pictures == 1 ? " was" : " were") +
      " made smaller for the way to the server (--upload-side): " + bytes_text(saving.sent_bytes) +
      " went instead of " + bytes_text(saving.source_bytes) + ". That took " +
      seconds_text(saving.reduce_seconds);
  const double saved = saving.saved_seconds();
  return note + (saved > 0.0 ? " and saved about " + seconds_text(saved) + "." : ".");
}

void print_upload_note(Host& host) {
  const std::string note = upload_note(host.uploads->take());
  if (!note.empty()) print_note(host.err, note);
}

}  // namespace fovea::cli
