// The window as a place to drop files on.
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/composer_edit.h"
#include "ui/controls.h"
#include "ui/main_window.h"
#include "ui/tokens.h"

#include <QDragEnterEvent>
#include <QLabel>
#include <QMimeData>
#include <QVBoxLayout>

namespace fovea::ui {

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (!holds_media(event->mimeData())) return;
  event->acceptProposedAction();
  if (drop_hint_ == nullptr) {
    auto* hint = new QFrame(this);
    hint->setProperty("role", "drop");
    QVBoxLayout* layout = column(hint, kSpace5, kSpace2);
    QLabel* text = title_label({}, hint);
    text->setAlignment(Qt::AlignCenter);
    layout->addWidget(text);
    drop_hint_ = hint;
  }
  const qsizetype files = event->mimeData()->urls().size();
  drop_hint_->findChild<QLabel*>()->setText(files > 1 ? tr("Add %1 files to the question").arg(files)
                                                      : tr("Add to the question"));
  drop_hint_->setGeometry(chat_->geometry().adjusted(kSpace4, kSpace4, -kSpace4, -kSpace4));
  drop_hint_->show();
  drop_hint_->raise();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent* /*event*/) {
  if (drop_hint_ != nullptr) drop_hint_->hide();
}

void MainWindow::dropEvent(QDropEvent* event) {
  if (drop_hint_ != nullptr) drop_hint_->hide();
  chat_->composer().add(event->mimeData());
  chat_->composer().focus_text();
  event->acceptProposedAction();
}

}  // namespace fovea::ui
