#pragma once

#include "core/bench/report/run_figure.h"
#include "core/bench/report/run_record.h"

#include <vector>

namespace fovea::bench {

/// The figures of one group's requests, without summaries (see settle): TTFT, TPOT, ITL, E2EL and the stages
/// in milliseconds, one value a request (a gap, for ITL); request, output and total token throughput and
/// goodput as rates. Names and formulas as vLLM's `vllm bench serve` prints them. Where the group was
/// repeated, a rate has one pair a repetition; else one pair a request: what it brought, and the time since
/// the end before it.
///
/// Failed requests count for nothing but time. Figures of which nothing is known are left out.
std::vector<RunFigure> request_figures(const std::vector<const RequestRecord*>& requests,
                                       const LatencyLimits& limits);

}  // namespace fovea::bench
