#include "core/cost/erlang_c.h"

#include <cmath>
#include <limits>

namespace fovea::cost {

double erlang_c(int servers, double rate, double service) {
  const double load = rate * service;
  if (load >= servers) return 1.0;
  double blocked = 1.0;  // Erlang B by its recursion, which neither overflows nor cancels
  for (int c = 1; c <= servers; ++c) blocked = load * blocked / (c + load * blocked);
  const double use = load / servers;
  return blocked / (1.0 - use * (1.0 - blocked));
}

double mmc_mean_wait(int servers, double rate, double service) {
  if (rate * service >= servers) return std::numeric_limits<double>::infinity();
  return erlang_c(servers, rate, service) / (servers / service - rate);
}

double mmc_response_tail(int servers, double rate, double service, double t) {
  if (rate * service >= servers) return 1.0;
  const double mu = 1.0 / service;
  const double drain = servers * mu - rate;  // the wait's exponential rate, given that there is one
  const double waits = erlang_c(servers, rate, service);
  const double served = std::exp(-mu * t);
  if (std::abs(drain - mu) < 1e-9 * mu) return served * (1.0 + waits * mu * t);
  return (1.0 - waits) * served + waits * (drain * served - mu * std::exp(-drain * t)) / (drain - mu);
}

double mmc_response_percentile(int servers, double rate, double service, double q) {
  if (rate * service >= servers) return std::numeric_limits<double>::infinity();
  double low = 0.0;
  double high = service;
  while (mmc_response_tail(servers, rate, service, high) > 1.0 - q) high *= 2.0;
  for (int step = 0; step < 200; ++step) {
    const double middle = 0.5 * (low + high);
    (mmc_response_tail(servers, rate, service, middle) > 1.0 - q ? low : high) = middle;
  }
  return high;
}

}  // namespace fovea::cost
