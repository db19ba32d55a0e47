#pragma once

#include <QString>
#include <cstdint>

namespace fovea::ui {

// Quantities as a person reads them, in the user's locale, with a space before the unit.

QString seconds_text(double seconds);         ///< "840 µs", "43 ms", "1.24 s", "3 min 20 s"
QString bytes_text(std::uint64_t bytes);      ///< decimal units: "25.2 MB"
QString parameters_text(std::int64_t count);  ///< "12.6 M", "2.13 B"
QString count_text(std::int64_t count);       ///< "12,345"
QString rate_text(double per_second);         ///< "31", "8.4": no unit
QString size_text(int width, int height);     ///< "1920 × 1080"
QString fixed_text(double value, int digits);

}  // namespace fovea::ui
