#include "core/model/integer_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPiece = 8U << 20;

std::string_view dtype_name(StoredType type) {
  switch (type) {
    case StoredType::kFloat32:
      return "F32";
    case StoredType::kBFloat16:
      return "BF16";
    case StoredType::kFloat16:
      return "F16";
    case StoredType::kUInt8:
      return "U8";
    case StoredType::kInt8:
      return "I8";
    case StoredType::kInt32:
      return "I32";
    case StoredType::kInt64:
      return "I64";
  }
  return "F32";
}

std::uint64_t elements(const std::vector<std::int64_t>& shape) {
  std::uint64_t count = 1;
  for (const std::int64_t side : shape) count *= static_cast<std::uint64_t>(side);
  return count;
}

Error disk_full(std::uint64_t needed, std::uint64_t free) {
  return {ErrorCode::kDiskFull,
          "The model takes " + std::to_string((needed + 999'999) / 1'000'000) + " MB on the disk, and " +
              std::to_string(free / 1'000'000) + " MB are free.",
          "Free some room, or name a folder on another disk.", ""};
}

}  // namespace

IntegerFile::~IntegerFile() {
  if (file_ >= 0) ::close(file_);
}

void IntegerFile::add(const std::string& name, std::string_view type, const std::vector<std::int64_t>& shape,
                      std::uint64_t bytes) {
  const nlohmann::json entry = {
      {"dtype", type}, {"shape", shape}, {"data_offsets", {data_bytes_, data_bytes_ + bytes}}};
  entries_ += (entries_.empty() ? "" : ",") + nlohmann::json(name).dump() + ":" + entry.dump();
  places_[name] = {data_bytes_, bytes};
  data_bytes_ += bytes;
}

void IntegerFile::keep(const std::string& name) {
  if (places_.contains(name)) return;
  const StoredTensor& tensor = source_.tensors.at(name).tensor;
  add(name, dtype_name(tensor.type), tensor.shape, tensor.bytes);
  kept_.push_back(name);
}

void IntegerFile::plan(const std::string& name, std::int64_t rows, std::int64_t columns, int bits,
                       std::int64_t group) {
  const IntegerTensors at = integer_tensors(name, rows, columns, bits, group);
  add(at.values, "U8", at.value_shape, elements(at.value_shape));
  add(at.scales, "F16", at.scale_shape, 2 * elements(at.scale_shape));
  add(at.unit, "F32", {1}, 4);
  ++matrices_;
}

Result<void> IntegerFile::create(const fs::path& path) {
  header_ = "{" + entries_ + "}";
  header_.append((8 - header_.size() % 8) % 8, ' ');
  std::error_code unknown;
  const fs::space_info space = fs::space(path.parent_path(), unknown);
  if (!unknown && space.available < bytes()) return disk_full(bytes(), space.available);
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file_ < 0) {
    failed(errno);
    return error_;
  }
  std::string length(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(header_.size() >> (8 * i) & 0xFF);
  if (!write(0, length.data(), 8) || !write(8, header_.data(), header_.size())) return error_;
  return {};
}

bool IntegerFile::failed(int number) {
  error_ = {number == ENOSPC || number == EDQUOT ? ErrorCode::kDiskFull : ErrorCode::kInternal,
            std::string("The model could not be written: ") + std::strerror(number) + ".",
            "Check the disk and the folder's permissions.", ""};
  return false;
}

bool IntegerFile::write(std::uint64_t at, const void* data, std::uint64_t bytes) {
  const auto* from = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t put = ::pwrite(file_, from, std::min<std::uint64_t>(bytes, kPiece), static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return failed(put < 0 ? errno : ENOSPC);
    from += put;
    at += static_cast<std::uint64_t>(put);
    bytes -= static_cast<std::uint64_t>(put);
  }
  return true;
}

bool IntegerFile::write_tensor(const std::string& name, const void* data) {
  const Place& place = places_.at(name);
  return write(8 + header_.size() + place.begin, data, place.bytes);
}

bool IntegerFile::take(const std::string& name, const cpu::QuantizedWeight& weight) {
  const IntegerTensors at = integer_tensors(name, weight.rows, weight.columns, weight.bits, weight.group);
  return write_tensor(at.values, weight.values.const_data_ptr()) &&
         write_tensor(at.scales, weight.scales.const_data_ptr()) && write_tensor(at.unit, &weight.unit);
}

Result<void> IntegerFile::finish(const std::function<bool(std::uint64_t)>& copied) {
  std::vector<char> piece(kPiece);
  for (const std::string& name : kept_) {
    const Checkpoint::Entry& entry = source_.tensors.at(name);
    const Checkpoint::File& file = source_.files[entry.file];
    const int from = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
    const Error ended{ErrorCode::kDamagedModel,
                      "Model file damaged: " + file.name + " (it ended while it was read).",
                      "Wait until it is complete, then start again.", ""};
    if (from < 0) return ended;
    std::uint64_t done = 0;
    Result<void> result;
    while (result && done < entry.tensor.bytes) {
      const std::uint64_t wanted = std::min<std::uint64_t>(kPiece, entry.tensor.bytes - done);
      const ssize_t got = ::pread(from, piece.data(), wanted, static_cast<off_t>(entry.tensor.begin + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        result = ended;
      } else if (!write(8 + header_.size() + places_.at(name).begin + done, piece.data(),
                        static_cast<std::uint64_t>(got))) {
        result = error_;
      } else if (!copied(static_cast<std::uint64_t>(got))) {
        result = Error{ErrorCode::kCancelled, "Stopped.", "", ""};
      }
      done += got > 0 ? static_cast<std::uint64_t>(got) : 0;
    }
    ::close(from);
    if (!result) return result;
  }
  if (::fsync(file_) != 0) {
    failed(errno);
    return error_;
  }
  return {};
}

}  // namespace fovea
