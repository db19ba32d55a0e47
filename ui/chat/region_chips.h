#pragma once

#include "ui/regions.h"

#include <QWidget>
#include <vector>

class QPushButton;

namespace fovea::ui {

/// The places that an answer names, as small buttons under it: pointing at one lights its place up in the
/// picture, and its menu does what the place's menu there does, for those without a mouse.
class RegionChips : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;

  /// The first kMost of them get a button.
  void set(const std::vector<Region>& regions);
  /// Lights up the button of one; -1: none.
  void highlight(int region);

  static constexpr int kMost = 40;

 Q_SIGNALS:
  /// The mouse or the keys came to it; -1: they left.
  void hovered(int region);
  void chosen(int region);
  void menuWanted(int region, const QPoint& global);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QPushButton* make_chip(int index, const Region& region);

  std::vector<QPushButton*> chips_;
};

}  // namespace fovea::ui
