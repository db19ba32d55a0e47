#pragma once

#include "core/api/outbound_ledger.h"
#include "ui/server_service.h"

#include <filesystem>
#include <memory>
#include <string>

namespace fovea {

/// What the window's server has of the program around it.
struct WindowServerFiles {
  std::string page_folder;               ///< of the page at "/"; empty: none
  std::string openapi_file;              ///< what GET /openapi.json gives; empty: "{}"
  std::filesystem::path servers_folder;  ///< where `fovea ps` looks
  /// What the program asks others, for GET /v1/connections; never null.
  std::shared_ptr<OutboundLedger> ledger = std::make_shared<OutboundLedger>();
};

/// The key in `file`, made there, readable by its owner alone, if there is no such file. Errors: kForbidden
/// (others may read it), kInvalidArgument (it holds no key), kDiskFull (it can't be written).
Result<std::string> server_key(const std::string& file);

/// Serves `engine`, which stays its owners' too; `fovea ps` lists it. Errors: ui::ServerStarter's.
Result<std::unique_ptr<ui::RunningServer>> start_window_server(std::shared_ptr<Engine> engine,
                                                               const ui::ServerWishes& wishes,
                                                               std::shared_ptr<ui::ServerCounts> counts,
                                                               const WindowServerFiles& files);

}  // namespace fovea
