#pragma once

#include <QPlainTextEdit>

class QMimeData;

namespace fovea::ui {

/// The field for a question: grows to eight lines; Enter sends, Shift+Enter breaks the line. Pictures that
/// are pasted are handed on.
class ComposerEdit : public QPlainTextEdit {
  Q_OBJECT

 public:
  explicit ComposerEdit(QWidget* parent = nullptr);

 Q_SIGNALS:
  void sent();
  void pasted(const QMimeData* mime);
  /// Undo was pressed, and no text is there to be undone.
  void undoWanted();
  void focused(bool has);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  bool canInsertFromMimeData(const QMimeData* mime) const override;
  void insertFromMimeData(const QMimeData* mime) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fit_height();
};

/// Whether something that was dropped or pasted holds pictures or files.
bool holds_media(const QMimeData* mime);

}  // namespace fovea::ui
