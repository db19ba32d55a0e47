#include "ui/flow_layout.h"

#include <QWidget>
#include <algorithm>

namespace fovea::ui {

FlowLayout::FlowLayout(QWidget* parent, int space) : QLayout(parent) {
  setContentsMargins(0, 0, 0, 0);
  setSpacing(space);
}

FlowLayout::~FlowLayout() {
  for (QLayoutItem* item : items_) delete item;
}

void FlowLayout::addItem(QLayoutItem* item) {
  items_.push_back(item);
}

QLayoutItem* FlowLayout::itemAt(int index) const {
  return index >= 0 && index < count() ? items_[std::size_t(index)] : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index) {
  QLayoutItem* item = itemAt(index);
  if (item != nullptr) items_.erase(items_.begin() + index);
  return item;
}

QSize FlowLayout::minimumSize() const {
  QSize size;
  for (const QLayoutItem* item : items_) size = size.expandedTo(item->minimumSize());
  return size;
}

void FlowLayout::setGeometry(const QRect& rect) {
  QLayout::setGeometry(rect);
  arrange(rect, true);
}

int FlowLayout::arrange(const QRect& rect, bool move) const {
  int left = rect.left();
  int top = rect.top();
  int row_height = 0;
  for (QLayoutItem* item : items_) {
    const QSize size(std::min(item->sizeHint().width(), rect.width()), item->sizeHint().height());
    if (left > rect.left() && left + size.width() > rect.right() + 1) {
      left = rect.left();
      top += row_height + spacing();
      row_height = 0;
    }
    if (move) item->setGeometry(QRect(QPoint(left, top), size));
    left += size.width() + spacing();
    row_height = std::max(row_height, size.height());
  }
  return top + row_height - rect.top();
}

}  // namespace fovea::ui
