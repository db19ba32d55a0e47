#include "app/server_connection.h"

#include "core/input/vision/reduced_picture.h"
#include "core/remote/remote_engine.h"

#include <utility>

namespace fovea {
namespace {

/// The remedy as the command line has it.
Error with_options(Error error) {
  if (error.field == "server-model") error.remedy = "Name one with --server-model.";
  if (error.field == "server-insecure") error.remedy = "Use https, or say --server-insecure.";
  if (error.field == "server-key")
    error.remedy = "Give a key: --server-key-file FILE, or the variable FOVEA_SERVER_KEY.";
  return error;
}

}  // namespace

Result<std::unique_ptr<Engine>> connect_server(const cli::ServerChoice& choice,
                                               const LoadObserver& observer) {
  RemoteOptions options;
  options.server = choice.address;
  options.model = choice.model;
  options.key = choice.key;
  options.insecure_key = choice.insecure_key;
  options.ledger = choice.ledger;
  options.reduction = choice.reduction;
  if (choice.reduction.wanted()) options.reducer = reduced_picture;
  if (choice.on_saving) {
    options.on_saving = [told = choice.on_saving](RequestId, const UploadSaving& saving) { told(saving); };
  }
  Result<std::unique_ptr<Engine>> engine = connect_remote_engine(options, observer);
  if (!engine) return with_options(engine.error());
  return engine;
}

}  // namespace fovea
