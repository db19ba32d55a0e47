#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::server {

/// A histogram as Prometheus counts: observations at or below each bound. One thread at a time.
class Histogram {
 public:
  /// `bounds`: rising; the last bucket, +Inf, is added.
  explicit Histogram(std::vector<double> bounds) : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}

  void observe(double value);

  /// In Prometheus' text format, with HELP and TYPE.
  void print(std::string_view name, std::string_view help, std::string& out) const;

 private:
  std::vector<double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0.0;
};

}  // namespace fovea::server
