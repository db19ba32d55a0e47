#pragma once

#include "core/api/engine.h"
#include "ui/server_service.h"

#include <memory>

namespace fovea {

/// An engine as a server beside the window sees it: the same model, with what comes this way counted. How
/// questions share the engine is the window's to decide, so set_scheduling() is kUnsupported.
class CountedEngine final : public Engine {
 public:
  CountedEngine(std::shared_ptr<Engine> engine, std::shared_ptr<ui::ServerCounts> counts);

  ModelInfo model() const override { return engine_->model(); }
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override;
  void cancel(RequestId request) override { engine_->cancel(request); }
  Result<Preview> preview(const GenerationRequest& request) override { return engine_->preview(request); }
  EngineMetrics metrics() const override { return engine_->metrics(); }
  SchedulingOptions scheduling() const override { return engine_->scheduling(); }
  Result<void> set_scheduling(const SchedulingOptions& options) override;

 private:
  const std::shared_ptr<Engine> engine_;
  const std::shared_ptr<ui::ServerCounts> counts_;
};

}  // namespace fovea
