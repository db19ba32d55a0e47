#pragma once

#include <QString>

class QFrame;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;
class QVBoxLayout;
class QWidget;

namespace fovea::ui {

// Small parts that the panels share: each made with its name for assistive technology and its tooltip.

/// A button with an icon alone. `shortcut` is shown in the tooltip.
QToolButton* tool_button(const QString& icon_name, const QString& name, QWidget* parent,
                         const QString& shortcut = {});
QPushButton* push_button(const QString& text, QWidget* parent, bool primary = false);
/// A quiet small button that reads like text.
QPushButton* flat_button(const QString& text, QWidget* parent);
QLabel* muted_label(const QString& text, QWidget* parent);
QLabel* title_label(const QString& text, QWidget* parent);
QFrame* line(QWidget* parent);

QVBoxLayout* column(QWidget* owner, int margin, int spacing);
QHBoxLayout* row(QWidget* owner, int margin, int spacing);

/// Sets a property that the style sheet looks at and applies it.
void set_style_flag(QWidget* widget, const char* name, const QVariant& value);

/// Enables or disables a control; disabled, its tooltip says why.
void set_enabled_or_why(QWidget* widget, bool enabled, const QString& tooltip, const QString& why);

}  // namespace fovea::ui
