#pragma once

#include <QAccessible>

class QWidget;

namespace fovea::ui {

/// Says what a widget that paints itself is to those who can't see it: a chart, a picture. Without it a
/// screen reader passes it over. Its name and description are the widget's own. Before they are set.
void set_accessible_role(QWidget* widget, QAccessible::Role role);

}  // namespace fovea::ui
