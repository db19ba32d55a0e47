// Which picture the inspector shows, with the places that an answer names in it.
#include "ui/attachment_loader.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat_request.h"
#include "ui/core_words.h"
#include "ui/image/image_panel.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QPointer>
#include <QTabWidget>
#include <algorithm>

namespace fovea::ui {

void MainWindow::follow_attachments() {
  const auto& attachments = chat_->composer().attachments();
  if (attachments.empty()) {
    if (shown_attachment_ >= 0) shown_attachment_ = -1;
    return;
  }
  const int last = int(attachments.size()) - 1;
  if (shown_attachment_ < 0) return show_attachment(last);
  int at = std::min(shown_attachment_, last);
  if (!shown_hash_.isEmpty() && attachments[std::size_t(at)].hash != shown_hash_) {
    const auto moved = std::find_if(attachments.begin(), attachments.end(),
                                    [this](const Attachment& a) { return a.hash == shown_hash_; });
    if (moved != attachments.end()) at = int(moved - attachments.begin());
  }
  show_attachment(at);
}

void MainWindow::show_attachment(int index) {
  const auto& attachments = chat_->composer().attachments();
  if (index < 0 || index >= int(attachments.size())) return;
  const Attachment& a = attachments[std::size_t(index)];
  if (a.loading) return;
  shown_attachment_ = index;
  shown_hash_ = a.hash;
  shown_message_ = region_message_ = -1;
  if (!a.bytes && a.usable() && !a.clip) {
    const QPointer<MainWindow> window(this);  // which may be built anew before the answer comes
    bench_.store.pictures({a.hash}, [this, window, a](const Result<HistoryStore::Pictures>& pictures) {
      if (!window) return;
      if (!pictures) return image_->set_problem(core_words(pictures.error()));
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
  shown_attachment_ = attachment;
  shown_message_ = index;
  std::optional<VisionInput> seen;
  if (index + 1 < int(messages.size())) {
    // An answer's list holds the pictures of the whole chat: those of its own question are the last.
    const auto& vision = messages[std::size_t(index) + 1].vision;
    const std::size_t from_end = message.attachments.size() - std::size_t(attachment);
    if (from_end <= vision.size()) seen = vision[vision.size() - from_end];
  }
  if (a.bytes || a.clip) return image_->show_picture(a, seen);
  const QPointer<MainWindow> window(this);
  bench_.store.pictures({a.hash},
                        [this, window, a, seen, index](const Result<HistoryStore::Pictures>& pictures) {
                          if (!window || index != shown_message_) return;
                          if (!pictures) return image_->set_problem(core_words(pictures.error()));
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
      if (window) window->chat_->show_notice(core_words(copy.error()));
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
  if (const auto& server = bench_.bridge.status().destination())
    return image_->set_problem(tr("What the model sees of it is not known here: %1 prepares the picture.")
                                   .arg(QString::fromStdString(server->place.host)));
  image_->set_problem({});  // that of a server, or of another model
  // The forecast of the question tells it too, of all its pictures.
  using State = Forecast::State;
  const State state = forecast_.now().state;
  if (shown_message_ < 0 && (state == State::kCounting || state == State::kTold)) return;
  ChatMessage question;
  question.attachments = {picture};
  preview_ticket_ = bench_.bridge.preview(chat_request(bench_.session.options(), {question}));
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

}  // namespace fovea::ui
