#include "app/window/remote_services.h"

#include "core/input/vision/reduced_picture.h"
#include "core/remote/remote_engine.h"
#include "core/remote/server_address.h"

#include <memory>
#include <utility>

namespace fovea {
namespace {

RemoteOptions options_of(const ui::ServerCall& call, std::shared_ptr<OutboundLedger> ledger) {
  RemoteOptions options;
  options.server = call.address;
  options.model = call.model;
  options.key = call.key;
  options.insecure_key = call.insecure_key;
  options.ledger = std::move(ledger);
  options.reduction = call.reduction;
  if (call.reduction.wanted()) options.reducer = reduced_picture;
  options.on_saving = call.on_saving;
  return options;
}

/// The remedy as the window has it.
Error in_window(Error error) {
  if (error.field == "server-model") error.remedy = "Choose one of these under Edit.";
  if (error.field == "server-key") error.remedy = "Give it one under Edit.";
  if (error.field == "server-insecure") error.remedy = "Use https, or allow it under Edit.";
  return error;
}

}  // namespace

ui::RemoteServices remote_services(std::shared_ptr<OutboundLedger> ledger) {
  ui::RemoteServices services;
  services.ledger = ledger;
  services.place_of = [](const std::string& text) -> Result<ui::ServerPlace> {
    const Result<ServerAddress> address = parse_server_address(text);
    if (!address) return address.error();
    return ui::ServerPlace{address->shown(), address->loopback, address->encrypted};
  };
  services.list_models = [ledger](const ui::ServerCall& call,
                                  const LoadObserver& observer) -> Result<std::vector<ui::ServerModel>> {
    const Result<std::vector<RemoteModel>> models = list_remote_models(options_of(call, ledger), observer);
    if (!models) return in_window(models.error());
    std::vector<ui::ServerModel> out;
    for (const RemoteModel& model : *models) out.push_back({model.name, model.context_tokens});
    return out;
  };
  services.connect = [ledger = std::move(ledger)](
                         const ui::ServerCall& call,
                         const LoadObserver& observer) -> Result<std::unique_ptr<Engine>> {
    Result<std::unique_ptr<Engine>> engine = connect_remote_engine(options_of(call, ledger), observer);
    if (!engine) return in_window(engine.error());
    return engine;
  };
  return services;
}

}  // namespace fovea
