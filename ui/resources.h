#pragma once

namespace fovea::ui {

/// Makes icons and translations that are linked in known to Qt. Call before the first icon.
void load_resources();

}  // namespace fovea::ui
