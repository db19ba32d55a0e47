#include "app/server/observing/histogram.h"

#include "app/server/observing/prometheus_text.h"

#include <algorithm>

namespace fovea::server {

void Histogram::observe(double value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  ++counts_[static_cast<std::size_t>(bucket)];
  sum_ += value;
}

void Histogram::print(std::string_view name, std::string_view help, std::string& out) const {
  print_head(name, "histogram", help, out);
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    total += counts_[i];
    const std::string bound = i < bounds_.size() ? prometheus_number(bounds_[i]) : "+Inf";
    out.append(name)
        .append("_bucket{le=\"")
        .append(bound)
        .append("\"} ")
        .append(std::to_string(total))
        .append("\n");
  }
  out.append(name).append("_sum ").append(prometheus_number(sum_)).append("\n");
  out.append(name).append("_count ").append(std::to_string(total)).append("\n");
}

}  // namespace fovea::server
