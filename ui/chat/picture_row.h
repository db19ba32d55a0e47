#pragma once

#include "ui/chat_types.h"

#include <QWidget>

namespace fovea::ui {

/// The pictures of a question that was asked, small; a click shows one, its menu copies it.
class PictureRow : public QWidget {
  Q_OBJECT

 public:
  explicit PictureRow(const std::vector<Attachment>& attachments, QWidget* parent = nullptr);

 Q_SIGNALS:
  void chosen(int index);
  void copyWanted(int index);
};

}  // namespace fovea::ui
