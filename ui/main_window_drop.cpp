// How pictures come into the window from outside: dropped, or taken from the screen.
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/composer_edit.h"
#include "ui/controls.h"
#include "ui/dropped_files.h"
#include "ui/main_window.h"
#include "ui/tokens.h"

#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QVBoxLayout>
#include <algorithm>

namespace fovea::ui {

void MainWindow::connect_screen() {
  Composer& composer = chat_->composer();
  composer.set_screen_unavailable(ScreenGrab::unavailable());
  connect(&composer, &Composer::screenWanted, this, [this] { screen_grab_.start(this); });
  connect(&screen_grab_, &ScreenGrab::taken, this, [this](const QImage& picture) {
    chat_->composer().add_image(picture, tr("Part of the screen"));
    chat_->composer().focus_text();
  });
  connect(&screen_grab_, &ScreenGrab::wrote, this, [this](const QString& file) {
    chat_->composer().add_files({file});
    chat_->composer().focus_text();
  });
  connect(&screen_grab_, &ScreenGrab::failed, this,
          [this](const QString& problem) { chat_->show_notice(problem); });
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  const bool media = holds_media(event->mimeData());
  // A link alone is taken too, for the words about it.
  if (!media && std::none_of(urls.begin(), urls.end(), is_link)) return;
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
  const QFileInfo first(urls.isEmpty() ? QString() : urls.front().toLocalFile());
  drop_hint_->findChild<QLabel*>()->setText(
      !media            ? tr("A link: copy the picture itself")
      : urls.size() > 1 ? tr("Add %1 files to the question").arg(urls.size())
      : first.isDir()   ? tr("Add the pictures in %1 to the question").arg(first.fileName())
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
