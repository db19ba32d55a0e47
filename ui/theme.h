#pragma once

#include "ui/palette.h"

class QApplication;

namespace fovea::ui {

/// What the user chose.
enum class ThemeChoice { kSystem, kLight, kDark, kHighContrast };

/// The theme that is shown now. GUI thread.
Theme current_theme();
const Colors& current_colors();

/// The theme that a choice means where the desktop wants dark programs, or doesn't.
Theme theme_of(ThemeChoice choice, bool system_is_dark);

/// Sets palette, fonts and style sheet of the whole program. `text_scale`: 1 is 13 pixels of text.
void apply_theme(QApplication& application, Theme theme, double text_scale);

/// A size of tokens.h in pixels at the text size that is set.
int scaled(int pixels);

}  // namespace fovea::ui
