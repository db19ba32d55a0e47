#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::watch {

/// Prometheus's text format, version 0.0.4: "name{label="value"} number". Lines that are no sample are
/// skipped.
struct MetricsText {
  struct Value {
    std::map<std::string, std::string> labels;
    double value = 0.0;
  };
  std::map<std::string, std::vector<Value>> values;  ///< by name

  static MetricsText parse(std::string_view text);

  /// The sum over all labels; 0 if there is none of that name.
  double sum(const std::string& name) const;
  /// The sum of those whose label has one of the values.
  double sum_where(const std::string& name, const std::string& label,
                   const std::vector<std::string>& any) const;
};

/// The quantile q of what a histogram counted between two looks, linear within a bucket as Prometheus's
/// histogram_quantile has it; its last bound where it falls beyond; below 0 if nothing was counted. `before`
/// may be empty: since the beginning.
double histogram_quantile(const MetricsText& after, const MetricsText& before, const std::string& name,
                          double q);

}  // namespace fovea::watch
