#pragma once

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/cli/upload_note.h"
#include "app/resources.h"
#include "core/api/engine.h"
#include "core/api/outbound_ledger.h"
#include "core/api/quantize.h"
#include "core/api/upload_saving.h"
#include "core/hub/model_places.h"

#include <functional>
#include <memory>
#include <string>

namespace fovea::cli {

/// Loads a model; `load_local_engine`, or a scripted engine in tests.
using EngineFactory =
    std::function<Result<std::unique_ptr<Engine>>(const EngineOptions&, const LoadObserver&)>;

/// The ways to have an engine on this machine.
struct EngineFactories {
  EngineFactory in_process;
  EngineFactory child = {};               ///< in a supervised process of its own; empty: not to be had
  std::function<bool()> usable_gpu = {};  ///< decides between them where nobody says; empty: there is none
};

/// A server to be asked instead of a model on this machine; see RemoteOptions.
struct ServerChoice {
  std::string address;
  std::string model;
  std::string key;
  bool insecure_key = false;
  std::shared_ptr<OutboundLedger> ledger;
  UploadReduction reduction;
  std::function<void(const UploadSaving&)> on_saving = {};
};

/// Connects to a server; `connect_server`, or something scripted in tests.
using ServerFactory =
    std::function<Result<std::unique_ptr<Engine>>(const ServerChoice&, const LoadObserver&)>;

/// All that a verb has of the world outside it.
struct Host {
  Output& out;  ///< answers
  Output& err;  ///< everything else
  Input& in;
  Interrupt& interrupt;
  EngineFactories engines;
  Resources resources;
  ModelPlaces places;  ///< where models are looked for by name
  ServerFactory connect_server = {};
  WeightQuantizer quantize_weights = {};
  /// Where the program's connections to others are noted; never null.
  std::shared_ptr<OutboundLedger> ledger = std::make_shared<OutboundLedger>();
  /// What smaller pictures saved on their way to a server; never null.
  std::shared_ptr<UploadSavings> uploads = std::make_shared<UploadSavings>();
};

}  // namespace fovea::cli
