#pragma once

#include "core/watch/machine_probe.h"
#include "core/watch/monitor_record.h"
#include "core/watch/nvml.h"
#include "core/watch/rules.h"
#include "core/watch/server_probe.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::cli {

/// All that `fovea top` shows of one moment.
struct TopLook {
  watch::MachineUse machine;
  std::vector<watch::ProcessUse> processes;
  std::vector<watch::ServerUse> servers;
  std::vector<watch::Rule> standing;  ///< rules that hold now
};

/// Takes the looks. One thread; blocks for as long as servers take to answer.
class TopProbe {
 public:
  /// `servers`: addresses beside those found on this machine. `key`: for their /metrics.
  /// `ledger`: where looks at servers elsewhere are noted.
  TopProbe(std::vector<std::string> servers, const std::string& key, std::shared_ptr<OutboundLedger> ledger)
      : named_(std::move(servers)), servers_(key, std::move(ledger)) {}

  /// `now` in seconds since 1970.
  TopLook look(double now);

 private:
  std::vector<std::string> named_;
  watch::MachineProbe machine_;
  watch::ProcessProbe processes_;
  watch::ServerProbe servers_;
  watch::Nvml nvml_;
};

enum class TopOrder { kCpu, kMemory, kNumber };

/// The table, in lines of at most `columns` characters.
std::string top_text(const TopLook& look, TopOrder order, int columns);

nlohmann::ordered_json top_json(const TopLook& look);

/// One record of the monitor as a line's object: {"time": ..., "cpu": ...}; what is not known is left out.
nlohmann::ordered_json record_json(const watch::MonitorRecord& record);

}  // namespace fovea::cli
