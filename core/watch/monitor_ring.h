#pragma once

#include "core/api/error.h"
#include "core/watch/monitor_record.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace fovea::watch {

/// What becomes of a file that has room for another number of records than is asked for.
enum class RingRoom {
  kAsAsked,  ///< it is resized; its newest records are kept
  kAsItIs,   ///< it stays; the number is for a file that is not there yet
};

/// Hours of MonitorRecords in a file of fixed size: the newest takes the place of the oldest. Each record is
/// written with one call and carries its number and a checksum, so that a process killed, or a machine gone,
/// while writing loses that record and nothing else. One writer, whichever process has the lock; any readers.
class MonitorRing {
 public:
  static constexpr std::uint32_t kMostRecords = 1'000'000;  ///< some 180 MB

  /// Opens or makes the file for writing, with room for `records`; its folder is made. One that is none of
  /// this program's is an error rather than overwritten. Errors: kBusy (another process records there),
  /// kInvalidArgument, kDiskFull.
  static Result<MonitorRing> open(const std::filesystem::path& file, std::uint32_t records,
                                  RingRoom room = RingRoom::kAsAsked);

  MonitorRing(MonitorRing&& other) noexcept;
  MonitorRing& operator=(MonitorRing&& other) noexcept;
  ~MonitorRing();

  Result<void> append(const MonitorRecord& record);
  /// That the file holds at most.
  std::uint32_t records() const { return records_; }

  /// All whole records, oldest first; needs no lock. Errors: kNotFound, kInvalidArgument (no such file of
  /// ours).
  static Result<std::vector<MonitorRecord>> read(const std::filesystem::path& file);

 private:
  MonitorRing(int descriptor, std::uint32_t records, std::uint64_t next)
      : descriptor_(descriptor), records_(records), next_(next) {}

  int descriptor_ = -1;
  std::uint32_t records_ = 0;
  std::uint64_t next_ = 1;  ///< number of the next record; 0 is none
};

}  // namespace fovea::watch
