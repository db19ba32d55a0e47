#pragma once

#include <QListView>

namespace fovea::ui {

class AttachmentModel;

/// Thumbnails of the attachments in a row: click shows one, the cross or Delete removes it, Ctrl+Z brings it
/// back, Ctrl+Left and Ctrl+Right or dragging move it. What cannot be read says why on its thumbnail.
class AttachmentStrip : public QListView {
  Q_OBJECT

 public:
  explicit AttachmentStrip(AttachmentModel& model, QWidget* parent = nullptr);

 Q_SIGNALS:
  void chosen(int row);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;

 private:
  AttachmentModel& model_;
  int dragged_ = -1;
};

}  // namespace fovea::ui
