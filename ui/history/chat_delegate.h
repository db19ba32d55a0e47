#pragma once

#include <QStyledItemDelegate>

namespace fovea::ui {

/// Paints the rows of the list of chats: title and pin, tags, where a search found its words, and the title
/// of the section that a row begins.
class ChatDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  /// What is looked for; it stands out where it is found.
  void set_query(const QString& query) { query_ = query; }

 private:
  void paint_hit(QPainter& painter, const QRect& place, const QString& words) const;

  QString query_;
};

}  // namespace fovea::ui
