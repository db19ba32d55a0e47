#pragma once

class QWidget;

namespace fovea::ui {

/// Hides a widget and deletes it later, its Markdown views before it and a few at a time: of a long answer
/// they hold so much that deleting all at once would hold the window up.
void discard(QWidget* widget);

}  // namespace fovea::ui
