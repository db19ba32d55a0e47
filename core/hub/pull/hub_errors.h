#pragma once

#include "core/hub/pull/http_client.h"
#include "core/hub/pull/repository_name.h"

#include <string>

namespace fovea {

/// Whether asking again may help: a broken connection, 408, 425, 429 or a 5xx.
bool is_passing(const HttpOutcome& outcome);

/// Why a request failed, in words, with what to do: no such model or revision, gated, token refused, offline,
/// not trusted, the hub in trouble. `what`: "the list of files", "model.safetensors".
Error request_error(const HubAccess& access, const RepositoryName& repository, const HttpOutcome& outcome,
                    const std::string& what);

/// An answer that makes no sense.
Error nonsense_error(const HubAccess& access, const std::string& what);

}  // namespace fovea
