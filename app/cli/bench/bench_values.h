#pragma once

#include "core/api/error.h"
#include "core/bench/report/run_record.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fovea::cli {

inline constexpr int kLongestSide = 8192;  ///< pixels

/// "512x512" or "512": width and height.
Result<std::pair<int, int>> size_of(std::string_view text);

/// "1,2,4.5": numbers in a range, in the order given, none twice. The error names the option.
Result<std::vector<double>> numbers_of(std::string_view text, const std::string& option, double low,
                                       double high);

/// The same for whole numbers.
Result<std::vector<int>> whole_numbers_of(std::string_view text, const std::string& option, int low,
                                          int high);

/// "ttft:500", "tpot:50", "e2el:3000", in milliseconds, one or more, as words or with commas between them.
Result<bench::LatencyLimits> limits_of(const std::vector<std::string>& words);

/// "5%", "5", "0.5 %": a share.
Result<double> percent_of(std::string_view text, const std::string& option);

}  // namespace fovea::cli
