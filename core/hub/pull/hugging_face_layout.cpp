#include "core/hub/pull/hugging_face_layout.h"

#include "core/hub/pull/part_file.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <fstream>

#include <unistd.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

/// From a file in a snapshot to its blob: up out of the file's folders, the commit's and "snapshots".
fs::path link_target(const HubFile& file) {
  fs::path target = "../..";
  for (const char c : file.path) {
    if (c == '/') target /= "..";
  }
  return target / "blobs" / file.digest.hex;
}

bool is_linked(const fs::path& snapshot, const HubFile& file) {
  std::error_code error;
  return fs::read_symlink(snapshot / file.path, error) == link_target(file) && !error;
}

}  // namespace

std::string hugging_face_folder_name(const RepositoryName& repository) {
  return "models--" + repository.organisation + "--" + repository.name;
}

HuggingFaceLayout::HuggingFaceLayout(const fs::path& cache, const HubListing& listing)
    : repository_(cache / hugging_face_folder_name(listing.repository)),
      locks_(cache / ".locks" / hugging_face_folder_name(listing.repository)),
      snapshot_(repository_ / "snapshots" / listing.commit),
      listing_(listing) {
  if (listing.repository.revision != listing.commit)
    ref_ = repository_ / "refs" / listing.repository.revision;
}

DownloadItem HuggingFaceLayout::item(const HubFile& file) const {
  const fs::path blobs = repository_ / "blobs";
  return {file, blobs / file.digest.hex, blobs / (file.digest.hex + ".fovea.incomplete"),
          locks_ / (file.digest.hex + ".lock")};
}

Result<bool> HuggingFaceLayout::has(const HubFile& file, const BytesObserver&) const {
  // A blob gets its name when its bytes have been compared with it.
  std::error_code error;
  const fs::path blob = repository_ / "blobs" / file.digest.hex;
  return fs::is_regular_file(blob, error) && fs::file_size(blob, error) == file.bytes && !error;
}

bool HuggingFaceLayout::published() const {
  if (!ref_.empty()) {
    std::ifstream stream(ref_);
    std::string commit;
    if (!(stream >> commit) || commit != listing_.commit) return false;
  }
  return std::all_of(listing_.files.begin(), listing_.files.end(), [this](const HubFile& file) {
    std::error_code error;
    return is_linked(snapshot_, file) && fs::is_regular_file(snapshot_ / file.path, error);
  });
}

Result<void> HuggingFaceLayout::publish() {
  static std::atomic<unsigned> count = 0;  // several pulls of one process may publish the same
  std::error_code error;
  for (const HubFile& file : listing_.files) {
    const fs::path link = snapshot_ / file.path;
    if (is_linked(snapshot_, file)) continue;
    fs::create_directories(link.parent_path(), error);
    if (error) return write_error(error.value());
    // Made beside and renamed: nobody sees the name without a file behind it.
    const fs::path beside = link.parent_path() / ("." + link.filename().string() + "." +
                                                  std::to_string(getpid()) + "." + std::to_string(++count));
    fs::remove(beside, error);
    fs::create_symlink(link_target(file), beside, error);
    if (error) return write_error(error.value());
    if (std::rename(beside.c_str(), link.c_str()) != 0) return write_error(errno);
  }
  sync_folder(snapshot_);
  if (ref_.empty()) return {};
  return write_whole(ref_, listing_.commit);
}

}  // namespace fovea
