#include "app/window/counted_engine.h"

#include <utility>

namespace fovea {

CountedEngine::CountedEngine(std::shared_ptr<Engine> engine, std::shared_ptr<ui::ServerCounts> counts)
    : engine_(std::move(engine)), counts_(std::move(counts)) {}

Result<RequestId> CountedEngine::submit(GenerationRequest request, EventSink sink) {
  ++counts_->under_way;  // before: its last event may come before submit() returns
  Result<RequestId> id =
      engine_->submit(std::move(request), [counts = counts_, sink = std::move(sink)](GenerationEvent event) {
        const bool last = event.last();
        sink(std::move(event));
        if (!last) return;
        --counts->under_way;
        ++counts->answered;
      });
  if (!id) --counts_->under_way;
  return id;
}

Result<void> CountedEngine::set_scheduling(const SchedulingOptions& /*options*/) {
  return Error{ErrorCode::kUnsupported,
               "How questions share this engine is chosen in the window that serves it.",
               "Choose it there, under Speed.",
               {}};
}

}  // namespace fovea
