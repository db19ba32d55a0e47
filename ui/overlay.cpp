#include "ui/overlay.h"

#include "ui/controls.h"
#include "ui/tokens.h"

#include <QEvent>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kWidth = 340;
constexpr int kLeftFree = 48;  // of what lies under it, so that it is seen to lie over something

}  // namespace

Overlay::Overlay(QWidget* under, QWidget* parent) : QFrame(parent), under_(under) {
  setProperty("role", "overlay");
  setAutoFillBackground(true);
  layout_ = column(this, 0, 0);
  layout_->setContentsMargins(1, 0, 0, 0);  // its line
  close_ = tool_button(QStringLiteral("close"), tr("Close"), this, QStringLiteral("Esc"));
  connect(close_, &QToolButton::clicked, this, &Overlay::close_again);
  under_->installEventFilter(this);
  hide();
}

void Overlay::lie_over(QWidget* under) {
  under_->removeEventFilter(this);
  under_ = under;
  under_->installEventFilter(this);
  place();
  if (isVisible()) raise();
}

void Overlay::hold(QWidget* content) {
  layout_->addWidget(content);
  content->show();
}

void Overlay::open() {
  place();
  show();
  raise();
  close_->raise();
  if (QWidget* content = layout_->itemAt(0) != nullptr ? layout_->itemAt(0)->widget() : nullptr)
    content->setFocus(Qt::OtherFocusReason);
}

void Overlay::close_again() {
  if (!isVisible()) return;
  hide();
  Q_EMIT closed();
}

bool Overlay::eventFilter(QObject* watched, QEvent* event) {
  if (watched == under_ && (event->type() == QEvent::Resize || event->type() == QEvent::Move)) place();
  return QFrame::eventFilter(watched, event);
}

void Overlay::resizeEvent(QResizeEvent* event) {
  QFrame::resizeEvent(event);
  close_->adjustSize();
  close_->move(width() - close_->width() - kSpace1, kSpace1);
}

void Overlay::place() {
  QRect place = under_->geometry();
  place.setLeft(std::max(place.left() + kLeftFree, place.right() - kWidth + 1));
  setGeometry(place);
}

}  // namespace fovea::ui
