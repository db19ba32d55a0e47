#include "core/bench/measured_power.h"

#include "core/bench/load/service_states.h"

#include <algorithm>

namespace fovea::bench {
namespace {

std::optional<double> told(const GroupRecord& group, const char* figure) {
  const RunFigure* found = find(group, figure);
  if (found == nullptr || found->values.empty()) return std::nullopt;
  return found->value();
}

/// Of the parts that tell their own: each holds none of the others.
std::optional<double> parts_of(const GroupRecord& group) {
  std::optional<double> sum;
  for (const char* figure : {"watts", "memory_watts", "gpu_watts"}) {
    if (const std::optional<double> one = told(group, figure)) sum = sum.value_or(0.0) + *one;
  }
  return sum;
}

}  // namespace

MeasuredPower measured_power(const RunRecord& record) {
  MeasuredPower out;
  out.whole_machine = !record.groups.empty() &&
                      std::all_of(record.groups.begin(), record.groups.end(),
                                  [](const auto& group) { return told(group, "machine_watts").has_value(); });
  for (const GroupRecord& group : record.groups) {
    const std::optional<double> watts = out.whole_machine ? told(group, "machine_watts") : parts_of(group);
    if (!watts) continue;
    if (group.label == kIdleState) {
      out.idle = watts;
    } else if (group.requests > 0) {
      out.load = std::max(out.load.value_or(0.0), *watts);
    }
  }
  return out;
}

}  // namespace fovea::bench
