#pragma once

#include <QLayout>
#include <vector>

namespace fovea::ui {

/// Lays messages out below one another, each as wide as there is room; what is left stays free below them.
/// Asks each message for its height alone, which Qt keeps until that message changes. A box asks for least
/// heights too, which are not kept: every word of an answer would then lay out all messages before it.
class MessageColumn : public QLayout {
 public:
  MessageColumn(QWidget* parent, int space);
  ~MessageColumn() override;

  /// Puts a widget before the one at `index`, or last.
  void insert(int index, QWidget* widget, Qt::Alignment alignment = {});

  void addItem(QLayoutItem* item) override;
  int count() const override { return int(items_.size()); }
  QLayoutItem* itemAt(int index) const override;
  QLayoutItem* takeAt(int index) override;
  Qt::Orientations expandingDirections() const override { return Qt::Horizontal; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override;
  QSize minimumSize() const override;
  void setGeometry(const QRect& rect) override;

 private:
  std::vector<QLayoutItem*> items_;
};

}  // namespace fovea::ui
