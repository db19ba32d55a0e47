#pragma once

#include "core/watch/rules.h"

#include <QString>

namespace fovea::ui {

// What the monitor measures, in the user's language.

QString gauge_words(watch::Gauge gauge);               ///< "Graphics memory"
QString gauge_tip(watch::Gauge gauge);                 ///< what it is made of
QString gauge_text(watch::Gauge gauge, double value);  ///< "93.1 %", "4.2 GB", "1.24 s"; "–": not known

/// A limit as it is typed: how many of the gauge's units one step of the field is, and the field's unit.
struct LimitUnit {
  double factor = 1.0;  ///< 1e9 where bytes are typed as GB
  QString unit;
  double highest = 0.0;  ///< of the field
  int digits = 0;
};
LimitUnit limit_unit(watch::Gauge gauge);

QString for_words(double seconds);                ///< "for 5 min"; "at once"
QString rule_words(const watch::Rule& rule);      ///< "Graphics memory above 90 % for 5 min"
QString alert_words(const watch::Alert& alert);   ///< "Graphics memory is 93.1 %, above 90 % for 5 min"
QString moment_words(double time);                ///< with seconds; with the day where it isn't today
QString clock_words(double time, bool with_day);  ///< "14:05", "Mon 14:05"

}  // namespace fovea::ui
