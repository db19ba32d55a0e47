#pragma once

#include "core/watch/rules.h"

#include <QString>
#include <vector>

namespace fovea::ui {

/// A rule, and whether it is applied.
struct KeptRule {
  watch::Rule rule;
  bool on = true;
};

/// The user's wishes for the monitor; a value.
struct MonitorSettings {
  bool record = true;  ///< look at the machine and keep what was seen
  bool notify = true;  ///< a desktop notification of each alert
  QString log;         ///< a file that alerts are added to; empty: none
  QString webhook;     ///< an address that they are sent to; empty: none
  std::vector<KeptRule> rules;

  /// Those that are on.
  std::vector<watch::Rule> applied() const;
};

/// `fovea top`'s rules, and those that people ask for most, off.
MonitorSettings usual_monitor_settings();

/// What keeps an address from being a webhook; empty: it can be one, or is empty.
QString webhook_fault(const QString& address);

/// Reads `file`; what is missing or makes no sense keeps its default.
MonitorSettings read_monitor_settings(const QString& file);
/// False if the file could not be written.
bool write_monitor_settings(const MonitorSettings& settings, const QString& file);

}  // namespace fovea::ui
