#pragma once

#include "core/api/engine.h"
#include "core/remote/remote_engine.h"
#include "core/remote/server_address.h"

#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// Asks the server for its models and chooses the named or only one. Blocks; the observer may give up. What
/// the server doesn't tell of the model stays empty. A server without a list, or with an empty one, is taken
/// at the user's word if a model is named. Errors: as connect_remote_engine.
Result<ModelInfo> choose_remote_model(const RemoteOptions& options, const ServerAddress& server,
                                      const LoadObserver& observer);

/// As list_remote_models, for options whose address and key make sense.
Result<std::vector<RemoteModel>> ask_for_models(const RemoteOptions& options, const ServerAddress& server,
                                                const LoadObserver& observer);

/// The answer to GET /v1/models: entries without a name are passed over. kUnreachable for what is no list.
Result<std::vector<RemoteModel>> read_model_list(std::string_view body, const ServerAddress& server);

/// The choice out of the answer to GET /v1/models.
Result<ModelInfo> choose_from_list(std::string_view body, const std::string& wanted,
                                   const ServerAddress& server, const std::string& key);

}  // namespace fovea
