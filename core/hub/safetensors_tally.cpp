#include "core/hub/safetensors_tally.h"

#include "core/hub/json_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <string_view>

namespace fovea {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxHeaderBytes = 100ULL << 20;

/// Ends of names that integers of compressed-tensors, GPTQ and AWQ have, and what belongs to them.
constexpr std::array<std::string_view, 9> kPackedEnds = {
    "qweight",           "qzeros",       "scales",      "g_idx", "weight_packed", "weight_scale",
    "weight_zero_point", "weight_g_idx", "weight_shape"};

/// Adds up a header while it is parsed; keeps nothing of it but the sums. Levels: 1 tensor names, 2 a
/// tensor's keys, 3 the numbers of `shape` and `data_offsets`.
class TallyHandler final : public nlohmann::json_sax<json> {
 public:
  explicit TallyHandler(SafetensorsTally& tally) : tally_(tally) {}

  std::uint64_t data_end() const { return data_end_; }  ///< largest end of a tensor, from the header's end on

  bool null() override { return metadata_; }
  bool boolean(bool) override { return metadata_; }
  bool number_float(number_float_t, const string_t&) override { return metadata_; }
  bool binary(binary_t&) override { return false; }
  bool number_integer(number_integer_t) override { return metadata_; }  // negative ones come here
  bool number_unsigned(number_unsigned_t value) override {
    if (!in_tensor()) return metadata_;
    if (key_ == "shape" && depth_ == 3) {
      constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
      if (value != 0 && elements_ > kLargest / value) return false;
      elements_ *= value;
      return true;
    }
    if (key_ == "data_offsets" && depth_ == 3 && offsets_ < 2) {
      range_.at(offsets_++) = value;
      return true;
    }
    return false;
  }
  bool string(string_t& value) override {
    if (!in_tensor()) return metadata_;
    if (key_ != "dtype" || depth_ != 2) return false;
    dtype_ = std::move(value);
    return dtype_.size() <= 16;
  }
  bool key(string_t& name) override {
    if (depth_ == 1) {
      metadata_ = name == "__metadata__";
      const auto dot = name.rfind('.');
      end_ = dot == string_t::npos ? name : name.substr(dot + 1);
    } else {
      key_ = std::move(name);
    }
    return true;
  }
  bool start_object(std::size_t) override {
    if (++depth_ > 2) return false;
    if (!in_tensor()) return true;
    elements_ = 1;
    offsets_ = 0;
    dtype_.clear();
    return true;
  }
  bool end_object() override {
    const bool good = !in_tensor() || take_tensor();
    --depth_;
    return good;
  }
  bool start_array(std::size_t) override { return ++depth_ == 3 && !metadata_; }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool in_tensor() const { return depth_ >= 2 && !metadata_; }

  bool take_tensor() {
    if (offsets_ != 2 || dtype_.empty() || range_[1] < range_[0]) return false;
    constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
    if (static_cast<std::int64_t>(elements_) > kLargest - tally_.parameters) return false;
    tally_.parameters += static_cast<std::int64_t>(elements_);
    if (dtype_ == "I8" && end_ == "weight") {
      tally_.packed["int8"] += static_cast<std::int64_t>(elements_);
    } else if (std::find(kPackedEnds.begin(), kPackedEnds.end(), end_) != kPackedEnds.end()) {
      tally_.packed[end_] += static_cast<std::int64_t>(elements_);
    }
    tally_.tensors += 1;
    tally_.bytes_by_dtype[dtype_] += range_[1] - range_[0];
    data_end_ = std::max(data_end_, range_[1]);
    return tally_.bytes_by_dtype.size() <= 32;
  }

  SafetensorsTally& tally_;
  int depth_ = 0;
  bool metadata_ = false;
  std::string end_;  ///< of the tensor's name
  std::string key_;
  std::string dtype_;
  std::uint64_t elements_ = 1;
  std::array<std::uint64_t, 2> range_{};
  std::size_t offsets_ = 0;
  std::uint64_t data_end_ = 0;
};

}  // namespace

Result<SafetensorsTally> tally_safetensors(const std::filesystem::path& path, const std::string& name) {
  std::error_code error;
  const std::uint64_t file_bytes = std::filesystem::file_size(path, error);
  std::ifstream stream(path, std::ios::binary);
  if (error || !stream) return damaged_file(name, "it cannot be read");

  std::array<unsigned char, 8> first{};
  stream.read(reinterpret_cast<char*>(first.data()), first.size());
  if (!stream) return damaged_file(name, "it is cut off");
  std::uint64_t header_bytes = 0;
  for (std::size_t i = first.size(); i-- > 0;) header_bytes = header_bytes << 8 | first.at(i);
  if (header_bytes > kMaxHeaderBytes) return damaged_file(name, "its header is over 100 MB");
  if (header_bytes > file_bytes - first.size()) return damaged_file(name, "it is cut off");

  std::string header(header_bytes, '\0');
  stream.read(header.data(), static_cast<std::streamsize>(header_bytes));
  if (!stream) return damaged_file(name, "it is cut off");

  SafetensorsTally tally;
  tally.file_bytes = file_bytes;
  TallyHandler handler(tally);
  if (!json::sax_parse(header, &handler)) return damaged_file(name, "its header makes no sense");
  if (handler.data_end() > file_bytes - first.size() - header_bytes)
    return damaged_file(name, "it is cut off");
  return tally;
}

}  // namespace fovea
