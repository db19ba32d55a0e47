#include "core/watch/monitor_ring.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fovea::watch {
namespace {

namespace fs = std::filesystem;

// The file is this machine's own: values lie in its byte order.
struct Header {
  std::array<char, 8> magic;
  std::uint32_t record_bytes;
  std::uint32_t records;
};
constexpr std::array<char, 8> kMagic = {'f', 'o', 'v', 'r', 'i', 'n', 'g', '1'};

struct Slot {
  std::uint64_t number;  // from 1; 0: never written
  double time;
  std::array<double, kGauges> values;
  std::uint64_t check;
};
static_assert(sizeof(Slot) == 8 * (kGauges + 3));

/// FNV-1a of all before `check`. Not against malice: against halves of a record.
std::uint64_t check_of(const Slot& slot) {
  std::array<unsigned char, sizeof(Slot) - sizeof slot.check> bytes;
  std::memcpy(bytes.data(), &slot, bytes.size());
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001B3U;
  return hash;
}

off_t offset_of(std::uint64_t number, std::uint32_t records) {
  return static_cast<off_t>(sizeof(Header) + (number - 1) % records * sizeof(Slot));
}

bool write_all(int descriptor, const void* data, std::size_t size, off_t at) {
  ssize_t written = 0;
  do {
    written = pwrite(descriptor, data, size, at);
  } while (written < 0 && errno == EINTR);
  return written == static_cast<ssize_t>(size);
}

bool read_header(int descriptor, Header& header) {
  return pread(descriptor, &header, sizeof header, 0) == static_cast<ssize_t>(sizeof header) &&
         header.magic == kMagic && header.record_bytes == sizeof(Slot) && header.records >= 1 &&
         header.records <= MonitorRing::kMostRecords;
}

/// Whole slots, by their number.
std::vector<Slot> read_slots(int descriptor, std::uint32_t records) {
  std::vector<Slot> slots(records);
  auto* bytes = reinterpret_cast<char*>(slots.data());
  const std::size_t size = slots.size() * sizeof(Slot);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got =
        pread(descriptor, bytes + done, size - done, static_cast<off_t>(sizeof(Header) + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  slots.resize(done / sizeof(Slot));
  std::erase_if(slots, [](const Slot& slot) { return slot.number == 0 || slot.check != check_of(slot); });
  std::sort(slots.begin(), slots.end(), [](const Slot& a, const Slot& b) { return a.number < b.number; });
  return slots;
}

Error not_ours(const fs::path& file) {
  return {ErrorCode::kInvalidArgument, file.string() + " is no monitor file of this version.",
          "Name another file, or remove it.", "--ring"};
}

Error unwritable(const fs::path& file) {
  return {ErrorCode::kDiskFull, "The monitor file " + file.string() + " could not be written.",
          "Is the disk full, or the folder read-only?", "--ring"};
}

/// Makes the file anew around `slots`, in place: whoever holds the lock keeps it.
bool lay_out(int descriptor, std::uint32_t records, const std::vector<Slot>& slots) {
  const auto size = static_cast<off_t>(sizeof(Header) + static_cast<std::size_t>(records) * sizeof(Slot));
  const Header header{kMagic, sizeof(Slot), records};
  // Emptied first: a crash on the way leaves a file without a header, which is begun anew.
  if (ftruncate(descriptor, 0) != 0 || ftruncate(descriptor, size) != 0) return false;
  for (const Slot& slot : slots) {
    if (!write_all(descriptor, &slot, sizeof slot, offset_of(slot.number, records))) return false;
  }
  return write_all(descriptor, &header, sizeof header, 0);
}

/// Whether the file is empty or was only begun, by this program: all zero where the header belongs.
bool blank(int descriptor) {
  Header header{};
  const ssize_t got = pread(descriptor, &header, sizeof header, 0);
  const Header zero{};
  return got == 0 ||
         (got == static_cast<ssize_t>(sizeof header) && std::memcmp(&header, &zero, sizeof header) == 0);
}

}  // namespace

Result<MonitorRing> MonitorRing::open(const fs::path& file, std::uint32_t records, RingRoom room) {
  if (records < 1 || records > kMostRecords) {
    return Error{ErrorCode::kInvalidArgument,
                 "A monitor file holds 1 to " + std::to_string(kMostRecords) + " records, not " +
                     std::to_string(records) + ".",
                 "Keep fewer hours, or look less often.", "--hours"};
  }
  std::error_code ignored;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), ignored);
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return unwritable(file);
  MonitorRing ring(descriptor, records, 1);  // closes it on every way out
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::kBusy, "Another process records in " + file.string() + ".", {}, "--ring"};
  }
  Header header{};
  if (!read_header(descriptor, header)) {
    if (!blank(descriptor)) return not_ours(file);
    if (!lay_out(descriptor, records, {})) return unwritable(file);
    return ring;
  }
  std::vector<Slot> slots = read_slots(descriptor, header.records);
  if (!slots.empty()) ring.next_ = slots.back().number + 1;
  if (header.records == records) return ring;
  if (room == RingRoom::kAsItIs) {
    ring.records_ = header.records;
    return ring;
  }
  if (slots.size() > records) slots.erase(slots.begin(), slots.end() - static_cast<std::ptrdiff_t>(records));
  if (!lay_out(descriptor, records, slots)) return unwritable(file);
  return ring;
}

MonitorRing::MonitorRing(MonitorRing&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), records_(other.records_), next_(other.next_) {}

MonitorRing& MonitorRing::operator=(MonitorRing&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  records_ = other.records_;
  next_ = other.next_;
  return *this;
}

MonitorRing::~MonitorRing() {
  if (descriptor_ >= 0) close(descriptor_);  // gives the lock back
}

Result<void> MonitorRing::append(const MonitorRecord& record) {
  Slot slot{next_, record.time, record.values, 0};
  slot.check = check_of(slot);
  if (!write_all(descriptor_, &slot, sizeof slot, offset_of(next_, records_))) {
    return Error{ErrorCode::kDiskFull, "The monitor file could not be written.", "Is the disk full?",
                 "--ring"};
  }
  ++next_;
  return {};
}

Result<std::vector<MonitorRecord>> MonitorRing::read(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return Error{ErrorCode::kNotFound, "There is no monitor file " + file.string() + ".",
                 "`fovea top` and `fovea top --watch` write it.", "--ring"};
  }
  const MonitorRing closer(descriptor, 1, 1);
  Header header{};
  if (!read_header(descriptor, header)) {
    if (blank(descriptor)) return std::vector<MonitorRecord>();
    return not_ours(file);
  }
  std::vector<MonitorRecord> out;
  for (const Slot& slot : read_slots(descriptor, header.records)) out.push_back({slot.time, slot.values});
  return out;
}

}  // namespace fovea::watch
