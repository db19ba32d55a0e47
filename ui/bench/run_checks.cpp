#include "ui/bench/run_checks.h"

#include "ui/quantities.h"
#include "ui/words.h"

#include <QFileInfo>
#include <QLocale>
#include <algorithm>
#include <cmath>
#include <functional>

namespace fovea::ui {
namespace {

using What = Allowed::What;

/// As the command line reads it: a dot, no grouping.
bool in_range(const Allowed& allowed, const QString& text, bool whole) {
  bool ok = false;
  const double value = whole ? double(text.toLongLong(&ok)) : QLocale::c().toDouble(text, &ok);
  return ok && std::isfinite(value) && value >= allowed.low && value <= allowed.high;
}

bool all_of(const QString& text, const std::function<bool(const QString&)>& good) {
  const QStringList parts = text.split(u',');
  return std::all_of(parts.begin(), parts.end(), good);
}

QString number_text(double value) {
  return value == std::floor(value) ? count_text(std::int64_t(value)) : QString::number(value);
}

QString range_text(const Allowed& allowed) {
  return tr("from %1 to %2").arg(number_text(allowed.low), number_text(allowed.high));
}

}  // namespace

QString fault_of(const QString& name, const Allowed& allowed, const QString& typed) {
  const QString value = typed.trimmed();
  if (allowed.what == What::kFile) {
    if (value.isEmpty()) return tr("%1: choose a file.").arg(name);
    return QFileInfo(value).isFile() ? QString() : tr("%1: there is no file %2.").arg(name, value);
  }
  if (value.isEmpty()) return {};
  switch (allowed.what) {
    case What::kAnything:
    case What::kFile:
      return {};
    case What::kWhole:
      return in_range(allowed, value, true) ? QString()
                                            : tr("%1: a whole number %2.").arg(name, range_text(allowed));
    case What::kNumber:
      return in_range(allowed, value, false) ? QString()
                                             : tr("%1: a number %2.").arg(name, range_text(allowed));
    case What::kWholeList:
      return all_of(value, [&](const QString& one) { return in_range(allowed, one, true); })
                 ? QString()
                 : tr("%1: whole numbers %2, with commas between them.").arg(name, range_text(allowed));
    case What::kNumberList:
      return all_of(value, [&](const QString& one) { return in_range(allowed, one, false); })
                 ? QString()
                 : tr("%1: numbers %2, with commas between them.").arg(name, range_text(allowed));
    case What::kSize: {
      const QStringList sides = value.split(u'x');
      const bool good = sides.size() <= 2 &&
                        std::all_of(sides.begin(), sides.end(),
                                    [&](const QString& side) { return in_range(allowed, side, true); });
      return good ? QString() : tr("%1: like 512x512, each side %2.").arg(name, range_text(allowed));
    }
    case What::kNames:
      return all_of(value, [&](const QString& one) { return allowed.names.contains(one); })
                 ? QString()
                 : tr("%1: of %2, with commas between them.")
                       .arg(name, allowed.names.join(QStringLiteral(", ")));
  }
  return {};
}

}  // namespace fovea::ui
