#pragma once

#include "core/api/upload_saving.h"

#include <QWidget>

class QCheckBox;
class QSpinBox;

namespace fovea::ui {

/// Whether pictures are made smaller before they go to a server, and how far.
class UploadFields : public QWidget {
  Q_OBJECT

 public:
  explicit UploadFields(const UploadReduction& before, QWidget* parent = nullptr);

  /// What was entered; off, it wants nothing and keeps the quality.
  UploadReduction reduction() const;

 private:
  QSpinBox* number(const QString& name, int least, int most, int value);

  QCheckBox* wanted_;
  QSpinBox* side_;
  QSpinBox* quality_;
};

}  // namespace fovea::ui
