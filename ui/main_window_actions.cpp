// What the window does on its panels' wishes.
#include "ui/attachment_loader.h"
#include "ui/chat/chat_options_dialog.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/composer_edit.h"
#include "ui/chat_request.h"
#include "ui/controls.h"
#include "ui/history/history_panel.h"
#include "ui/image/image_panel.h"
#include "ui/main_window.h"
#include "ui/models/model_panel.h"
#include "ui/performance/speed_panel.h"
#include "ui/quantities.h"
#include "ui/settings/settings_dialog.h"
#include "ui/tokens.h"
#include "ui/workbench.h"

#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QInputDialog>
#include <QLabel>
#include <QMimeData>
#include <QPointer>
#include <QRegularExpression>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace fovea::ui {

void MainWindow::show_engine() {
  const EngineStatus& status = bench_.bridge.status();
  using Kind = EngineStatus::Kind;
  const QString name = QFileInfo(QString::fromStdString(status.folder)).fileName();
  const bool ready = bench_.bridge.ready() || bench_.asleep();
  QString headline;
  QString detail;
  int permille = -1;
  if (status.kind == Kind::kLoading) {
    headline = tr("Loading %1").arg(name);
    permille = 0;
    if (status.progress.total > 0) {
      permille = int(1000.0 * double(status.progress.done) / double(status.progress.total));
      detail = tr("%1 of %2").arg(bytes_text(status.progress.done), bytes_text(status.progress.total));
    }
  } else if (!ready) {
    headline = status.error ? QString::fromStdString(status.error->text()) : tr("No model is loaded");
    detail = tr("Choose one under Model, or get one with: fovea models pull NAME");
  }
  // While a model loads questions are taken; they wait for it.
  chat_->set_model_state(ready || status.kind == Kind::kLoading, headline, detail, permille);
  if (status.error && bench_.bridge.ready()) chat_->show_notice(QString::fromStdString(status.error->text()));
  models_->set_status(status);
  speed_->set_engine_ready(status.kind == Kind::kReady);
  const bool known = bench_.bridge.ready();
  image_->set_model(known ? status.model.patch_size : 0, known ? status.model.merge_size : 0);
  if (known) {
    model_label_->setText(QStringLiteral("%1 · %2").arg(QString::fromStdString(status.model.name),
                                                        QString::fromStdString(status.model.compute_type)));
  } else {
    model_label_->setText(status.kind == Kind::kLoading ? name : tr("No model"));
  }
  QString state;
  if (status.kind == Kind::kLoading) {
    state = permille > 0 ? tr("loading, %1 %").arg(permille / 10) : tr("loading");
  } else if (status.health.state == EngineHealth::State::kGivenUp) {
    state = tr("the engine has stopped");
  } else if (status.health.state == EngineHealth::State::kRestarting) {
    state =
        status.health.attempt > 0
            ? tr("starting the engine, try %1 of %2").arg(status.health.attempt).arg(status.health.attempts)
            : tr("starting the engine");
  } else if (bench_.session.running()) {
    using Step = AnswerProgress::Step;
    const Step step = bench_.session.progress().step;
    state = step == Step::kWriting   ? tr("answering")
            : step == Step::kVision  ? tr("looking")
            : step == Step::kPrefill ? tr("reading")
                                     : tr("preparing");
  } else {
    state = bench_.asleep() ? tr("unloaded while idle") : ready ? tr("idle") : QString();
  }
  state_label_->setText(state);
  if (status.kind == Kind::kReady && !preview_timer_.isActive()) preview_timer_.start();
}

void MainWindow::show_health() {
  const EngineHealth& health = bench_.bridge.status().health;
  const QString reason = QString::fromStdString(health.reason);
  switch (health.state) {
    case EngineHealth::State::kReady:
      return chat_->show_notice(
          tr("The engine is there again. An answer that was interrupted can be continued."));
    case EngineHealth::State::kRestarting:
      if (health.attempt == 0) return chat_->show_notice(tr("The engine is being started again."));
      return chat_->show_notice(tr("%1 It is started again in %2, try %3 of %4. What was said stands.")
                                    .arg(reason, seconds_text(health.pause_seconds))
                                    .arg(health.attempt)
                                    .arg(health.attempts));
    case EngineHealth::State::kGivenUp:
      return chat_->show_notice(tr("The engine does not keep running: %1 It was started %2 times again.")
                                    .arg(reason)
                                    .arg(health.attempts),
                                tr("Try again"), [this] { bench_.bridge.restart(); });
  }
}

void MainWindow::tick() {
  const ProcessUse use = probe_.look(bench_.bridge.process());
  memory_label_->setText(
      tr("Memory %1 · machine %2 of %3")
          .arg(bytes_text(use.resident), bytes_text(use.memory_used), bytes_text(use.memory_total)));
  speed_->tick(use);
  if (speed_->isVisible()) bench_.bridge.sample();
  bench_.unload_if_idle();
}

void MainWindow::show_attachment(int index) {
  const auto& attachments = chat_->composer().attachments();
  if (index < 0 || index >= int(attachments.size())) return;
  const Attachment& a = attachments[std::size_t(index)];
  if (a.clip || a.loading) return;
  shown_attachment_ = index;
  shown_message_ = region_message_ = -1;
  if (!a.bytes && a.usable()) {
    bench_.store.pictures({a.hash}, [this, a](const Result<HistoryStore::Pictures>& pictures) {
      if (!pictures) return image_->set_problem(QString::fromStdString(pictures.error().text()));
      Attachment whole = a;
      whole.bytes = pictures->front();
      image_->show_picture(whole, {});
    });
    return;
  }
  image_->show_picture(a, {});
  preview_timer_.start();
}

void MainWindow::show_message_picture(int index, int attachment) {
  const auto& messages = bench_.session.messages();
  if (index < 0 || index >= int(messages.size())) return;
  const ChatMessage& message = messages[std::size_t(index)];
  if (attachment < 0 || attachment >= int(message.attachments.size())) return;
  const Attachment& a = message.attachments[std::size_t(attachment)];
  if (a.clip) return;
  shown_attachment_ = attachment;
  shown_message_ = index;
  std::optional<VisionInput> seen;
  if (index + 1 < int(messages.size())) {
    // An answer's list holds the pictures of the whole chat: those of its own question are the last.
    const auto& vision = messages[std::size_t(index) + 1].vision;
    const std::size_t from_end = message.attachments.size() - std::size_t(attachment);
    if (from_end <= vision.size()) seen = vision[vision.size() - from_end];
  }
  if (a.bytes) return image_->show_picture(a, seen);
  bench_.store.pictures({a.hash}, [this, a, seen, index](const Result<HistoryStore::Pictures>& pictures) {
    if (index != shown_message_) return;
    if (!pictures) return image_->set_problem(QString::fromStdString(pictures.error().text()));
    Attachment whole = a;
    whole.bytes = pictures->front();
    image_->show_picture(whole, seen);
  });
}

void MainWindow::copy_message_picture(int index, int attachment) {
  const auto& messages = bench_.session.messages();
  if (index < 0 || index >= int(messages.size())) return;
  const auto& attachments = messages[std::size_t(index)].attachments;
  if (attachment < 0 || attachment >= int(attachments.size())) return;
  // The answers may come when this window was built anew.
  const QPointer<MainWindow> window(this);
  const auto copied = [window](const Result<PictureCopy>& copy) {
    if (!copy) {
      if (window) window->chat_->show_notice(QString::fromStdString(copy.error().text()));
      return;
    }
    auto* mime = new QMimeData;
    mime->setImageData(copy->image);
    mime->setData(QStringLiteral("image/png"), copy->png);
    QGuiApplication::clipboard()->setMimeData(mime);
  };
  const Attachment a = attachments[std::size_t(attachment)];
  if (a.bytes) return bench_.loader.copy(a, copied);
  bench_.store.pictures({a.hash}, [window, a, copied](const Result<HistoryStore::Pictures>& pictures) {
    if (!pictures) return copied(pictures.error());
    if (!window) return;
    Attachment whole = a;
    whole.bytes = pictures->front();
    window->bench_.loader.copy(whole, copied);
  });
}

void MainWindow::show_last_picture() {
  const auto& messages = bench_.session.messages();
  for (int at = int(messages.size()) - 1; at >= 0; --at) {
    if (!messages[std::size_t(at)].attachments.empty()) {
      show_message_picture(at, 0);
      if (at + 1 < int(messages.size())) show_regions(int(messages.size()) - 1);
      return;
    }
  }
  image_->clear();
}

void MainWindow::request_preview() {
  if (!bench_.bridge.ready() || shown_attachment_ < 0) return;
  const auto& list = shown_message_ < 0 ? chat_->composer().attachments()
                                        : bench_.session.messages()[std::size_t(shown_message_)].attachments;
  if (shown_attachment_ >= int(list.size())) return;
  const Attachment& picture = list[std::size_t(shown_attachment_)];
  if (!picture.usable() || !picture.bytes) return;
  ChatMessage question;
  question.attachments = {picture};
  bench_.bridge.preview(chat_request(bench_.session.options(), {question}), ++preview_ticket_);
}

void MainWindow::show_regions(int message) {
  const auto& messages = bench_.session.messages();
  if (message < 1 || message >= int(messages.size())) return;
  const std::vector<Region> regions = find_regions(messages[std::size_t(message)].text);
  if (regions.empty()) return;
  // The regions belong to the last picture that was asked about before.
  for (int at = message - 1; at >= 0; --at) {
    const auto& attachments = messages[std::size_t(at)].attachments;
    if (messages[std::size_t(at)].role != Role::kUser || attachments.empty()) continue;
    const bool same = shown_message_ == at;
    if (!same) show_message_picture(at, 0);
    break;
  }
  region_message_ = message;
  inspector_->setCurrentWidget(image_);
  image_->set_regions(regions);
}

void MainWindow::open_settings() {
  remember_layout();
  SettingsDialog dialog(bench_.settings, QString::fromStdString(bench_.services.state_folder), this);
  const Settings before = bench_.settings;
  connect(&dialog, &SettingsDialog::changed, this,
          [this](const Settings& changed) { bench_.set_settings(changed); });
  dialog.exec();
  const Settings& now = bench_.settings;
  if (now.theme != before.theme || now.language != before.language || now.text_scale != before.text_scale)
    Q_EMIT lookChanged();
}

void MainWindow::open_chat_options() {
  ChatOptionsDialog dialog(bench_.session.options(), bench_.settings.presets,
                           bench_.bridge.status().model.reasons, this);
  connect(&dialog, &ChatOptionsDialog::presetsChanged, this, [this](const std::vector<Preset>& presets) {
    Settings changed = bench_.settings;
    changed.presets = presets;
    bench_.set_settings(changed);
  });
  if (dialog.exec() == QDialog::Accepted) bench_.session.set_options(dialog.options());
}

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
  removed_.push_back(chat.id);
  chat_->show_notice(tr("\"%1\" is deleted.").arg(chat.title), tr("Undo"), [this] { bring_chat_back(); });
}

void MainWindow::bring_chat_back() {
  if (removed_.empty()) return;
  const ChatId chat = removed_.back();
  removed_.pop_back();
  bench_.store.set_chat_removed(chat, false);
  bench_.session.open(chat);
}

void MainWindow::zoom_text(double factor) {
  Settings changed = bench_.settings;
  changed.text_scale = factor == 0.0 ? 1.0 : std::clamp(changed.text_scale * factor, 0.8, 1.6);
  if (changed.text_scale == bench_.settings.text_scale) return;
  bench_.set_settings(changed);
  Q_EMIT lookChanged();
}

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
