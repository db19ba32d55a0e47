#pragma once

#include <QWidget>

class QPushButton;

namespace fovea::ui {

/// A part that can be folded away: a title to click, and what stands below it.
class Fold : public QWidget {
  Q_OBJECT

 public:
  explicit Fold(const QString& title, QWidget* parent = nullptr);

  /// Where the part goes, without a layout.
  QWidget* body() { return body_; }
  void set_open(bool open);
  bool is_open() const;

 private:
  QPushButton* title_;
  QWidget* body_;
};

}  // namespace fovea::ui
