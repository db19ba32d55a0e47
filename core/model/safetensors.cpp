#include "core/model/safetensors.h"

#include <algorithm>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using nlohmann::json;

Error damaged_file(const std::string& file, const std::string& what) {
  return Error{ErrorCode::kDamagedModel, "Model file damaged: " + file + " (" + what + ").",
               "Download this file again.", ""};
}

/// Builds the header's JSON while refusing what nlohmann's own parser lets pass: duplicate keys and depth.
class HeaderBuilder : public nlohmann::json_sax<json> {
 public:
  std::string problem;
  json root;

  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(number_integer_t v) override { return value(v); }
  bool number_unsigned(number_unsigned_t v) override { return value(v); }
  bool number_float(number_float_t v, const string_t&) override { return value(v); }
  bool string(string_t& v) override { return value(std::move(v)); }
  bool binary(binary_t&) override { return fail("binary value"); }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& k) override {
    if (stack_.back()->contains(k)) return fail("'" + k.substr(0, 80) + "' is listed twice");
    key_ = std::move(k);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return fail("header is not JSON at byte " + std::to_string(position));
  }

 private:
  static constexpr std::size_t kMaxDepth = 8;

  bool fail(std::string what) {
    problem = std::move(what);
    return false;
  }
  json* place(json v) {
    if (stack_.empty()) {
      root = std::move(v);
      return &root;
    }
    json& parent = *stack_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(v));
      return &parent.back();
    }
    return &(parent[key_] = std::move(v));
  }
  bool value(json v) {
    place(std::move(v));
    return true;
  }
  bool open(json v) {
    if (stack_.size() >= kMaxDepth) return fail("header is nested too deeply");
    stack_.push_back(place(std::move(v)));
    return true;
  }
  bool close() {
    stack_.pop_back();
    return true;
  }

  std::vector<json*> stack_;
  std::string key_;
};

std::optional<StoredType> stored_type(const std::string& name) {
  if (name == "F32") return StoredType::kFloat32;
  if (name == "BF16") return StoredType::kBFloat16;
  if (name == "F16") return StoredType::kFloat16;
  if (name == "U8") return StoredType::kUInt8;
  if (name == "I8") return StoredType::kInt8;
  if (name == "I32") return StoredType::kInt32;
  if (name == "I64") return StoredType::kInt64;
  return std::nullopt;
}

std::optional<std::uint64_t> as_unsigned(const json& v) {
  if (v.is_number_unsigned()) return v.get<std::uint64_t>();
  return std::nullopt;
}

/// One header entry as a tensor; offsets stay relative to the data section.
Result<StoredTensor> read_entry(const std::string& name, const json& entry, std::uint64_t data_bytes,
                                const std::string& file) {
  const std::string shown = "'" + name.substr(0, 120) + "'";
  const auto field = [&](const char* key) -> const json* {
    const auto it = entry.find(key);
    return it == entry.end() ? nullptr : &*it;
  };
  if (!entry.is_object()) return damaged_file(file, shown + " is not described");
  const json* dtype = field("dtype");
  const json* shape = field("shape");
  const json* offsets = field("data_offsets");
  if (dtype == nullptr || !dtype->is_string() || shape == nullptr || !shape->is_array() ||
      offsets == nullptr || !offsets->is_array() || offsets->size() != 2) {
    return damaged_file(file, shown + " lacks dtype, shape or data_offsets");
  }
  StoredTensor tensor;
  tensor.name = name;
  const auto type = stored_type(dtype->get<std::string>());
  if (!type) {
    return Error{
        ErrorCode::kUnsupported,
        file + ": tensor " + shown + " is stored as " + dtype->get<std::string>().substr(0, 20) + ".",
        "Weights in F32, BF16 or F16 can be loaded.", ""};
  }
  tensor.type = *type;
  std::uint64_t bytes = stored_type_size(tensor.type);
  for (const json& side : *shape) {
    const auto n = as_unsigned(side);
    if (!n || *n > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return damaged_file(file, "the shape of " + shown + " makes no sense");
    }
    if (__builtin_mul_overflow(bytes, *n, &bytes))
      return damaged_file(file, "the shape of " + shown + " overflows");
    tensor.shape.push_back(static_cast<std::int64_t>(*n));
  }
  const auto begin = as_unsigned((*offsets)[0]);
  const auto end = as_unsigned((*offsets)[1]);
  if (!begin || !end || *begin > *end)
    return damaged_file(file, "the offsets of " + shown + " make no sense");
  if (*end > data_bytes) return damaged_file(file, shown + " lies past the end of the file");
  if (*end - *begin != bytes) return damaged_file(file, "the shape of " + shown + " does not fit its bytes");
  tensor.begin = *begin;
  tensor.bytes = bytes;
  return tensor;
}

}  // namespace

std::size_t stored_type_size(StoredType type) {
  switch (type) {
    case StoredType::kUInt8:
    case StoredType::kInt8:
      return 1;
    case StoredType::kBFloat16:
    case StoredType::kFloat16:
      return 2;
    case StoredType::kFloat32:
    case StoredType::kInt32:
      return 4;
    case StoredType::kInt64:
      return 8;
  }
  return 4;
}

std::string_view stored_type_name(StoredType type) {
  switch (type) {
    case StoredType::kFloat32:
      return "fp32";
    case StoredType::kBFloat16:
      return "bf16";
    case StoredType::kFloat16:
      return "fp16";
    case StoredType::kUInt8:
      return "uint8";
    case StoredType::kInt8:
      return "int8";
    case StoredType::kInt32:
      return "int32";
    case StoredType::kInt64:
      return "int64";
  }
  return "fp32";
}

std::int64_t StoredTensor::elements() const {
  return static_cast<std::int64_t>(bytes / stored_type_size(type));
}

Result<std::uint64_t> parse_safetensors_header_length(std::string_view first_bytes, std::uint64_t file_bytes,
                                                      const std::string& file) {
  if (first_bytes.size() < 8 || file_bytes < 8) return damaged_file(file, "it ends before its header");
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    length |= static_cast<std::uint64_t>(static_cast<unsigned char>(first_bytes[i])) << (8 * i);
  }
  if (length > kMaxSafetensorsHeader) return damaged_file(file, "its header claims more than 100 MB");
  if (length > file_bytes - 8) return damaged_file(file, "it ends inside its header");
  return length;
}

Result<std::vector<StoredTensor>> parse_safetensors_header(std::string_view header, std::uint64_t file_bytes,
                                                           const std::string& file) {
  if (header.size() + 8 > file_bytes) return damaged_file(file, "it ends inside its header");
  const std::uint64_t data_begin = header.size() + 8;
  const std::uint64_t data_bytes = file_bytes - data_begin;

  HeaderBuilder builder;
  if (!json::sax_parse(header, &builder)) {
    return damaged_file(file, builder.problem.empty() ? "header is not JSON" : builder.problem);
  }
  if (!builder.root.is_object()) return damaged_file(file, "header is not a JSON object");

  std::vector<StoredTensor> tensors;
  tensors.reserve(builder.root.size());
  for (const auto& [name, entry] : builder.root.items()) {
    if (name == "__metadata__") continue;
    Result<StoredTensor> tensor = read_entry(name, entry, data_bytes, file);
    if (!tensor) return std::move(tensor).error();
    tensors.push_back(std::move(tensor).value());
  }

  std::sort(tensors.begin(), tensors.end(), [](const StoredTensor& a, const StoredTensor& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.bytes < b.bytes;
  });
  std::uint64_t expected = 0;
  for (StoredTensor& tensor : tensors) {
    const std::string shown = "'" + tensor.name.substr(0, 120) + "'";
    if (tensor.begin < expected) return damaged_file(file, shown + " overlaps the tensor before it");
    if (tensor.begin > expected) return damaged_file(file, "there is a gap before " + shown);
    expected = tensor.begin + tensor.bytes;
    tensor.begin += data_begin;
  }
  if (expected != data_bytes) return damaged_file(file, "bytes follow the last tensor");
  return tensors;
}

}  // namespace fovea
