// What the window does to chats: rename, tag, export, import, delete, undo.
#include "ui/chat/chat_panel.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QRegularExpression>
#include <utility>

namespace fovea::ui {

void MainWindow::rename_chat(ChatId chat, const QString& title) {
  bool ok = false;
  const QString name =
      QInputDialog::getText(this, tr("Rename the chat"), tr("Title"), QLineEdit::Normal, title, &ok)
          .simplified();
  if (!ok || name.isEmpty()) return;
  if (chat == bench_.session.summary().id) {
    bench_.session.set_title(name);
  } else {
    bench_.store.set_title(chat, name);
  }
}

void MainWindow::export_chat(ChatId chat, const QString& title) {
  QString name = title;
  name.replace(QRegularExpression(QStringLiteral("[/\\\\:*?\"<>|]")), QStringLiteral("_"));
  const QString markdown = QStringLiteral("Markdown (*.md)");
  const QString html = QStringLiteral("HTML (*.html)");
  const QString json = QStringLiteral("JSON (*.json)");
  const QString pdf = QStringLiteral("PDF (*.pdf)");
  QString chosen;
  QString file = QFileDialog::getSaveFileName(
      this, tr("Export the chat"), name.left(80) + QStringLiteral(".md"),
      QStringList{markdown, html, pdf, json}.join(QStringLiteral(";;")), &chosen);
  if (file.isEmpty()) return;
  const QString ending = QFileInfo(file).suffix().toLower();
  ExportFormat format = chosen == json   ? ExportFormat::kJson
                        : chosen == html ? ExportFormat::kHtml
                        : chosen == pdf  ? ExportFormat::kPdf
                                         : ExportFormat::kMarkdown;
  if (ending == QLatin1String("json")) format = ExportFormat::kJson;
  if (ending == QLatin1String("html")) format = ExportFormat::kHtml;
  if (ending == QLatin1String("pdf")) format = ExportFormat::kPdf;
  bench_.store.export_chat(chat, file, format, bench_.services.decode_picture,
                           [this, file](const Result<void>& done) {
                             chat_->show_notice(done ? tr("Exported as %1.").arg(QFileInfo(file).fileName())
                                                     : QString::fromStdString(done.error().text()));
                           });
}

void MainWindow::import_chat() {
  const QString file =
      QFileDialog::getOpenFileName(this, tr("Import a chat"), {}, QStringLiteral("JSON (*.json)"));
  if (file.isEmpty()) return;
  bench_.store.import_chat(file, [this](const Result<ChatId>& chat) {
    if (chat) {
      bench_.session.open(*chat);
    } else {
      chat_->show_notice(QString::fromStdString(chat.error().text()));
    }
  });
}

void MainWindow::remove_chat(const ChatSummary& chat) {
  bench_.store.set_chat_removed(chat.id, true);
  if (chat.id == bench_.session.summary().id) bench_.new_chat();
  undo_.push_back([this, id = chat.id] {
    bench_.store.set_chat_removed(id, false);
    bench_.session.open(id);
  });
  chat_->show_notice(tr("\"%1\" is deleted.").arg(chat.title), tr("Undo"), [this] { undo_in_history(); });
}

void MainWindow::tag_chat(const ChatSummary& chat, const QString& tag, bool on) {
  bench_.store.set_tag(chat.id, tag, on);
  undo_.push_back([this, id = chat.id, tag, on] { bench_.store.set_tag(id, tag, !on); });
  // A tag that is added is seen; one that went may have taken the chat out of the list.
  if (on) return;
  chat_->show_notice(tr("\"%1\" no longer has the tag %2.").arg(chat.title, tag), tr("Undo"),
                     [this] { undo_in_history(); });
}

void MainWindow::ask_for_tag(const ChatSummary& chat) {
  bool ok = false;
  const QString tag = tag_of(QInputDialog::getText(
      this, tr("Tag the chat"), tr("Tag of \"%1\"").arg(chat.title), QLineEdit::Normal, {}, &ok));
  if (ok && !tag.isEmpty() && !chat.tags.contains(tag, Qt::CaseInsensitive)) tag_chat(chat, tag, true);
}

void MainWindow::undo_in_history() {
  if (undo_.empty()) return;
  const std::function<void()> undo = std::move(undo_.back());
  undo_.pop_back();
  undo();
}

}  // namespace fovea::ui
