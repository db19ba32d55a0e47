#pragma once

#include "core/api/generation_event.h"
#include "core/api/metrics.h"

namespace fovea {

/// What an engine counted since its start, added to what those before it counted. What it holds at the moment
/// is no count and stays as it is.
void add_counts(EngineMetrics& sum, const EngineMetrics& more);

/// Moves an event's times to the moment of its request's submission, `seconds` before the engine was handed
/// it: that long it stood in a queue.
void delay(GenerationEvent& event, double seconds);

}  // namespace fovea
