#pragma once

#include "core/api/engine.h"

#include <functional>

namespace fovea::child {

using EngineFactory =
    std::function<Result<std::unique_ptr<Engine>>(const EngineOptions&, const LoadObserver&)>;

/// The child's side: loads the model that the first frame names and answers until the parent closes `socket`
/// or says what makes no sense. Returns the exit status; the caller then leaves at once with it (_exit),
/// since nobody is left who would want what still runs.
int serve_parent(int socket, const EngineFactory& load);

/// What `fovea` does when it is started as such a child: descriptor 3 is the socket. Ends with its parent,
/// and leaves Ctrl+C to it. Does not return.
[[noreturn]] void run_as_child(const EngineFactory& load);

}  // namespace fovea::child
