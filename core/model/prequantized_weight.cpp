#include "core/model/prequantized_weight.h"

#include "core/device/cpu/element.h"
#include "core/model/quantization.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <ATen/Parallel.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

namespace fovea {
namespace {

using cpu::kPanelRows;

/// Which row of eight a word's nibble belongs to in AWQ's GEMM packing.
constexpr std::int64_t kAwqRows[8] = {0, 2, 4, 6, 1, 3, 5, 7};

Error damaged(const std::string& what) {
  return Error{ErrorCode::kDamagedModel, what,
               "The model is incomplete or of another kind: download it again.", ""};
}

/// x in the precision of `type`.
float rounded_to(at::ScalarType type, float x) {
  if (type == at::kHalf) return static_cast<float>(c10::Half(x));
  if (type == at::kBFloat16) return static_cast<float>(c10::BFloat16(x));
  return x;
}

const std::uint32_t* words(const at::Tensor& tensor) {
  return static_cast<const std::uint32_t*>(tensor.const_data_ptr());
}

/// Field `index` of a word of `bits`-wide ones, lowest first.
std::int16_t field(std::uint32_t word, std::int64_t index, int bits) {
  return static_cast<std::int16_t>(word >> (index * bits) & ((1U << bits) - 1U));
}

}  // namespace

Result<PrequantizedWeight> PrequantizedWeight::make(const QuantizationScheme& scheme,
                                                    const std::string& weight, std::int64_t rows,
                                                    std::int64_t columns, PrequantizedTensors tensors) {
  PrequantizedWeight out;
  out.scheme_ = scheme;
  out.rows_ = rows;
  out.columns_ = columns;
  out.group_ = scheme.group > 0 ? scheme.group : columns;
  out.groups_ = (columns + out.group_ - 1) / out.group_;
  out.values_ = std::move(tensors.values);
  out.scale_type_ = tensors.scales.scalar_type();
  if (tensors.shape.defined()) {
    const at::Tensor sides = tensors.shape.to(at::kLong);
    const auto* side = sides.const_data_ptr<std::int64_t>();
    if (side[0] != rows || side[1] != columns) {
      return damaged("The integers of " + weight + " are of a matrix [" + std::to_string(side[0]) + ", " +
                     std::to_string(side[1]) + "], expected [" + std::to_string(rows) + ", " +
                     std::to_string(columns) + "].");
    }
  }
  if (tensors.order.defined()) {
    const auto* group = tensors.order.const_data_ptr<std::int32_t>();
    bool plain = true;
    for (std::int64_t k = 0; k < columns; ++k) {
      if (group[k] < 0 || group[k] >= out.groups_) {
        return damaged("An input of " + weight + " is in group " + std::to_string(group[k]) + " of " +
                       std::to_string(out.groups_) + " (its g_idx is damaged).");
      }
      plain = plain && group[k] == k / out.group_;
    }
    if (!plain) out.order_.assign(group, group + columns);
  }
  out.read_scales(tensors.scales);
  out.read_zeros(tensors.zeros);
  return out;
}

void PrequantizedWeight::read_scales(const at::Tensor& scales) {
  const at::Tensor wide = scales.to(at::kFloat).contiguous();
  const auto* from = wide.const_data_ptr<float>();
  const bool by_group = scheme_.method != QuantizationMethod::kCompressedTensors;  // [groups, rows]
  const bool one = wide.numel() == 1;
  scales_.resize(static_cast<std::size_t>(rows_ * groups_));
  for (std::int64_t r = 0; r < rows_; ++r) {
    for (std::int64_t g = 0; g < groups_; ++g) {
      const std::int64_t at = one ? 0 : by_group ? g * rows_ + r : r * groups_ + g;
      scales_[static_cast<std::size_t>(r * groups_ + g)] = from[at];
    }
  }
}

void PrequantizedWeight::read_zeros(const at::Tensor& zeros) {
  const int bits = scheme_.bits;
  const std::int64_t a_word = 32 / bits;
  const auto middle = static_cast<std::int16_t>(scheme_.bytes ? 0 : 1 << (bits - 1));
  zeros_.assign(static_cast<std::size_t>(rows_ * groups_), middle);
  if (!zeros.defined()) return;
  const std::int64_t wide = (rows_ + a_word - 1) / a_word;  // words a group
  for (std::int64_t r = 0; r < rows_; ++r) {
    for (std::int64_t g = 0; g < groups_; ++g) {
      std::int16_t& zero = zeros_[static_cast<std::size_t>(r * groups_ + g)];
      switch (scheme_.method) {
        case QuantizationMethod::kCompressedTensors:
          zero = !scheme_.bytes
                     ? field(words(zeros)[r / a_word * groups_ + g], r % a_word, bits)
                     : zeros.const_data_ptr<std::int8_t>()[zeros.numel() == 1 ? 0 : r * groups_ + g];
          break;
        case QuantizationMethod::kGptq:
          zero = field(words(zeros)[g * wide + r / a_word], r % a_word, bits);
          if (scheme_.zeros_less_one) zero = static_cast<std::int16_t>((zero + 1) & ((1 << bits) - 1));
          break;
        case QuantizationMethod::kAwq: {
          const auto* place = std::find(kAwqRows, kAwqRows + a_word, r % a_word);
          zero = field(words(zeros)[g * wide + r / a_word], place - kAwqRows, bits);
          break;
        }
      }
    }
  }
}

/// The stored integers of rows first … first + count - 1, [count, columns]: compressed-tensors' bytes.
void PrequantizedWeight::decode_bytes(std::int64_t first, std::int64_t count, std::int16_t* out) const {
  const auto* from = values_.const_data_ptr<std::int8_t>() + first * columns_;
  std::copy(from, from + count * columns_, out);
}

/// The same of its words, which lie along a row.
void PrequantizedWeight::decode_rows(std::int64_t first, std::int64_t count, std::int16_t* out) const {
  const int bits = scheme_.bits;
  const std::int64_t a_word = 32 / bits;
  const std::int64_t wide = (columns_ + a_word - 1) / a_word;
  for (std::int64_t r = 0; r < count; ++r) {
    const std::uint32_t* row = words(values_) + (first + r) * wide;
    for (std::int64_t k = 0; k < columns_; k += a_word, ++row) {
      const std::int64_t fields = std::min(a_word, columns_ - k);
      for (std::int64_t i = 0; i < fields; ++i) *out++ = field(*row, i, bits);
    }
  }
}

/// GPTQ's words hold neighbouring columns of one row and lie column by column.
void PrequantizedWeight::decode_gptq(std::int64_t first, std::int64_t count, std::int16_t* out) const {
  const int bits = scheme_.bits;
  const std::int64_t a_word = 32 / bits;
  const std::uint32_t* line = words(values_) + first;
  for (std::int64_t k = 0; k < columns_; k += a_word, line += rows_) {
    const std::int64_t fields = std::min(a_word, columns_ - k);
    for (std::int64_t r = 0; r < count; ++r) {
      for (std::int64_t i = 0; i < fields; ++i) out[r * columns_ + k + i] = field(line[r], i, bits);
    }
  }
}

/// AWQ's words hold eight rows of one column. Panels begin and end between words.
void PrequantizedWeight::decode_awq(std::int64_t first, std::int64_t count, std::int16_t* out) const {
  constexpr std::int64_t kAWord = 8;
  static_assert(kPanelRows % kAWord == 0);
  const std::uint32_t* line = words(values_) + first / kAWord;
  for (std::int64_t k = 0; k < columns_; ++k, line += rows_ / kAWord) {
    for (std::int64_t n = 0; n < count / kAWord; ++n) {
      for (std::int64_t i = 0; i < kAWord; ++i)
        out[(n * kAWord + kAwqRows[i]) * columns_ + k] = field(line[n], i, 4);
    }
  }
}

/// Integers less their zero points.
void PrequantizedWeight::decode(std::int64_t first, std::int64_t count, std::int16_t* out) const {
  switch (scheme_.method) {
    case QuantizationMethod::kCompressedTensors:
      if (scheme_.bytes)
        decode_bytes(first, count, out);
      else
        decode_rows(first, count, out);
      break;
    case QuantizationMethod::kGptq:
      decode_gptq(first, count, out);
      break;
    case QuantizationMethod::kAwq:
      decode_awq(first, count, out);
      break;
  }
  for (std::int64_t r = 0; r < count; ++r, out += columns_) {
    const std::int16_t* zero = zeros_.data() + (first + r) * groups_;
    for_each_run([&](std::int64_t begin, std::int64_t end, std::int64_t group) {
      for (std::int64_t k = begin; k < end; ++k) out[k] = static_cast<std::int16_t>(out[k] - zero[group]);
    });
  }
}

void PrequantizedWeight::dequantize(const at::Tensor& target) const {
  // compressed-tensors loads scales in the model's type; the others multiply in the type that is stored.
  const bool loaded = scheme_.method == QuantizationMethod::kCompressedTensors;
  const at::ScalarType factor_type = loaded ? target.scalar_type() : at::kFloat;
  const at::ScalarType product_type = loaded ? at::kFloat : scale_type_;
  cpu::with_element(target.scalar_type(), [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    auto* to = target.mutable_data_ptr<T>();
    at::parallel_for(0, (rows_ + kPanelRows - 1) / kPanelRows, 1, [&](std::int64_t begin, std::int64_t end) {
      std::vector<std::int16_t> panel(static_cast<std::size_t>(kPanelRows * columns_));
      for (std::int64_t p = begin; p < end; ++p) {
        const std::int64_t first = p * kPanelRows;
        const std::int64_t count = std::min(kPanelRows, rows_ - first);
        decode(first, count, panel.data());
        for (std::int64_t r = 0; r < count; ++r) {
          const float* scale = scales_.data() + (first + r) * groups_;
          const std::int16_t* integers = panel.data() + r * columns_;
          T* row = to + (first + r) * columns_;
          for_each_run([&](std::int64_t from, std::int64_t past, std::int64_t group) {
            const float factor = rounded_to(factor_type, scale[group]);
            for (std::int64_t k = from; k < past; ++k)
              row[k] = T(rounded_to(product_type, static_cast<float>(integers[k]) * factor));
          });
        }
      }
    });
  });
}

int PrequantizedWeight::narrowest_bits() const {
  const auto middle = static_cast<std::int16_t>(scheme_.bytes ? 0 : 1 << (scheme_.bits - 1));
  const bool centred =
      std::all_of(zeros_.begin(), zeros_.end(), [middle](std::int16_t z) { return z == middle; });
  if (scheme_.bits == 4) return centred ? 4 : 8;
  return centred ? 8 : 0;
}

bool PrequantizedWeight::has_plain_groups() const {
  return order_.empty() && (groups_ == 1 || group_ % 32 == 0);
}

float PrequantizedWeight::largest_scale() const {
  float largest = 0.0F;
  for (const float scale : scales_) {
    if (std::isfinite(scale)) largest = std::max(largest, std::abs(scale));
  }
  return largest;
}

bool PrequantizedWeight::scales_fit(float unit) const {
  return std::all_of(scales_.begin(), scales_.end(), [unit](float scale) {
    return static_cast<float>(c10::Half(scale / unit)) * unit == scale;
  });
}

void PrequantizedWeight::copy_to(cpu::QuantizedWeight& to, std::int64_t first) const {
  const bool eight = to.bits == 8;
  const std::int64_t groups = to.groups();
  const std::int64_t a_line = eight ? 4 : 8;  // columns
  const std::int64_t lines = to.group / a_line;
  const int zero = eight ? 128 : 8;
  auto* values = to.values.mutable_data_ptr<std::uint8_t>();
  auto* scales = to.scales.mutable_data_ptr<c10::Half>();
  at::parallel_for(0, (rows_ + kPanelRows - 1) / kPanelRows, 1, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::int16_t> panel(static_cast<std::size_t>(kPanelRows * columns_));
    for (std::int64_t p = begin; p < end; ++p) {
      const std::int64_t from = p * kPanelRows;
      const std::int64_t count = std::min(kPanelRows, rows_ - from);
      decode(from, count, panel.data());
      for (std::int64_t r = 0; r < count; ++r) {
        const std::int64_t row = first + from + r;
        const std::int64_t at = row / kPanelRows * groups;
        const std::int64_t lane = row % kPanelRows;
        const float* scale = scales_.data() + (from + r) * groups_;
        const std::int16_t* integers = panel.data() + r * columns_;
        for (std::int64_t g = 0; g < groups; ++g) {
          const std::int64_t begin_column = g * to.group;
          scales[(at + g) * kPanelRows + lane] = c10::Half(scale[begin_column / group_] / to.unit);
          // A line holds four columns of the lane, or eight in the low and the high halves of four bytes.
          std::uint8_t* line = values + ((at + g) * lines * kPanelRows + lane) * 4;
          const std::int64_t end_column = std::min(columns_, begin_column + to.group);
          for (std::int64_t k = begin_column; k < end_column; k += a_line, line += kPanelRows * 4) {
            const std::int64_t fields = std::min(a_line, end_column - k);
            for (std::int64_t i = 0; i < fields; ++i) {
              const auto stored = static_cast<std::uint8_t>(integers[k + i] + zero);
              std::uint8_t& byte = line[i % 4];
              byte = eight   ? stored
                     : i < 4 ? static_cast<std::uint8_t>((byte & 0xF0U) | stored)
                             : static_cast<std::uint8_t>((byte & 0x0FU) | stored << 4U);
            }
          }
        }
      }
    }
  });
}

cpu::QuantizedWeight kept_integers(std::span<const PrequantizedWeight> parts, std::int64_t group) {
  int bits = 4;
  float largest = 0.0F;
  std::int64_t rows = 0;
  for (const PrequantizedWeight& part : parts) {
    const int own = part.has_plain_groups() ? part.narrowest_bits() : 0;
    if (own == 0) return {};
    bits = std::max(bits, own);
    largest = std::max(largest, part.largest_scale());
    rows += part.rows();
  }
  // As quantize() chooses it: fp16 has 2^26 below the largest scale before it loses precision.
  const float unit =
      largest > 0.0F ? std::exp2(static_cast<float>(std::max(std::ilogb(largest), -100) - 12)) : 1.0F;
  for (const PrequantizedWeight& part : parts) {
    if (!part.scales_fit(unit)) return {};
  }
  cpu::QuantizedWeight out = empty_quantized(rows, parts.front().columns(), bits, group);
  out.unit = unit;
  std::memset(out.values.mutable_data_ptr(), bits == 8 ? 0x80 : 0x88, out.values.nbytes());
  std::memset(out.scales.mutable_data_ptr(), 0, out.scales.nbytes());
  std::int64_t first = 0;
  for (const PrequantizedWeight& part : parts) {
    part.copy_to(out, first);
    first += part.rows();
  }
  return out;
}

}  // namespace fovea
