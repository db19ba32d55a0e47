#include "core/hub/model_verification.h"

#include "core/hub/download_record.h"
#include "core/hub/pull/part_file.h"
#include "core/hub/pull/wanted_files.h"
#include "core/hub/safetensors_tally.h"

#include <algorithm>

namespace fovea {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 10'000;

/// What the hub said of a file in a model's folder.
struct Promise {
  std::optional<Digest> digest;
  std::optional<std::uint64_t> bytes;
};

/// Files of a model's folder with their paths in it, hidden ones left out.
std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && it != end && found.size() < kMostFiles; it.increment(error)) {
    const bool hidden = it->path().filename().string().starts_with('.');
    if (hidden && it->is_directory(error)) it.disable_recursion_pending();
    if (hidden || (it->is_directory(error) && !it->is_symlink(error))) continue;
    found.push_back(it->path().lexically_relative(folder));
  }
  std::sort(found.begin(), found.end());
  return found;
}

Promise promise_for(const ModelEntry& entry, const fs::path& path, const Result<DownloadRecord>& record) {
  std::error_code error;
  if (entry.source == ModelSource::kHuggingFace) {
    const std::string blob = fs::read_symlink(entry.folder / path, error).filename().string();
    if (error) return {};
    for (const Digest::Kind kind : {Digest::Kind::kSha256, Digest::Kind::kGitBlob}) {
      if (is_digest(blob, kind)) return {Digest{kind, blob}, std::nullopt};
    }
    return {};
  }
  const DownloadRecord::File* known = record ? record->find(path.string()) : nullptr;
  return known == nullptr ? Promise{} : Promise{known->digest, known->bytes};
}

}  // namespace

bool Verification::sound() const {
  return !problem && std::none_of(files.begin(), files.end(), [](const VerifiedFile& file) {
    return file.state == VerifiedFile::State::kDamaged;
  });
}

Result<Verification> verify_model(const ModelEntry& entry, const VerificationObserver& observer) {
  Verification verification;
  const Result<DownloadRecord> record = read_download_record(entry.folder);
  std::vector<fs::path> paths = files_of(entry.folder);
  if (record) {
    for (const DownloadRecord::File& file : record->files) {
      if (std::find(paths.begin(), paths.end(), fs::path(file.path)) == paths.end())
        paths.emplace_back(file.path);
    }
  }
  VerificationProgress progress;
  std::error_code error;
  for (const fs::path& path : paths) {
    const std::uintmax_t bytes = fs::file_size(entry.folder / path, error);
    if (!error) progress.bytes_total += bytes;
  }
  for (const fs::path& path : paths) {
    VerifiedFile file{path.string(), VerifiedFile::State::kNoWord, {}, 0};
    const auto damaged = [&file](std::string problem) {
      file.state = VerifiedFile::State::kDamaged;
      file.problem = std::move(problem);
    };
    const fs::path full = entry.folder / path;
    const Promise promise = promise_for(entry, path, record);
    progress.path = file.path;
    if (!fs::is_regular_file(full, error)) {
      damaged("is missing");
      verification.files.push_back(std::move(file));
      continue;
    }
    file.bytes = fs::file_size(full, error);
    if (promise.bytes && *promise.bytes != file.bytes) {
      damaged("is " + std::to_string(file.bytes) + " bytes long and should be " +
              std::to_string(*promise.bytes));
      progress.bytes_done += file.bytes;
    } else if (promise.digest) {
      const Result<Digest> digest =
          digest_file(full, file.path, promise.digest->kind, file.bytes, [&](std::uint64_t bytes) {
            progress.bytes_done += bytes;
            return !observer || observer(progress);
          });
      if (!digest && digest.error().code == ErrorCode::kCancelled) return digest.error();
      if (!digest) {
        damaged("cannot be read");
      } else if (*digest == *promise.digest) {
        file.state = VerifiedFile::State::kGood;
      } else {
        damaged("is not what the hub gave");
      }
    } else {
      progress.bytes_done += file.bytes;
    }
    if (file.state == VerifiedFile::State::kNoWord && is_weight_file(file.path)) {
      if (const Result<SafetensorsTally> tally = tally_safetensors(full, file.path); !tally)
        damaged(tally.error().message);
    }
    verification.files.push_back(std::move(file));
  }
  verification.problem = entry.problem;
  return verification;
}

Result<int> remove_damaged(const ModelEntry& entry, const Verification& verification) {
  int removed = 0;
  for (const VerifiedFile& file : verification.files) {
    if (file.state != VerifiedFile::State::kDamaged) continue;
    std::error_code error;
    fs::path path = entry.folder / file.path;
    if (entry.source == ModelSource::kHuggingFace && fs::is_symlink(path, error)) {
      const std::string blob = fs::read_symlink(path, error).filename().string();
      const fs::path blobs = entry.folder.parent_path().parent_path() / "blobs";
      if (is_digest(blob, Digest::Kind::kSha256) || is_digest(blob, Digest::Kind::kGitBlob))
        path = blobs / blob;
    }
    removed += fs::remove(path, error) ? 1 : 0;
    if (error) return write_error(error.value());
  }
  return removed;
}

}  // namespace fovea
