#pragma once

namespace fovea::cost {

/// The closed forms of M/M/c: Poisson arrivals at `rate`, c servers of exponential service with mean
/// `service` seconds, one queue, first come first served. Stable only while rate * service < servers; the
/// functions return 1 or infinity otherwise. Source: A. K. Erlang 1917; Kleinrock, Queueing Systems I (1975),
/// section 3.5.

/// The probability that a request has to wait.
double erlang_c(int servers, double rate, double service);

/// The mean wait in seconds.
double mmc_mean_wait(int servers, double rate, double service);

/// The probability that wait and service together take longer than t seconds.
double mmc_response_tail(int servers, double rate, double service, double t);

/// The time that a share q of requests stays within, 0 < q < 1: by bisection on the tail.
double mmc_response_percentile(int servers, double rate, double service, double q);

}  // namespace fovea::cost
