#pragma once

#include <QWidget>

class QLabel;

namespace fovea::ui {

/// Holds a label whose text changes all the time. What is around is laid out again only where a text does not
/// fit the room that the ones before it had; a label by itself has everything up to the window laid out, and
/// most of it painted, for each text.
class SteadyText : public QWidget {
 public:
  /// Takes the label as its child.
  explicit SteadyText(QLabel* label, QWidget* parent = nullptr);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  bool hasHeightForWidth() const override;
  int heightForWidth(int width) const override;

 protected:
  bool event(QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  int advance() const;
  /// What the widest text so far takes.
  QSize room() const;

  QLabel* label_;
  mutable int widest_ = 0;          // of what is not wrapped: the widest text …
  mutable int widest_advance_ = 0;  // … and its letters alone, which are quick to measure
  int height_ = 0;                  // of a wrapped text, at this width
};

}  // namespace fovea::ui
