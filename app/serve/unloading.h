#pragma once

#include "app/cli/host.h"
#include "app/cli/model_loading.h"
#include "app/serve/serve_settings.h"
#include "core/idle/idle_engine.h"

#include <memory>
#include <optional>

namespace fovea::serve {

/// What --idle-unload and --loaded-hours ask for; nothing where neither is given. Hours alone unload after
/// five idle minutes outside of them. Errors: kInvalidArgument (hours that make no sense; with --server,
/// whose model is not ours to unload).
Result<std::optional<IdleOptions>> idle_options(const ServeSettings& settings);

/// The model as it was loaded, or one that leaves memory as the options say; it tells of that on host.err.
/// The host must outlive it.
std::unique_ptr<Engine> kept_or_unloaded(cli::LoadedModel model, std::optional<IdleOptions> options,
                                         cli::Host& host);

}  // namespace fovea::serve
