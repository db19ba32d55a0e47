#pragma once

#include "ui/services.h"

#include <QWidget>
#include <vector>

class QToolButton;

namespace fovea::ui {

/// The sample pictures beside each other, each with its question: smaller where there is less room, down to
/// kNarrowest a picture.
class SampleRow : public QWidget {
  Q_OBJECT

 public:
  explicit SampleRow(const std::vector<SamplePicture>& samples, QWidget* parent = nullptr);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

  static constexpr int kWidest = 200;  ///< pixels
  static constexpr int kNarrowest = 104;

 Q_SIGNALS:
  void chosen(const QString& path, const QString& question);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  QSize size_of(int button) const;
  QSize row_of(int button) const;

  std::vector<QToolButton*> buttons_;
  std::vector<QString> labels_;
};

}  // namespace fovea::ui
