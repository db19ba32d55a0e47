#pragma once

#include "ui/local_server.h"

#include <QString>

namespace fovea::ui {

/// How the server stands, a sentence; where it failed, what to do.
QString server_state_text(const LocalServer& server);
/// The same in two words for the status bar: "API off", "API :8080 · 2".
QString server_short_text(const LocalServer& server);

}  // namespace fovea::ui
