#pragma once

#include "core/api/upload_saving.h"

#include <mutex>
#include <string>

namespace fovea::cli {

struct Host;

/// What making pictures smaller came to, summed over questions. Any thread.
class UploadSavings {
 public:
  void add(const UploadSaving& one);
  /// The sum since it was last taken.
  UploadSaving take();

 private:
  std::mutex mutex_;
  UploadSaving sum_;
};

/// "2 pictures were made smaller for the way to the server (--upload-side): 212 kB went instead of 4.13 MB.
/// That took 41 ms and saved about 3.1 s."; empty if none was.
std::string upload_note(const UploadSaving& saving);

/// Prints the note of all that was sent since the last one, if there is any.
void print_upload_note(Host& host);

}  // namespace fovea::cli
