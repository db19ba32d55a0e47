#include "ui/steady_text.h"

#include <QEvent>
#include <QLabel>
#include <algorithm>

namespace fovea::ui {

SteadyText::SteadyText(QLabel* label, QWidget* parent) : QWidget(parent), label_(label) {
  label->setParent(this);
  setSizePolicy(label->sizePolicy());
}

int SteadyText::advance() const {
  return label_->fontMetrics().horizontalAdvance(label_->text());
}

QSize SteadyText::room() const {
  const QSize size = label_->sizeHint();
  widest_ = std::max(widest_, size.width());
  widest_advance_ = std::max(widest_advance_, advance());
  return {widest_, size.height()};
}

QSize SteadyText::sizeHint() const {
  return label_->wordWrap() ? label_->sizeHint() : room();
}

QSize SteadyText::minimumSizeHint() const {
  return label_->wordWrap() ? label_->minimumSizeHint() : room();
}

bool SteadyText::hasHeightForWidth() const {
  return label_->wordWrap();
}

int SteadyText::heightForWidth(int width) const {
  return label_->heightForWidth(width);
}

bool SteadyText::event(QEvent* event) {
  if (event->type() == QEvent::LayoutRequest) {
    // The label has another text.
    const bool fits =
        label_->wordWrap() ? label_->heightForWidth(width()) == height_ : advance() <= widest_advance_;
    if (!fits) updateGeometry();
    return true;
  }
  return QWidget::event(event);
}

void SteadyText::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  updateGeometry();  // a label tells of no text while it is hidden
}

void SteadyText::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  label_->resize(size());
  if (label_->wordWrap()) height_ = label_->heightForWidth(width());
}

void SteadyText::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::FontChange && event->type() != QEvent::StyleChange) return;
  widest_ = widest_advance_ = 0;
  updateGeometry();
}

}  // namespace fovea::ui
