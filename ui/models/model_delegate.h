#pragma once

#include <QStyledItemDelegate>

namespace fovea::ui {

/// A row of ModelListModel in three lines: its name, its facts, and whether it can be had; below them how far
/// it is loaded while that goes on.
class ModelDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace fovea::ui
