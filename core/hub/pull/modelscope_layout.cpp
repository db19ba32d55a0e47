#include "core/hub/pull/modelscope_layout.h"

#include "core/hub/download_record.h"
#include "core/hub/pull/file_lock.h"
#include "core/hub/pull/part_file.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

namespace fovea {
namespace {

namespace fs = std::filesystem;

std::string with_dots_replaced(const std::string& name) {
  std::string out;
  for (const char c : name) out += c == '.' ? std::string("___") : std::string(1, c);
  return out;
}

bool is_file_of(const fs::path& path, std::uint64_t bytes) {
  std::error_code error;
  return fs::is_regular_file(path, error) && fs::file_size(path, error) == bytes && !error;
}

}  // namespace

ModelScopeLayout::ModelScopeLayout(const fs::path& cache, std::string endpoint, const HubListing& listing)
    : folder_(cache / "models" / listing.repository.organisation /
              with_dots_replaced(listing.repository.name)),
      staging_(cache / "models" / "._____temp" / listing.repository.organisation / listing.repository.name),
      endpoint_(std::move(endpoint)),
      listing_(listing) {}

DownloadItem ModelScopeLayout::item(const HubFile& file) const {
  return {file, staged(file), staging_ / (file.digest.hex + ".part"), staging_ / (file.digest.hex + ".lock")};
}

Result<bool> ModelScopeLayout::has(const HubFile& file, const BytesObserver& observer) const {
  if (is_file_of(staged(file), file.bytes)) return true;  // verified before it got that name
  if (!is_file_of(folder_ / file.path, file.bytes)) return false;
  if (const Result<DownloadRecord> record = read_download_record(folder_)) {
    const DownloadRecord::File* known = record->find(file.path);
    return known != nullptr && known->digest == file.digest;
  }
  // Fetched by another program, or a move was cut short.
  const Result<Digest> digest =
      digest_file(folder_ / file.path, file.path, file.digest.kind, file.bytes, observer);
  if (!digest && digest.error().code == ErrorCode::kCancelled) return digest.error();
  return digest.has_value() && *digest == file.digest;
}

bool ModelScopeLayout::published() const {
  const Result<DownloadRecord> record = read_download_record(folder_);
  return record && std::all_of(listing_.files.begin(), listing_.files.end(), [&](const HubFile& file) {
           const DownloadRecord::File* known = record->find(file.path);
           return known != nullptr && known->digest == file.digest &&
                  is_file_of(folder_ / file.path, file.bytes);
         });
}

Result<void> ModelScopeLayout::publish() {
  std::optional<FileLock> lock;
  while (!(lock = FileLock::try_lock(staging_ / "publish.lock")))
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // renames take no time
  if (!published()) {
    if (Result<void> moved = move_files(); !moved) return moved;
  }
  // Other processes may fetch other versions here: only what is this version's goes, and empty folders.
  std::error_code ignored;
  for (const HubFile& file : listing_.files) {
    fs::remove(staged(file), ignored);
    fs::remove(item(file).part, ignored);
    fs::remove(item(file).lock, ignored);
  }
  fs::remove(staging_ / "publish.lock", ignored);
  lock.reset();
  for (fs::path empty = staging_; empty.filename() != "models" && fs::remove(empty, ignored);)
    empty = empty.parent_path();
  return {};
}

Result<void> ModelScopeLayout::move_files() {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return write_error(error.value());
  fs::remove(download_record_file(folder_), error);
  std::vector<const HubFile*> order;
  for (const HubFile& file : listing_.files) order.push_back(&file);
  std::stable_partition(order.begin(), order.end(),
                        [](const HubFile* file) { return file->path != "config.json"; });
  const bool changes = std::any_of(order.begin(), order.end(), [this](const HubFile* file) {
    return is_file_of(staged(*file), file->bytes);
  });
  const bool own_config = !order.empty() && order.back()->path == "config.json";
  if (changes && own_config && is_file_of(staged(*order.back()), order.back()->bytes)) {
    fs::remove(folder_ / "config.json", error);
  } else if (changes && own_config && fs::exists(folder_ / "config.json", error)) {
    // The same config.json with other weights: it waits aside.
    fs::rename(folder_ / "config.json", staged(*order.back()), error);
    if (error) return write_error(error.value());
  }
  DownloadRecord record{endpoint_, listing_.repository.full(), listing_.repository.revision, {}};
  for (const HubFile* file : order) {
    record.files.push_back({file->path, file->bytes, file->digest});
    const fs::path from = staged(*file);
    if (!is_file_of(from, file->bytes)) continue;
    const fs::path to = folder_ / file->path;
    fs::create_directories(to.parent_path(), error);
    if (error) return write_error(error.value());
    // Two names may have the same bytes: the staged file is linked for each, and goes with the staging.
    fs::remove(to, error);
    fs::create_hard_link(from, to, error);
    if (error && std::rename(from.c_str(), to.c_str()) != 0) return write_error(errno);
  }
  sync_folder(folder_);
  return write_whole(download_record_file(folder_), download_record_text(record));
}

}  // namespace fovea
