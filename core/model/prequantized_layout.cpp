#include "core/model/prequantized_layout.h"

#include "core/model/weight_faults.h"

#include <array>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace fovea {
namespace {

constexpr std::int64_t kWordBits = 32;

std::int64_t divided_up(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

std::string module_of(const std::string& weight) {
  constexpr std::string_view kEnd = ".weight";
  return weight.ends_with(kEnd) ? weight.substr(0, weight.size() - kEnd.size()) : std::string();
}

using Shapes = std::vector<std::vector<std::int64_t>>;

/// Checks that a tensor is there, of one of the types and of one of the shapes.
Result<void> expect(const Checkpoint& checkpoint, const std::string& name, const Shapes& shapes, bool floats,
                    StoredType integers = StoredType::kInt32) {
  const auto it = checkpoint.tensors.find(name);
  if (it == checkpoint.tensors.end())
    return damaged_weights("The model lacks the tensor " + name + " " + shape_text(shapes.front()) + ".");
  const StoredTensor& tensor = it->second.tensor;
  bool fits = false;
  for (const auto& shape : shapes) fits = fits || tensor.shape == shape;
  if (!fits) {
    return damaged_weights("The tensor " + name + " has the shape " + shape_text(tensor.shape) +
                           ", expected " + shape_text(shapes.front()) + ".");
  }
  if (floats ? !is_float(tensor.type) : tensor.type != integers) {
    return damaged_weights("The tensor " + name + " is stored as " +
                           std::string(stored_type_name(tensor.type)) + ", which is not what it should be.");
  }
  return {};
}

}  // namespace

PrequantizedNames PrequantizedLayout::names_of(const std::string& weight) const {
  const std::string module = module_of(weight);
  PrequantizedNames names;
  if (module.empty()) return names;
  if (scheme_.method != QuantizationMethod::kCompressedTensors) {
    names.values = module + ".qweight";
    names.scales = module + ".scales";
    names.zeros = module + ".qzeros";
    if (scheme_.method == QuantizationMethod::kGptq) names.order = module + ".g_idx";
    return names;
  }
  names.values = module + (scheme_.bytes ? ".weight" : ".weight_packed");
  names.scales = module + ".weight_scale";
  if (!scheme_.symmetric) names.zeros = module + ".weight_zero_point";
  if (scheme_.act_order) names.order = module + ".weight_g_idx";
  if (!scheme_.bytes) names.shape = module + ".weight_shape";
  return names;
}

bool PrequantizedLayout::holds(const std::string& weight) const {
  const PrequantizedNames names = names_of(weight);
  for (const std::string& name : {names.values, names.scales, names.zeros, names.shape}) {
    // A plain ".weight" is nothing special.
    if (!name.empty() && name != weight && checkpoint_.tensors.contains(name)) return true;
  }
  const auto plain = checkpoint_.tensors.find(weight);
  return scheme_.bytes && plain != checkpoint_.tensors.end() &&
         plain->second.tensor.type == StoredType::kInt8;
}

Result<PrequantizedNames> PrequantizedLayout::find(const std::string& weight, std::int64_t rows,
                                                   std::int64_t columns) const {
  PrequantizedNames names = names_of(weight);
  const std::int64_t a_word = kWordBits / scheme_.bits;
  const std::int64_t groups = scheme_.group > 0 ? divided_up(columns, scheme_.group) : 1;
  Result<void> ok;
  const auto want = [&](const std::string& name, const Shapes& shapes, bool floats,
                        StoredType integers = StoredType::kInt32) {
    if (ok && !name.empty()) ok = expect(checkpoint_, name, shapes, floats, integers);
  };
  switch (scheme_.method) {
    case QuantizationMethod::kCompressedTensors: {
      const StoredType type = scheme_.bytes ? StoredType::kInt8 : StoredType::kInt32;
      want(names.values, {{rows, scheme_.bytes ? columns : divided_up(columns, a_word)}}, false, type);
      Shapes scales = {{rows, groups}};
      if (scheme_.group == 0) scales.push_back({1});  // one for all
      want(names.scales, scales, true);
      want(names.zeros, scheme_.bytes ? scales : Shapes{{divided_up(rows, a_word), groups}}, false, type);
      want(names.order, {{columns}}, false);
      if (!names.shape.empty()) {
        const auto it = checkpoint_.tensors.find(names.shape);
        const bool narrow = it != checkpoint_.tensors.end() && it->second.tensor.type == StoredType::kInt32;
        want(names.shape, {{2}}, false, narrow ? StoredType::kInt32 : StoredType::kInt64);
      }
      break;
    }
    case QuantizationMethod::kGptq:
      // Old files leave the order out where it is the plain one.
      if (!checkpoint_.tensors.contains(names.order) && !scheme_.act_order) names.order.clear();
      want(names.values, {{divided_up(columns, a_word), rows}}, false);
      want(names.scales, {{groups, rows}}, true);
      want(names.zeros, {{groups, divided_up(rows, a_word)}}, false);
      want(names.order, {{columns}}, false);
      break;
    case QuantizationMethod::kAwq:
      if (rows % a_word != 0) return damaged_weights("The rows of " + weight + " do not fill whole words.");
      want(names.values, {{columns, rows / a_word}}, false);
      want(names.scales, {{groups, rows}}, true);
      want(names.zeros, {{groups, rows / a_word}}, false);
      break;
  }
  if (!ok) return std::move(ok).error();
  return names;
}

HeldIntegers PrequantizedLayout::held(const PrequantizedNames& names) const {
  const auto scales = checkpoint_.tensors.find(names.scales);
  if (scheme_.act_order || (scheme_.bits == 8 && !scheme_.symmetric) || scales == checkpoint_.tensors.end() ||
      scales->second.tensor.type == StoredType::kFloat32) {
    return {};
  }
  const int bits = scheme_.bits == 4 && scheme_.symmetric ? 4 : 8;
  for (const std::int64_t group : {128, 64, 32}) {
    if (scheme_.group % group == 0) return {bits, group};
  }
  return {};
}

std::vector<LogicalTensor> PrequantizedLayout::tensors() const {
  std::vector<LogicalTensor> out;
  std::set<std::string> parts;
  for (const auto& [name, entry] : checkpoint_.tensors) {
    // The values say where a matrix is; all else of it stands beside them.
    std::string weight;
    for (const std::string_view end : {".qweight", ".weight_packed", ".weight"}) {
      if (name.ends_with(end)) weight = name.substr(0, name.size() - end.size()) + ".weight";
    }
    const PrequantizedNames names = weight.empty() ? PrequantizedNames{} : names_of(weight);
    if (names.values != name || !holds(weight)) continue;
    LogicalTensor one;
    one.name = weight;
    one.prequantized = true;
    const std::vector<std::int64_t>& shape = entry.tensor.shape;
    if (shape.size() == 2) {
      const std::int64_t a_word = kWordBits / scheme_.bits;
      one.shape = shape;
      if (scheme_.method == QuantizationMethod::kGptq) one.shape = {shape[1], shape[0] * a_word};
      if (scheme_.method == QuantizationMethod::kAwq) one.shape = {shape[1] * a_word, shape[0]};
      if (scheme_.method == QuantizationMethod::kCompressedTensors && !scheme_.bytes)
        one.shape[1] = shape[1] * a_word;
    }
    one.held = held(names);
    for (const std::string& part : {names.values, names.scales, names.zeros, names.order, names.shape}) {
      const auto it = checkpoint_.tensors.find(part);
      if (it == checkpoint_.tensors.end()) continue;
      parts.insert(part);
      one.bytes += it->second.tensor.bytes;
      if (part == names.scales) one.type = it->second.tensor.type;
    }
    out.push_back(std::move(one));
  }
  for (const auto& [name, entry] : checkpoint_.tensors) {
    if (parts.contains(name)) continue;
    out.push_back({name, entry.tensor.shape, entry.tensor.type, entry.tensor.bytes, false, {}});
  }
  return out;
}

std::vector<LogicalTensor> logical_tensors(const Checkpoint& checkpoint, const QuantizationScheme* scheme) {
  if (scheme != nullptr) return PrequantizedLayout(*scheme, checkpoint).tensors();
  std::vector<LogicalTensor> out;
  for (const auto& [name, entry] : checkpoint.tensors) {
    out.push_back({name, entry.tensor.shape, entry.tensor.type, entry.tensor.bytes, false, {}});
  }
  return out;
}

std::int64_t count_parameters(const Checkpoint& checkpoint, const QuantizationScheme* scheme) {
  if (scheme == nullptr) return checkpoint.parameters();
  std::int64_t total = 0;
  for (const LogicalTensor& tensor : logical_tensors(checkpoint, scheme)) {
    std::int64_t elements = 1;
    for (const std::int64_t side : tensor.shape) elements *= side;
    total += elements;
  }
  return total;
}

}  // namespace fovea
