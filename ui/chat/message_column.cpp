#include "ui/chat/message_column.h"

#include <QWidget>
#include <algorithm>

namespace fovea::ui {
namespace {

int height_of(const QLayoutItem& item, int width) {
  return item.hasHeightForWidth() ? item.heightForWidth(width) : item.sizeHint().height();
}

}  // namespace

MessageColumn::MessageColumn(QWidget* parent, int space) : QLayout(parent) {
  setContentsMargins(0, 0, 0, 0);
  setSpacing(space);
}

MessageColumn::~MessageColumn() {
  for (QLayoutItem* item : items_) delete item;
}

void MessageColumn::insert(int index, QWidget* widget, Qt::Alignment alignment) {
  addWidget(widget);  // last, as an item that keeps its sizes
  items_.back()->setAlignment(alignment);
  std::rotate(items_.begin() + std::clamp(index, 0, count() - 1), items_.end() - 1, items_.end());
}

void MessageColumn::addItem(QLayoutItem* item) {
  items_.push_back(item);
  invalidate();
}

QLayoutItem* MessageColumn::itemAt(int index) const {
  return index >= 0 && index < count() ? items_[std::size_t(index)] : nullptr;
}

QLayoutItem* MessageColumn::takeAt(int index) {
  QLayoutItem* item = itemAt(index);
  if (item == nullptr) return nullptr;
  items_.erase(items_.begin() + index);
  invalidate();
  return item;
}

int MessageColumn::heightForWidth(int width) const {
  int height = 0;
  for (const QLayoutItem* item : items_) {
    if (!item->isEmpty()) height += height_of(*item, width) + spacing();
  }
  return std::max(0, height - spacing());
}

QSize MessageColumn::sizeHint() const {
  QSize size;
  for (const QLayoutItem* item : items_) size = size.expandedTo(item->sizeHint());
  return {size.width(), heightForWidth(size.width())};
}

QSize MessageColumn::minimumSize() const {
  int width = 0;
  for (const QLayoutItem* item : items_) width = std::max(width, item->minimumSize().width());
  return {width, 0};
}

void MessageColumn::setGeometry(const QRect& rect) {
  QLayout::setGeometry(rect);
  int top = rect.top();
  for (QLayoutItem* item : items_) {
    if (item->isEmpty()) continue;
    const int height = height_of(*item, rect.width());
    item->setGeometry(QRect(rect.left(), top, rect.width(), height));
    top += height + spacing();
  }
}

}  // namespace fovea::ui
