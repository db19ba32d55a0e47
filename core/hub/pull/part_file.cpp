#include "core/hub/pull/part_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "FOVEAPRT";
constexpr std::size_t kLongestValidator = 128;
constexpr std::size_t kHead = 8 + 3 * 8 + kLongestValidator;

std::string as_bytes(std::uint64_t value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

std::uint64_t as_number(std::string_view bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// Reads exactly `size` bytes; false if there are fewer.
bool read_at(int file, std::uint64_t offset, std::size_t size, std::string& into) {
  into.resize(size);
  for (std::size_t got = 0; got < size;) {
    const ssize_t count = pread(file, into.data() + got, size - got, static_cast<off_t>(offset + got));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    got += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

Error write_error(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return {
          ErrorCode::kDiskFull, "The disk is full.", "Make room and start it again: what came is kept.", {}};
    case EFBIG:
      return {ErrorCode::kDiskFull,
              "The file is larger than this file system or this process's limit allows.",
              "Use another disk for the cache, or raise `ulimit -f`.",
              {}};
    case EACCES:
    case EPERM:
    case EROFS:
      return {ErrorCode::kForbidden,
              "The cache folder may not be written to.",
              "Change its permissions, or choose another with HF_HUB_CACHE or MODELSCOPE_CACHE.",
              {}};
    default:
      return {ErrorCode::kInternal,
              "The cache folder could not be written: " + std::string(std::strerror(number)) + ".",
              "Choose another with HF_HUB_CACHE or MODELSCOPE_CACHE.",
              {}};
  }
}

Result<PartFile> PartFile::open(const fs::path& path, std::uint64_t bytes, std::uint64_t segment_bytes) {
  PartFile part;
  part.bytes_ = bytes;
  part.file_ = Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!part.file_) return write_error(errno);
  for (std::uint64_t begin = 0; begin < bytes; begin += segment_bytes) {
    part.segments_.push_back({begin, begin + std::min(segment_bytes, bytes - begin), 0});
  }
  if (part.read_record(segment_bytes)) return part;
  part.validator_.clear();
  struct stat info = {};
  const bool finished =
      fstat(part.file_.get(), &info) == 0 && bytes > 0 && info.st_size == static_cast<off_t>(bytes);
  for (Segment& segment : part.segments_) segment.done = finished ? segment.end - segment.begin : 0;
  if (finished) {
    if (Result<void> written = part.write_record(segment_bytes); !written) return written.error();
    return part;
  }
  if (ftruncate(part.file_.get(), 0) != 0) return write_error(errno);
  // Where fallocate is not to be had the room is claimed as the bytes come.
  const auto whole = static_cast<off_t>(bytes + kHead + 8 * part.segments_.size());
  if (fallocate(part.file_.get(), 0, 0, whole) != 0 && errno != EOPNOTSUPP && errno != ENOSYS) {
    const int number = errno;
    if (ftruncate(part.file_.get(), 0) != 0) return write_error(errno);
    return write_error(number);
  }
  if (Result<void> written = part.write_record(segment_bytes); !written) return written.error();
  return part;
}

std::uint64_t PartFile::bytes_in(const fs::path& path, std::uint64_t bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::string head;
  struct stat info = {};
  if (!file || fstat(file.get(), &info) != 0) return 0;
  if (info.st_size == static_cast<off_t>(bytes)) return bytes;
  if (!read_at(file.get(), bytes, kHead, head) || !head.starts_with(kMagic) ||
      as_number(std::string_view(head).substr(8)) != bytes)
    return 0;
  std::string record;
  const auto rest = static_cast<std::uint64_t>(info.st_size) - bytes - kHead;
  constexpr std::uint64_t kMostRecord = 64U << 20;
  if (rest > kMostRecord || !read_at(file.get(), bytes + kHead, rest, record)) return 0;
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at + 8 <= record.size(); at += 8)
    sum += as_number(std::string_view(record).substr(at));
  return std::min(sum, bytes);
}

std::uint64_t PartFile::record_of(std::size_t segment) const {
  return bytes_ + kHead + 8 * segment;
}

bool PartFile::read_record(std::uint64_t segment_bytes) {
  std::string record;
  if (!read_at(file_.get(), bytes_, kHead + 8 * segments_.size(), record)) return false;
  const std::string_view view = record;
  const std::uint64_t length = as_number(view.substr(24));
  if (!view.starts_with(kMagic) || as_number(view.substr(8)) != bytes_ ||
      as_number(view.substr(16)) != segment_bytes || length > kLongestValidator)
    return false;
  validator_ = view.substr(32, length);
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    segments_[i].done = as_number(view.substr(kHead + 8 * i));
    if (segments_[i].done > segments_[i].end - segments_[i].begin) return false;
  }
  return true;
}

Result<void> PartFile::write_record(std::uint64_t segment_bytes) {
  std::string record(kMagic);
  record += as_bytes(bytes_) + as_bytes(segment_bytes) + as_bytes(validator_.size()) + validator_;
  record.resize(kHead, '\0');
  for (const Segment& segment : segments_) record += as_bytes(segment.done);
  return write_at(bytes_, record);
}

Result<void> PartFile::write_at(std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return write_error(errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

std::uint64_t PartFile::done() const {
  std::uint64_t sum = 0;
  for (const Segment& segment : segments_) sum += segment.done;
  return sum;
}

bool PartFile::complete() const {
  return std::all_of(segments_.begin(), segments_.end(),
                     [](const Segment& segment) { return segment.complete(); });
}

Result<void> PartFile::set_validator(const std::string& validator) {
  validator_ = validator.substr(0, kLongestValidator);
  std::string record = as_bytes(validator_.size()) + validator_;
  record.resize(8 + kLongestValidator, '\0');
  return write_at(bytes_ + 24, record);
}

Result<void> PartFile::append(std::size_t index, std::string_view piece) {
  Segment& segment = segments_.at(index);
  if (Result<void> written = write_at(segment.begin + segment.done, piece); !written) return written;
  segment.done += piece.size();
  return write_at(record_of(index), as_bytes(segment.done));
}

Result<void> PartFile::reset() {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    segments_[i].done = 0;
    if (Result<void> written = write_at(record_of(i), as_bytes(0)); !written) return written;
  }
  return set_validator({});
}

Result<void> PartFile::finish() {
  if (ftruncate(file_.get(), static_cast<off_t>(bytes_)) != 0 || fsync(file_.get()) != 0)
    return write_error(errno);
  return {};
}

std::uint64_t free_disk_bytes(const fs::path& path) {
  struct statvfs info = {};
  for (fs::path folder = path; !folder.empty(); folder = folder.parent_path()) {
    if (statvfs(folder.c_str(), &info) == 0) return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
    if (folder == folder.root_path()) break;
  }
  return std::numeric_limits<std::uint64_t>::max();
}

std::uint64_t allocated_bytes(const fs::path& path) {
  struct stat info = {};
  constexpr std::uint64_t kBlock = 512;  // st_blocks' unit, whatever the file system's is
  return stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_blocks) * kBlock : 0;
}

void sync_folder(const fs::path& folder) {
  const Descriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor) fsync(descriptor.get());
}

}  // namespace fovea
