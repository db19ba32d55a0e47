#pragma once

#include "core/api/error.h"
#include "core/hub/descriptor.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// A file on its way: its bytes, which may come in any order, and behind them what has come so far. A process
/// that is killed between any two instructions leaves a file that the next one goes on with; after a power
/// loss the record may promise bytes that were never written, which the digest at the end finds out.
///
/// The bytes are divided into segments, each filled from its beginning. Different segments may be filled by
/// different threads at once; everything else is for one thread while nobody fills.
///
/// On disk: the bytes; then, at offset `bytes`, "FOVEAPRT", the file's and the segments' size, a length and
/// 128 bytes of the server's validator, and for each segment how much of it has come; all integers 64 bits,
/// of this machine's byte order.
class PartFile {
 public:
  struct Segment {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;   ///< behind the last byte
    std::uint64_t done = 0;  ///< bytes that have come
    bool complete() const { return done == end - begin; }
  };

  /// Opens `path`, or makes it, for a file of `bytes` bytes. What it holds is kept if its record is for that
  /// size and segments of that size, or if it is of exactly that size (a process ended right after finish());
  /// else it is thrown away. Room for all of it is claimed at once where the
  /// file system can. Errors: kDiskFull, kInternal (no permission and the like; the message says which).
  static Result<PartFile> open(const std::filesystem::path& path, std::uint64_t bytes,
                               std::uint64_t segment_bytes);

  /// How much of a file of `bytes` bytes the part at `path` holds; 0 if there is none. Changes nothing.
  static std::uint64_t bytes_in(const std::filesystem::path& path, std::uint64_t bytes);

  const std::vector<Segment>& segments() const { return segments_; }
  std::uint64_t done() const;
  bool complete() const;

  /// The server's name for the bytes' version (an ETag), empty until one is known; kept with the bytes.
  const std::string& validator() const { return validator_; }
  Result<void> set_validator(const std::string& validator);

  /// Appends to a segment; `piece` must fit. The record is written after the bytes. Errors: kDiskFull.
  Result<void> append(std::size_t segment, std::string_view piece);
  /// Forgets all that has come.
  Result<void> reset();
  /// Takes the record off and sees to it that the bytes are on the disk. Nothing may be appended afterwards.
  Result<void> finish();

 private:
  Descriptor file_;
  std::uint64_t bytes_ = 0;
  std::string validator_;
  std::vector<Segment> segments_;

  std::uint64_t record_of(std::size_t segment) const;
  bool read_record(std::uint64_t segment_bytes);
  Result<void> write_record(std::uint64_t segment_bytes);
  Result<void> write_at(std::uint64_t offset, std::string_view bytes) const;
};

/// The error for a write that failed with `number` (errno).
Error write_error(int number);

/// Bytes that `path`'s file system still has for this user; nothing if it does not say. `path` need not
/// exist.
std::uint64_t free_disk_bytes(const std::filesystem::path& path);

/// Bytes that a file takes on the disk, 0 if it is not there.
std::uint64_t allocated_bytes(const std::filesystem::path& path);

/// Makes a rename in `folder` survive a power loss.
void sync_folder(const std::filesystem::path& folder);

}  // namespace fovea
