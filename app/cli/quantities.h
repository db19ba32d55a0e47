#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fovea::cli {

/// Quantities as a person reads them, three digits at most where more would say nothing. The decimal point is
/// always a point, whatever the locale.

std::string seconds_text(double seconds);              ///< "840 us", "43 ms", "1.24 s", "182 s"
std::string duration_text(double seconds);             ///< whole seconds: "8 s", "3 min 20 s", "2 h 5 min"
std::string bytes_text(std::uint64_t bytes);           ///< decimal units: "912 B", "25.2 MB", "4.43 GB"
std::string parameters_text(std::int64_t parameters);  ///< "12.6 M", "2.13 B"
std::string count_text(std::int64_t count);            ///< "12,345"
std::string size_text(int width, int height);          ///< "1280 x 960"
/// "1 token", "812 tokens"; `plural` unless it ends in more than an s.
std::string counted(std::int64_t count, std::string_view singular, std::string_view plural = {});
/// With the given number of digits after the point.
std::string fixed_text(double value, int digits);

}  // namespace fovea::cli
