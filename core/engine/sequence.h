#pragma once

#include "core/api/engine.h"
#include "core/engine/model_runner.h"
#include "core/engine/stage_clock.h"

#include <atomic>
#include <memory>
#include <utility>

namespace fovea {

/// A request on its way through the engine. `cancelled` may be set from any thread; everything else belongs
/// to the thread that holds the sequence (submitter, then preparer, then runner).
struct Sequence {
  Sequence(RequestId request_id, GenerationRequest asked, EventSink events)
      : id(request_id), request(std::move(asked)), sink(std::move(events)) {}

  template <typename What>
  void emit(What what) const {
    sink(GenerationEvent{id, std::move(what)});
  }

  const RequestId id;
  const GenerationRequest request;
  const EventSink sink;
  std::atomic<bool> cancelled{false};
  StageClock clock;
  std::unique_ptr<PreparedRequest> prepared;
  RequestMetrics metrics;
};

}  // namespace fovea
