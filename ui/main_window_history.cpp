// What the window does to chats: rename, tag, export, import, delete, undo.
#include "ui/chat/chat_panel.h"
#include "ui/core_words.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QPointer>
#include <QRegularExpression>
#include <QUrl>
#include <utility>

namespace fovea::ui {
namespace {

struct ExportKind {
  ExportFormat format;
  const char* name;
  const char* ending;
};
constexpr ExportKind kExportKinds[] = {{ExportFormat::kMarkdown, "Markdown", "md"},
                                       {ExportFormat::kHtml, "HTML", "html"},
                                       {ExportFormat::kJson, "JSON", "json"},
                                       {ExportFormat::kPdf, "PDF", "pdf"}};

QString filter_of(const ExportKind& kind) {
  return QStringLiteral("%1 (*.%2)").arg(QLatin1String(kind.name), QLatin1String(kind.ending));
}

}  // namespace

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
  name = name.replace(QRegularExpression(QStringLiteral("[/\\\\:*?\"<>|]")), QStringLiteral(" "))
             .simplified()
             .left(80);
  QFileDialog dialog(this, tr("Export the chat"), bench_.export_folder);
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  QStringList filters;
  for (const ExportKind& kind : kExportKinds) filters.append(filter_of(kind));
  dialog.setNameFilters(filters);
  // Before the dialog looks whether such a file is there.
  const auto end_as = [&dialog](const QString& filter) {
    for (const ExportKind& kind : kExportKinds) {
      if (filter == filter_of(kind)) dialog.setDefaultSuffix(QLatin1String(kind.ending));
    }
  };
  connect(&dialog, &QFileDialog::filterSelected, this, end_as);
  end_as(filters.front());
  dialog.selectFile((name.isEmpty() ? tr("Chat") : name) + QStringLiteral(".md"));
  if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) return;
  const QString file = dialog.selectedFiles().front();
  bench_.export_folder = QFileInfo(file).absolutePath();
  const QString ending = QFileInfo(file).suffix().toLower();
  const ExportKind* chosen = &kExportKinds[0];
  for (const ExportKind& kind : kExportKinds) {
    if (dialog.selectedNameFilter() == filter_of(kind)) chosen = &kind;
  }
  for (const ExportKind& kind : kExportKinds) {
    if (ending == QLatin1String(kind.ending)) chosen = &kind;
  }
  const QPointer<MainWindow> window(this);  // which may be built anew before the answer comes
  bench_.store.export_chat(
      chat, file, chosen->format, bench_.services.decode_picture, [window, file](const Result<void>& done) {
        if (!window) return;
        if (!done) return window->chat_->show_notice(core_words(done.error()));
        window->chat_->show_notice(
            tr("Exported as %1.").arg(QFileInfo(file).fileName()), tr("Open the folder"),
            [file] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(file).absolutePath())); });
      });
}

void MainWindow::import_chat() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Import a chat"), bench_.export_folder,
                                                    QStringLiteral("JSON (*.json)"));
  if (file.isEmpty()) return;
  const QPointer<MainWindow> window(this);
  bench_.store.import_chat(file, bench_.services.decode_picture, [window](const Result<ChatId>& chat) {
    if (!window) return;
    if (chat) {
      window->bench_.session.open(*chat);
    } else {
      window->chat_->show_notice(core_words(chat.error()));
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
