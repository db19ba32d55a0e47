#pragma once

#include "core/api/error.h"
#include "core/model/checkpoint.h"
#include "core/model/integer_weights.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// A safetensors file that is written while WeightSource walks a checkpoint: planned in the first pass,
/// filled in the second. One thread.
class IntegerFile : public IntegerSink {
 public:
  /// `source` must outlive it.
  explicit IntegerFile(const Checkpoint& source) : source_(source) {}
  ~IntegerFile() override;
  IntegerFile(const IntegerFile&) = delete;
  IntegerFile& operator=(const IntegerFile&) = delete;

  void keep(const std::string& name) override;
  void plan(const std::string& name, std::int64_t rows, std::int64_t columns, int bits,
            std::int64_t group) override;
  bool take(const std::string& name, const cpu::QuantizedWeight& weight) override;

  /// After the first pass: makes the file and writes its header. Errors: kDiskFull, as far as the file system
  /// tells how much room it has.
  Result<void> create(const std::filesystem::path& path);

  /// After the second: copies what is kept, `copied` being told how many bytes at a time (false: stop), and
  /// sees to it that all is on the disk. Errors: kCancelled, kDiskFull, kDamagedModel (the source ended).
  Result<void> finish(const std::function<bool(std::uint64_t)>& copied);

  /// What went wrong when take() said no.
  const Error& error() const { return error_; }
  std::uint64_t bytes() const { return 8 + header_.size() + data_bytes_; }
  std::int64_t matrices() const { return matrices_; }

 private:
  void add(const std::string& name, std::string_view type, const std::vector<std::int64_t>& shape,
           std::uint64_t bytes);
  bool write(std::uint64_t at, const void* data, std::uint64_t bytes);
  bool write_tensor(const std::string& name, const void* data);
  bool failed(int number);

  struct Place {
    std::uint64_t begin = 0;  ///< behind the header
    std::uint64_t bytes = 0;
  };

  const Checkpoint& source_;
  std::vector<std::string> kept_;
  std::map<std::string, Place> places_;
  std::string entries_;  ///< the header's JSON, so far
  std::string header_;
  std::uint64_t data_bytes_ = 0;
  std::int64_t matrices_ = 0;
  int file_ = -1;
  Error error_;
};

}  // namespace fovea
