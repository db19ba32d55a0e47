#include "core/hub/model_import.h"

#include "core/hub/model_entry.h"
#include "core/hub/pull/file_lock.h"
#include "core/hub/pull/hugging_face_layout.h"
#include "core/hub/pull/part_file.h"
#include "core/hub/pull/wanted_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSmall = 10U << 20;  ///< up to here a file is named as git would

Result<std::vector<HubFile>> list_folder(const fs::path& folder) {
  std::vector<HubFile> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    HubFile file;
    file.path = it->path().filename().string();
    if (!it->is_regular_file(error) || !is_wanted(file.path)) continue;
    file.bytes = it->file_size(error);
    const bool small = file.bytes <= kSmall && !is_weight_file(file.path);
    file.digest.kind = small ? Digest::Kind::kGitBlob : Digest::Kind::kSha256;
    files.push_back(std::move(file));
  }
  if (error) return Error{ErrorCode::kNotFound, "The folder cannot be read.", "Check its permissions.", {}};
  std::sort(files.begin(), files.end(), [](const HubFile& a, const HubFile& b) { return a.path < b.path; });
  return files;
}

std::string commit_of(const std::vector<HubFile>& files) {
  std::string list;
  for (const HubFile& file : files) list += file.path + " " + file.digest.hex + "\n";
  Hasher hasher(Digest::Kind::kGitBlob, list.size());
  hasher.add(list);
  return hasher.finish().hex;
}

/// Copies and compares.
Result<void> copy_verified(const fs::path& from, const fs::path& to, const HubFile& file,
                           const BytesObserver& observer) {
  const Descriptor in(open(from.c_str(), O_RDONLY | O_CLOEXEC));
  const Descriptor out(open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!in) return Error{ErrorCode::kNotFound, file.path + " cannot be read.", "Check its permissions.", {}};
  if (!out) return write_error(errno);
  Hasher hasher(file.digest.kind, file.bytes);
  std::vector<char> buffer(1 << 20);
  while (true) {
    const ssize_t got = read(in.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return Error{ErrorCode::kDamagedModel, file.path + " cannot be read.", "Check the disk.", {}};
    if (got == 0) break;
    std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
    hasher.add(piece);
    while (!piece.empty()) {
      const ssize_t put = write(out.get(), piece.data(), piece.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return write_error(errno);
      piece.remove_prefix(static_cast<std::size_t>(put));
    }
    if (!observer(static_cast<std::uint64_t>(got))) return Error{ErrorCode::kCancelled, "Stopped.", {}, {}};
  }
  if (fsync(out.get()) != 0) return write_error(errno);
  if (hasher.finish() != file.digest)
    return Error{
        ErrorCode::kDamagedModel, file.path + " changed while it was copied.", "Start it again.", {}};
  return {};
}

Result<void> put(const fs::path& from, const DownloadItem& item, ImportWay way,
                 const BytesObserver& observer) {
  std::error_code error;
  fs::create_directories(item.target.parent_path(), error);
  if (error) return write_error(error.value());
  const std::optional<FileLock> lock = FileLock::try_lock(item.lock);
  if (!lock)
    return Error{ErrorCode::kBusy, "Another process writes " + item.file.path + ".", "Try again later.", {}};
  const fs::path beside = item.part.string() + ".import";
  if (way == ImportWay::kHardLink) {
    fs::remove(beside, error);
    fs::create_hard_link(fs::canonical(from, error), beside, error);
    if (error) {
      return Error{ErrorCode::kInvalidArgument,
                   "The folder lies on another file system than the cache: no links between them.",
                   "Leave --link away to copy.",
                   {}};
    }
    static_cast<void>(observer(item.file.bytes));
  } else if (Result<void> copied = copy_verified(from, beside, item.file, observer); !copied) {
    fs::remove(beside, error);
    return copied;
  }
  if (std::rename(beside.c_str(), item.target.c_str()) != 0) return write_error(errno);
  sync_folder(item.target.parent_path());
  return {};
}

Error name_taken(const RepositoryName& name) {
  return {ErrorCode::kInvalidArgument, "There is another model called '" + name.full() + "' already.",
          "Give this one another name with --name, or remove the other with `fovea models rm`.", "name"};
}

}  // namespace

Result<PulledModel> import_model(const fs::path& folder, const RepositoryName& name,
                                 const ModelPlaces& places, ImportWay way, const DownloadObserver& observer) {
  if (places.hugging_face.empty())
    return Error{
        ErrorCode::kNotFound, "There is no folder for models: HOME is not set.", "Set HF_HUB_CACHE.", {}};
  const ModelEntry entry = describe_model(folder, ModelSource::kFolder);
  if (entry.problem) return *entry.problem;
  Result<std::vector<HubFile>> files = list_folder(folder);
  if (!files) return files.error();

  DownloadProgress progress;
  progress.stage = DownloadProgress::Stage::kChecking;
  progress.files_total = static_cast<int>(files->size());
  for (const HubFile& file : *files) progress.bytes_total += file.bytes;
  const BytesObserver count = [&](std::uint64_t bytes) {
    progress.bytes_done += bytes;
    return !observer || observer(progress);
  };
  for (HubFile& file : *files) {
    Result<Digest> digest = digest_file(folder / file.path, file.path, file.digest.kind, file.bytes, count);
    if (!digest) return digest.error();
    file.digest = std::move(*digest);
    ++progress.files_done;
  }
  HubListing listing{name, commit_of(*files), std::move(*files), 0};
  listing.repository.revision = "main";
  HuggingFaceLayout layout(places.hugging_face, listing);
  std::ifstream ref(places.hugging_face / hugging_face_folder_name(name) / "refs" / "main");
  std::string commit;
  if (ref >> commit && commit != listing.commit) return name_taken(name);

  progress.stage = DownloadProgress::Stage::kPlacing;
  progress.bytes_done = 0;
  progress.files_done = 0;
  PulledModel model{name.full(), layout.folder(), listing.commit, progress.bytes_total, 0};
  for (const HubFile& file : listing.files) {
    const Result<bool> there = layout.has(file, {});
    if (there && *there) {
      progress.bytes_done += file.bytes;
    } else {
      if (Result<void> done = put(folder / file.path, layout.item(file), way, count); !done)
        return done.error();
      model.bytes_fetched += file.bytes;
    }
    ++progress.files_done;
  }
  if (Result<void> published = layout.publish(); !published) return published.error();
  return model;
}

}  // namespace fovea
