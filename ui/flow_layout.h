#pragma once

#include <QLayout>
#include <vector>

namespace fovea::ui {

/// Lays widgets out like words: from left to right, in as many rows as they need.
class FlowLayout : public QLayout {
 public:
  explicit FlowLayout(QWidget* parent, int space);
  ~FlowLayout() override;

  void addItem(QLayoutItem* item) override;
  int count() const override { return int(items_.size()); }
  QLayoutItem* itemAt(int index) const override;
  QLayoutItem* takeAt(int index) override;
  Qt::Orientations expandingDirections() const override { return {}; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override { return arrange(QRect(0, 0, width, 0), false); }
  QSize sizeHint() const override { return minimumSize(); }
  QSize minimumSize() const override;
  void setGeometry(const QRect& rect) override;

 private:
  /// The height that the rows take in this width; moves the items only if `move`.
  int arrange(const QRect& rect, bool move) const;

  std::vector<QLayoutItem*> items_;
};

}  // namespace fovea::ui
