#pragma once

#include "core/api/engine.h"
#include "core/api/outbound_ledger.h"
#include "core/api/upload_saving.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fovea::ui {

/// Where a server elsewhere is, as its address says it.
struct ServerPlace {
  std::string host;        ///< host and port: "api.example.org:443"
  bool loopback = false;   ///< this machine: nothing leaves it on the way there
  bool encrypted = false;  ///< https

  bool operator==(const ServerPlace&) const = default;
};

/// What connecting to one takes.
struct ServerCall {
  std::string address;
  std::string model;               ///< as the server calls it; empty: the only one there
  std::string key;                 ///< empty: none
  bool insecure_key = false;       ///< the key may travel unencrypted to another machine
  UploadReduction reduction = {};  ///< pictures are made smaller so before they go
  /// Told of each of the engine's requests of which a picture was made smaller, before its first text. On
  /// the engine's thread; may be empty.
  std::function<void(RequestId, const UploadSaving&)> on_saving = {};
};

/// A model as a server lists it.
struct ServerModel {
  std::string name;
  std::int64_t context_tokens = 0;  ///< 0: not told
};

/// What the window has of servers elsewhere; all of it is empty in a build without them. Observers are called
/// about once a second and may give up.
struct RemoteServices {
  /// What an address means: microseconds, nothing is asked. Errors: kInvalidArgument.
  std::function<Result<ServerPlace>(const std::string& address)> place_of;
  /// The models there; `model` of the call counts for nothing. Blocks.
  std::function<Result<std::vector<ServerModel>>(const ServerCall&, const LoadObserver&)> list_models;
  /// An engine that asks it. Blocks until the server said what model it has.
  std::function<Result<std::unique_ptr<Engine>>(const ServerCall&, const LoadObserver&)> connect;
  /// Every connection that this process made to others; may be null.
  std::shared_ptr<OutboundLedger> ledger;
};

}  // namespace fovea::ui
