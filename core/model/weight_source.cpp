#include "core/model/weight_source.h"

#include "core/api/weight_group.h"
#include "core/device/huge_pages.h"
#include "core/model/lora_adapter.h"
#include "core/model/prequantized_weight.h"
#include "core/model/quantization.h"
#include "core/model/weight_faults.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <new>
#include <thread>
#include <utility>

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fovea {
namespace {

constexpr std::uint64_t kChunk = 4U << 20;
constexpr int kReaders = 4;

/// Of the passing block, which stays until all is read; heads with large vocabularies have blocks of their
/// own.
constexpr std::uint64_t kMostPassing = 256U << 20;

at::ScalarType at_type(StoredType type) {
  switch (type) {
    case StoredType::kFloat32:
      return at::kFloat;
    case StoredType::kBFloat16:
      return at::kBFloat16;
    case StoredType::kFloat16:
      return at::kHalf;
    case StoredType::kUInt8:
      return at::kByte;
    case StoredType::kInt8:
      return at::kChar;
    case StoredType::kInt32:
      return at::kInt;
    case StoredType::kInt64:
      return at::kLong;
  }
  return at::kFloat;
}

bool read_fully(int fd, char* to, std::uint64_t bytes, std::uint64_t offset) {
  while (bytes > 0) {
    const ssize_t got = ::pread(fd, to, bytes, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    offset += static_cast<std::uint64_t>(got);
    bytes -= static_cast<std::uint64_t>(got);
  }
  return true;
}

/// Reads [offset, offset + bytes) with several readers, each taking the next chunk.
bool read_parallel(int fd, char* to, std::uint64_t bytes, std::uint64_t offset) {
  const std::uint64_t chunks = (bytes + kChunk - 1) / kChunk;
  if (chunks <= 1) return read_fully(fd, to, bytes, offset);
  std::atomic<std::uint64_t> next{0};
  std::atomic<bool> ok{true};
  const auto work = [&] {
    for (std::uint64_t i = next++; i < chunks && ok; i = next++) {
      const std::uint64_t begin = i * kChunk;
      if (!read_fully(fd, to + begin, std::min(kChunk, bytes - begin), offset + begin)) ok = false;
    }
  };
  std::vector<std::jthread> readers;
  for (int i = 1; i < kReaders; ++i) readers.emplace_back(work);
  work();
  readers.clear();
  return ok;
}

}  // namespace

/// The open files, with what they were when they were opened.
struct WeightSource::Files {
  struct Open {
    int fd = -1;
    struct stat was {};
  };
  std::vector<Open> open;

  ~Files() {
    for (const Open& file : open) {
      if (file.fd >= 0) ::close(file.fd);
    }
  }

  bool unchanged(std::size_t i, std::uint64_t header_bytes) const {
    struct stat now {};
    return ::fstat(open[i].fd, &now) == 0 && now.st_size == open[i].was.st_size &&
           static_cast<std::uint64_t>(now.st_size) == header_bytes &&
           now.st_mtim.tv_sec == open[i].was.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == open[i].was.st_mtim.tv_nsec;
  }
};

WeightSource::WeightSource(const Checkpoint& checkpoint, at::ScalarType type, Pass pass,
                           LoadObserver observer, const WeightOptions& storage, const WeightOrigin& origin,
                           const Compute& compute)
    : checkpoint_(checkpoint),
      compute_(compute),
      type_(type),
      pass_(pass),
      observer_(std::move(observer)),
      storage_(storage),
      files_(new Files),
      origin_(origin) {
  if (origin.scheme != nullptr) layout_.emplace(*origin.scheme, checkpoint);
  for (const auto& [name, entry] : checkpoint.tensors) total_ += entry.tensor.bytes;
  if (pass_ == Pass::kCheck) return;
  if (!compute.device().is_cpu()) upload_.emplace(compute.device());
  for (const auto& file : checkpoint.files) {
    Files::Open open;
    open.fd = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (open.fd < 0 || ::fstat(open.fd, &open.was) != 0) {
      fail({ErrorCode::kNotFound, "Can't read " + file.name + ".",
            "Check that you may read the model's files.", ""});
    } else {
      (void)::posix_fadvise(open.fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    files_->open.push_back(open);
  }
}

WeightSource::~WeightSource() = default;

LinearFormat WeightSource::format_of(bool chosen) const {
  if (!chosen || (storage_.format != WeightFormat::kInt8 && storage_.format != WeightFormat::kInt4))
    return {};
  const int bits = storage_.format == WeightFormat::kInt8 ? 8 : 4;
  return {bits, group_or_usual(storage_.group, bits)};
}

void WeightSource::fail(Error error) {
  if (!failed_) error_ = std::move(error);
  failed_ = true;
}

bool WeightSource::has(const std::string& name) const {
  return checkpoint_.tensors.contains(name) || has_prequantized(name);
}

bool WeightSource::has_prequantized(const std::string& name) const {
  return layout_ && layout_->holds(name);
}

void WeightSource::skip(const std::string& name) {
  taken_.insert(name);
}

bool WeightSource::check(const std::string& name, const std::vector<std::int64_t>& shape, bool integers) {
  const auto it = checkpoint_.tensors.find(name);
  if (it == checkpoint_.tensors.end()) {
    fail(damaged_weights("The model lacks the tensor " + name + " " + shape_text(shape) + "."));
    return false;
  }
  taken_.insert(name);
  if (it->second.tensor.shape != shape) {
    fail(damaged_weights("The tensor " + name + " has the shape " + shape_text(it->second.tensor.shape) +
                         ", expected " + shape_text(shape) + "."));
    return false;
  }
  if (integers ? it->second.tensor.type != StoredType::kUInt8 : !is_float(it->second.tensor.type)) {
    fail(damaged_weights("The tensor " + name + " is stored as " +
                         std::string(stored_type_name(it->second.tensor.type)) +
                         ", which is not what it should be."));
    return false;
  }
  return !failed_;
}

bool WeightSource::check_part(const std::string& name, const std::vector<std::int64_t>& shape) {
  if (origin_.adapter != nullptr && origin_.adapter->changes(name)) {
    if (auto fits = origin_.adapter->fits(name, shape); !fits) {
      fail(std::move(fits).error());
      return false;
    }
  }
  if (has_prequantized(name) && shape.size() == 2) {
    taken_.insert(name);
    return check_prequantized(name, shape[0], shape[1]);
  }
  return check(name, shape);
}

bool WeightSource::check_prequantized(const std::string& name, std::int64_t rows, std::int64_t columns) {
  auto names = layout_->find(name, rows, columns);
  if (!names) {
    fail(std::move(names).error());
    return false;
  }
  for (const std::string& part : {names->values, names->scales, names->zeros, names->order, names->shape}) {
    if (!part.empty()) taken_.insert(part);
  }
  return !failed_;
}

at::Tensor WeightSource::read_stored(const std::string& name) {
  if (name.empty() || failed_) return {};
  const StoredTensor& stored = checkpoint_.tensors.at(name).tensor;
  at::Tensor out = at::empty(stored.shape, at::TensorOptions().dtype(at_type(stored.type)));
  read_into(name, out);
  return out;
}

std::optional<PrequantizedWeight> WeightSource::read_prequantized(const std::string& name, std::int64_t rows,
                                                                  std::int64_t columns) {
  const auto names = layout_->find(name, rows, columns);
  if (!names) {
    fail(names.error());
    return std::nullopt;
  }
  PrequantizedTensors tensors{read_stored(names->values), read_stored(names->scales),
                              read_stored(names->zeros), read_stored(names->order),
                              read_stored(names->shape)};
  if (failed_) return std::nullopt;
  auto weight = PrequantizedWeight::make(layout_->scheme(), name, rows, columns, std::move(tensors));
  if (!weight) {
    fail(std::move(weight).error());
    return std::nullopt;
  }
  return std::move(weight).value();
}

/// Reads a weight, of whatever form, and merges what the adapter has for it.
void WeightSource::read_part(const std::string& name, const at::Tensor& target) {
  const bool merged = origin_.adapter != nullptr && origin_.adapter->changes(name);
  const bool integers = has_prequantized(name) && target.dim() == 2;
  // Both are worked on by the processor.
  const at::TensorOptions worked_on =
      at::TensorOptions().dtype(merged ? at::kFloat : target.scalar_type()).device(at::kCPU);
  const bool apart =
      merged ? target.scalar_type() != at::kFloat || !target.is_cpu() : integers && !target.is_cpu();
  const at::Tensor numbers = apart ? at::empty(target.sizes(), worked_on) : target;
  if (integers) {
    const auto weight = read_prequantized(name, target.size(0), target.size(1));
    if (weight) weight->dequantize(numbers);
  } else {
    read_into(name, numbers);
  }
  if (failed_) return;
  if (merged) origin_.adapter->merge(name, numbers);
  if (apart) target.copy_(numbers);
}

void WeightSource::read_into(const std::string& name, const at::Tensor& target) {
  const Checkpoint::Entry& entry = checkpoint_.tensors.at(name);
  const StoredTensor& stored = entry.tensor;
  const auto& file = checkpoint_.files[entry.file];
  const int fd = files_->open[entry.file].fd;
  const at::ScalarType from = at_type(stored.type);
  bool ok = false;
  const at::Tensor into =
      from == target.scalar_type() ? target : at::empty(target.sizes(), target.options().dtype(from));
  if (into.is_cpu()) {
    ok = read_parallel(fd, static_cast<char*>(into.mutable_data_ptr()), stored.bytes, stored.begin);
  } else {
    ok = upload_->fill(into, [&](char* to, std::uint64_t bytes, std::uint64_t offset) {
      return read_parallel(fd, to, bytes, stored.begin + offset);
    });
  }
  if (ok && !into.is_same(target)) target.copy_(into);
  if (!ok || !files_->unchanged(entry.file, file.bytes)) {
    return fail({ErrorCode::kDamagedModel,
                 "Model file damaged: " + file.name + " (it changed or ended while it was read).",
                 "Wait until it is complete, then load the model again.", ""});
  }
  done_ += stored.bytes;
  if (observer_ && !observer_({"reading weights", done_, total_})) {
    fail({ErrorCode::kCancelled, "Loading was stopped.", "", ""});
  }
}

at::Tensor WeightSource::tensor(const std::string& name, const std::vector<std::int64_t>& shape) {
  return stacked({{name, shape}});
}

at::Tensor WeightSource::stacked(
    const std::vector<std::pair<std::string, std::vector<std::int64_t>>>& parts) {
  if (asked_for_ != nullptr) {
    asked_for_->insert(asked_for_->end(), parts.begin(), parts.end());
    return {};
  }
  std::vector<std::int64_t> whole = parts.front().second;
  whole[0] = 0;
  bool ok = !failed_;
  for (const auto& [name, shape] : parts) {
    ok = check_part(name, shape) && ok;
    whole[0] += shape[0];
  }
  if (ok && sink_ != nullptr && !handing_over_) {
    for (const auto& [name, shape] : parts) sink_->keep(name);
    return {};
  }
  if (!ok || pass_ == Pass::kCheck) return {};
  at::Tensor out;
  try {
    out = room_for(whole);
  } catch (const std::exception&) {
    fail(no_memory_for_weights());
    return {};
  }
  std::int64_t row = 0;
  for (const auto& [name, shape] : parts) {
    read_part(name, out.narrow(0, row, shape[0]));
    if (failed_) return {};
    row += shape[0];
  }
  return out;
}

at::Tensor WeightSource::room_for(const std::vector<std::int64_t>& shape) {
  const auto options = at::TensorOptions().dtype(type_).device(compute_.device());
  const auto numbers = c10::multiply_integers(shape);
  const bool passing = std::exchange(into_passing_, false) &&
                       static_cast<std::uint64_t>(numbers) * c10::elementSize(type_) <= kMostPassing;
  if (passing && passing_.defined() && passing_.numel() >= numbers) {
    return passing_.narrow(0, 0, numbers).view(shape);
  }
  at::Tensor out = at::empty({numbers}, options);
  if (out.is_cpu()) advise_huge_pages(out.mutable_data_ptr(), out.nbytes());
  if (passing) passing_ = out;
  return out.view(shape);
}

Result<void> WeightSource::finish() const {
  if (failed_) return error_;
  if (origin_.adapter != nullptr) {
    for (const std::string& name : origin_.adapter->weights()) {
      if (taken_.contains(name)) continue;
      return Error{ErrorCode::kDamagedModel,
                   "The adapter is for another model: it changes " + name + ", which this one does not have.",
                   "Use the model that the adapter was trained on.", "adapter"};
    }
  }
  for (const auto& [name, entry] : checkpoint_.tensors) {
    if (!taken_.contains(name)) {
      return damaged_weights("The model holds the tensor " + name + " " + shape_text(entry.tensor.shape) +
                             ", which its config.json does not call for.");
    }
  }
  return {};
}

}  // namespace fovea
