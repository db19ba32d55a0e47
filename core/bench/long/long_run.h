#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/load/request_source.h"
#include "core/bench/long/thermal.h"
#include "core/bench/run_recorder.h"

#include <functional>

namespace fovea::bench {

inline constexpr const char* kLongRun = "long run";  ///< RunRecord::name

struct LongPlan {
  double seconds = 1800.0;
  int windows = 6;  ///< of equal length; each is a group
};

/// How warm the machine is now; read_thermal, with GPUs added by who can ask for them.
using ThermalReader = std::function<ThermalLook()>;

/// The same work again and again, one request at a time, for so long. Requests are recorded under the window
/// in which they were sent; beside them stand memory, processors, and what the reader tells: celsius,
/// clock_mhz, gpu_celsius, gpu_watts, throttle_events (counted within the window).
void run_long(Engine& engine, const LongPlan& plan, RequestSource& source, const ThermalReader& thermal,
              RunRecorder& recorder, const RunObserver& observer, const Stopped& stopped);

/// The table of windows of a settled record, and the verdict: the time for each token in the last whole
/// window against the first one ("no drift shown", or by how much it rose or fell with its 99 % band), memory
/// likewise; whether memory grew steadily over all windows, and by how much an hour; and where the processor
/// was throttled.
void conclude_long(RunRecord& record);

}  // namespace fovea::bench
