#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// Element types that a checkpoint's weights may have; integers only in one whose weights are integers.
enum class StoredType { kFloat32, kBFloat16, kFloat16, kUInt8, kInt8, kInt32, kInt64 };

constexpr bool is_float(StoredType type) {
  return type == StoredType::kFloat32 || type == StoredType::kBFloat16 || type == StoredType::kFloat16;
}

/// Bytes an element.
std::size_t stored_type_size(StoredType type);
/// "fp32", "bf16", "fp16", "uint8", "int8", "int32", "int64".
std::string_view stored_type_name(StoredType type);

/// One tensor of a safetensors file.
struct StoredTensor {
  std::string name;
  StoredType type = StoredType::kFloat32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  ///< byte offset in the file, not in the data section
  std::uint64_t bytes = 0;

  std::int64_t elements() const;
};

/// Largest header that is read; transformers' own files stay under 1 MB.
inline constexpr std::uint64_t kMaxSafetensorsHeader = 100ULL << 20;

/// Length of the JSON header from a file's first eight bytes (little endian), checked against the file's
/// size. `file` names the file in messages. Errors: kDamagedModel.
Result<std::uint64_t> parse_safetensors_header_length(std::string_view first_bytes, std::uint64_t file_bytes,
                                                      const std::string& file);

/// The tensors that a header lists. Checked: JSON without duplicate names and at most a few levels deep,
/// dtypes that are known, shapes without overflow, offsets that lie in the file, cover the data section
/// without a gap or an overlap and fit the shapes. `file` names the file in messages. Errors: kDamagedModel,
/// kUnsupported (dtype).
Result<std::vector<StoredTensor>> parse_safetensors_header(std::string_view header, std::uint64_t file_bytes,
                                                           const std::string& file);

}  // namespace fovea
