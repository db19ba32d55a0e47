#pragma once

#include "app/cli/console.h"
#include "core/bench/run_recorder.h"

namespace fovea::cli {

/// A standard error that would rather be told how far a run is than read it: a window's. Runs that are kept
/// look whether theirs is one.
class WatchedOutput : public Output {
 public:
  /// On the thread that measures, between requests; `progress` with the time left of the whole run. Must
  /// return quickly.
  virtual void progressed(const bench::RunProgress& progress, const bench::RunRecord& record) = 0;
};

/// Tells `err` if it is one.
inline void tell_watcher(Output& err, const bench::RunProgress& progress, const bench::RunRecord& record) {
  if (auto* watched = dynamic_cast<WatchedOutput*>(&err)) watched->progressed(progress, record);
}

}  // namespace fovea::cli
