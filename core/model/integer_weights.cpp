#include "core/model/integer_weights.h"

#include "core/api/weight_group.h"

namespace fovea {

IntegerTensors integer_tensors(const std::string& name, std::int64_t rows, std::int64_t columns, int bits,
                               std::int64_t group) {
  cpu::QuantizedWeight shape;
  shape.bits = bits;
  shape.group = group_length(group, columns);
  shape.rows = rows;
  shape.columns = columns;
  IntegerTensors out;
  out.values = name + ".values";
  out.scales = name + ".scales";
  out.unit = name + ".unit";
  out.value_shape = {shape.panels(), shape.groups(), shape.group * bits / 32, cpu::kPanelRows, 4};
  out.scale_shape = {shape.panels(), shape.groups(), cpu::kPanelRows};
  return out;
}

}  // namespace fovea
