#pragma once

#include "core/bench/report/run_record.h"

#include <nlohmann/json.hpp>

namespace fovea::bench {

/// The form of both, counted up when a reader would have to know.
inline constexpr int kBundleFormat = 1;

/// A line of requests.jsonl. Times in milliseconds, names as vLLM's; what nobody told is left out.
nlohmann::ordered_json request_json(const RequestRecord& request);
/// The other way. Errors: kInvalidArgument (no object, or something in it has the wrong type).
Result<RequestRecord> request_of(const nlohmann::ordered_json& json);

/// summary.json: everything but the requests, every figure with its summary, band and formula. Values stand
/// with those figures that were sampled beside the requests; the others' are in requests.jsonl.
nlohmann::ordered_json summary_json(const RunRecord& record);
/// The other way; groups have their sampled figures only (see settle). Errors: kInvalidArgument.
Result<RunRecord> record_of_summary(const nlohmann::ordered_json& json);

}  // namespace fovea::bench
