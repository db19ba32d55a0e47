#include "ui/quantities.h"

#include <QLocale>
#include <array>
#include <cmath>

namespace fovea::ui {
namespace {

int digits_for_three(double value) {
  return value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
}

}  // namespace

QString fixed_text(double value, int digits) {
  return QLocale().toString(value, 'f', digits);
}

QString seconds_text(double seconds) {
  if (seconds < 0.0995e-3) return fixed_text(seconds * 1e6, 0) + QStringLiteral(" µs");
  if (seconds < 0.9995) return fixed_text(seconds * 1e3, seconds < 0.00995 ? 1 : 0) + QStringLiteral(" ms");
  if (seconds < 119.5) return fixed_text(seconds, digits_for_three(seconds)) + QStringLiteral(" s");
  const auto whole = std::llround(seconds);
  return QStringLiteral("%1 min %2 s").arg(whole / 60).arg(whole % 60);
}

QString bytes_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  auto value = double(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000.0;
    ++unit;
  }
  return fixed_text(value, unit == 0 ? 0 : digits_for_three(value)) + QLatin1Char(' ') +
         QLatin1String(kUnits[unit]);
}

QString parameters_text(std::int64_t count) {
  const auto value = double(count);
  if (value >= 999.5e6) return fixed_text(value / 1e9, digits_for_three(value / 1e9)) + QStringLiteral(" B");
  if (value >= 999.5e3) return fixed_text(value / 1e6, digits_for_three(value / 1e6)) + QStringLiteral(" M");
  return count_text(count);
}

QString count_text(std::int64_t count) {
  return QLocale().toString(qlonglong(count));
}

QString rate_text(double per_second) {
  return fixed_text(per_second, per_second >= 9.95 ? 0 : 1);
}

QString size_text(int width, int height) {
  return QStringLiteral("%1 × %2").arg(width).arg(height);
}

}  // namespace fovea::ui
