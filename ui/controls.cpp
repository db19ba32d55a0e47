#include "ui/controls.h"

#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>
#include <QVariant>

namespace fovea::ui {
namespace {

/// Set beside the style sheet's, which comes too late for a first layout.
QFont small_font(QFont font) {
  font.setPixelSize(scaled(kSmallText));
  return font;
}

/// Shows its focus on the accent's colour too, by a ring within its edge: the style sheet's would lie around
/// its words and touch them, and an edge in another colour is hard to tell from the accent.
class Button : public QPushButton {
 public:
  using QPushButton::QPushButton;

 protected:
  void paintEvent(QPaintEvent* event) override {
    QPushButton::paintEvent(event);
    if (!hasFocus() || !property("primary").toBool()) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QColor(current_colors().on_accent), 1.5));
    painter.drawRoundedRect(QRectF(rect()).adjusted(3, 3, -3, -3), kRadius - 2, kRadius - 2);
  }
};

}  // namespace

QToolButton* tool_button(const QString& icon_name, const QString& name, QWidget* parent,
                         const QString& shortcut) {
  auto* button = new QToolButton(parent);
  button->setIcon(icon(icon_name));
  button->setIconSize(QSize(kIconSize, kIconSize));
  button->setAccessibleName(name);
  button->setToolTip(shortcut.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, shortcut));
  button->setAutoRaise(true);
  return button;
}

QPushButton* push_button(const QString& text, QWidget* parent, bool primary) {
  auto* button = new Button(text, parent);
  if (primary) button->setProperty("primary", true);
  button->setAutoDefault(false);
  button->setAccessibleName(text);
  button->setToolTip(text);
  return button;
}

QPushButton* flat_button(const QString& text, QWidget* parent) {
  QPushButton* button = push_button(text, parent);
  button->setProperty("flat", true);
  button->setFlat(true);
  button->setFont(small_font(button->font()));
  return button;
}

QLabel* muted_label(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setProperty("muted", true);
  label->setFont(small_font(label->font()));
  label->setWordWrap(true);
  return label;
}

QLabel* title_label(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setProperty("title", true);
  return label;
}

QFrame* line(QWidget* parent) {
  auto* frame = new QFrame(parent);
  frame->setProperty("role", "line");
  return frame;
}

QVBoxLayout* column(QWidget* owner, int margin, int spacing) {
  auto* layout = new QVBoxLayout(owner);
  layout->setContentsMargins(margin, margin, margin, margin);
  layout->setSpacing(spacing);
  return layout;
}

QHBoxLayout* row(QWidget* owner, int margin, int spacing) {
  auto* layout = owner == nullptr ? new QHBoxLayout : new QHBoxLayout(owner);
  layout->setContentsMargins(margin, margin, margin, margin);
  layout->setSpacing(spacing);
  return layout;
}

void set_style_flag(QWidget* widget, const char* name, const QVariant& value) {
  if (widget->property(name) == value) return;
  widget->setProperty(name, value);
  widget->style()->unpolish(widget);
  widget->style()->polish(widget);
}

void set_enabled_or_why(QWidget* widget, bool enabled, const QString& tooltip, const QString& why) {
  widget->setEnabled(enabled);
  widget->setToolTip(enabled ? tooltip : why);
}

}  // namespace fovea::ui
