#include "ui/chat_session.h"

#include "ui/chat_request.h"
#include "ui/core_words.h"
#include "ui/engine_bridge.h"
#include "ui/history_store.h"
#include "ui/words.h"

#include <QDateTime>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kSaveEveryMs = 2000;

/// The model that will answer, with its server where it is on one.
QString model_words(const EngineStatus& status) {
  QString name = QString::fromStdString(status.model.name);
  if (!status.model.adapter.empty())
    name = tr("%1 with the adapter %2").arg(name, QString::fromStdString(status.model.adapter));
  const auto& server = status.destination();
  return server && !name.isEmpty() ? tr("%1 on %2").arg(name, QString::fromStdString(server->place.host))
                                   : name;
}

}  // namespace

ChatSession::ChatSession(EngineBridge& bridge, HistoryStore& store, QObject* parent)
    : QObject(parent), bridge_(bridge), store_(store) {
  connect(&bridge_, &EngineBridge::happened, this, &ChatSession::on_event);
  connect(&bridge_, &EngineBridge::saved, this, &ChatSession::on_saved);
  save_timer_.setInterval(kSaveEveryMs);
  connect(&save_timer_, &QTimer::timeout, this, [this] {
    if (const int index = running_index(); index >= 0)
      store_.save_message(chat_.summary.id, chat_.messages[std::size_t(index)]);
  });
  begin_new({});
}

ChatSession::~ChatSession() {
  if (const int index = running_index(); index >= 0)
    store_.save_message(chat_.summary.id, chat_.messages[std::size_t(index)]);
}

int ChatSession::running_index() const {
  if (!running_) return -1;
  for (int i = int(chat_.messages.size()) - 1; i >= 0; --i) {
    if (chat_.messages[std::size_t(i)].id == running_message_) return i;
  }
  return -1;
}

void ChatSession::take_up(Chat chat, bool kept) {
  ++wish_;
  Q_EMIT leaving();
  stop();
  if (running_) finish(MessageState::kStopped, {}, {});  // its last events find nobody
  chat_ = std::move(chat);
  kept_ = kept;
  titled_ = kept && !chat_.messages.empty();
  tree_ = {};
  for (const auto* part : {&chat_.messages, &chat_.aside}) {
    for (const ChatMessage& m : *part) tree_.add(m.id, m.parent);
  }
  end_editing();
  Q_EMIT reset();
  Q_EMIT summaryChanged();
  Q_EMIT opened(chat_.draft, chat_.draft_attachments);
}

void ChatSession::begin_new(const ChatOptions& options) {
  Chat chat;
  chat.summary.id = new_id();
  chat.options = options;
  take_up(std::move(chat), false);
}

void ChatSession::open(ChatId id, MessageId message) {
  if (kept_ && id == chat_.summary.id) {
    const auto& shown = chat_.messages;
    const bool there =
        std::any_of(shown.begin(), shown.end(), [=](const auto& m) { return m.id == message; });
    if (there || running_ || tree_.versions(message).empty()) return;
    end_editing();
    show_up_to(tree_.newest_end(message));
    Q_EMIT reset();
    return;
  }
  store_.read(id, message, [this, wish = ++wish_](const Result<Chat>& chat) {
    if (wish != wish_) return;
    if (chat) {
      take_up(*chat, true);
    } else {
      Q_EMIT openFailed(core_words(chat.error()));
    }
  });
}

void ChatSession::keep_chat() {
  chat_.summary.updated = QDateTime::currentMSecsSinceEpoch();
  kept_ = true;
  store_.save_chat(chat_.summary, chat_.options);
}

void ChatSession::ask(const QString& text, std::vector<Attachment> attachments) {
  attachments.erase(
      std::remove_if(attachments.begin(), attachments.end(), [](const Attachment& a) { return !a.usable(); }),
      attachments.end());
  if (running_ || (text.trimmed().isEmpty() && attachments.empty())) return;
  ++wish_;
  if (chat_.messages.empty() && !titled_) {
    chat_.summary.title = title_of(text, attachments);
    Q_EMIT summaryChanged();
  }
  end_editing();
  keep_chat();
  ChatMessage question;
  question.id = new_id();
  question.text = text.trimmed();
  question.attachments = std::move(attachments);
  append(std::move(question));
  store_.save_draft(chat_.summary.id, {}, {});
  start_answer();
}

void ChatSession::start_answer() {
  ChatMessage answer;
  answer.id = new_id();
  answer.role = Role::kAssistant;
  answer.state = MessageState::kRunning;
  answer.model = model_words(bridge_.status());
  const MessageId id = answer.id;
  append(std::move(answer));
  run(id);
}

void ChatSession::append(ChatMessage message) {
  message.parent = chat_.messages.empty() ? 0 : chat_.messages.back().id;
  tree_.add(message.id, message.parent);
  store_.save_message(chat_.summary.id, message);
  chat_.messages.push_back(std::move(message));
  Q_EMIT appended(int(chat_.messages.size()) - 1);
}

void ChatSession::run(MessageId answer) {
  running_ = 0;
  running_message_ = answer;
  progress_ = {};
  Q_EMIT runningChanged();
  save_timer_.start();
  std::vector<QByteArray> missing = missing_pictures(chat_.messages);
  if (missing.empty()) return submit();
  store_.pictures(
      missing, [this, missing, message = running_message_](const Result<HistoryStore::Pictures>& pictures) {
        if (!running_ || running_message_ != message) return;
        if (!pictures)
          return finish(MessageState::kFailed, QString::fromStdString(pictures.error().text()), {});
        for (ChatMessage& m : chat_.messages) {
          for (Attachment& a : m.attachments) {
            const auto at = std::find(missing.begin(), missing.end(), a.hash);
            if (at != missing.end()) a.bytes = (*pictures)[std::size_t(at - missing.begin())];
          }
        }
        submit();
      });
}

void ChatSession::submit() {
  Q_EMIT submitting();
  elsewhere_ = bridge_.status().destination().has_value();
  saving_ = {};
  running_ = bridge_.ask(chat_request(chat_.options, chat_.messages));
}

void ChatSession::stop() {
  if (!running_) return;
  if (*running_ == 0) return finish(MessageState::kStopped, {}, {});
  bridge_.cancel(*running_);
}

void ChatSession::on_saved(quint64 ask, const UploadSaving& saving) {
  if (running_ == ask) saving_ = saving;
}

void ChatSession::on_event(quint64 ask, const GenerationEvent& event) {
  const int index = running_index();
  if (!running_ || *running_ != ask || index < 0) return;
  ChatMessage& answer = chat_.messages[std::size_t(index)];
  if (const auto* queued = std::get_if<Queued>(&event.what)) {
    progress_ = {queued->ahead > 0 ? AnswerProgress::Step::kQueued : AnswerProgress::Step::kPreparing,
                 queued->ahead, 0};
    Q_EMIT progressed();
  } else if (const auto* preprocessed = std::get_if<Preprocessed>(&event.what)) {
    answer.vision = preprocessed->vision;
    progress_ = {
        preprocessed->vision.empty() ? AnswerProgress::Step::kPrefill : AnswerProgress::Step::kVision, 0, 0};
    Q_EMIT progressed();
    Q_EMIT changed(index);
  } else if (const auto* progress = std::get_if<PrefillProgress>(&event.what)) {
    progress_ = {
        progress->stage == Stage::kVision ? AnswerProgress::Step::kVision : AnswerProgress::Step::kPrefill,
        progress->done, progress->total};
    Q_EMIT progressed();
  } else if (const auto* delta = std::get_if<TextDelta>(&event.what)) {
    const QString text = QString::fromStdString(delta->text);
    (delta->reasoning ? answer.reasoning : answer.text) += text;
    if (std::exchange(progress_.step, AnswerProgress::Step::kWriting) != AnswerProgress::Step::kWriting)
      Q_EMIT progressed();
    if (!delta->ids.empty()) Q_EMIT tokensCame(int(delta->ids.size()));
    Q_EMIT grew(index, delta->reasoning ? QString() : text, delta->reasoning ? text : QString());
  } else if (const auto* finished = std::get_if<Finished>(&event.what)) {
    const MessageState state = finished->reason == FinishReason::kCancelled ? MessageState::kStopped
                               : finished->reason == FinishReason::kLength  ? MessageState::kCut
                                                                            : MessageState::kComplete;
    finish(state, {}, finished->metrics);
  } else if (const auto* failed = std::get_if<Failed>(&event.what)) {
    // What an engine that ended has said stands, and the next engine can go on with it.
    const bool begun = !answer.text.isEmpty() || !answer.reasoning.isEmpty();
    if (failed->error.code == ErrorCode::kEngineFailed && begun)
      finish(MessageState::kInterrupted, QString::fromStdString(failed->error.message), failed->metrics);
    else if (failed->error.code == ErrorCode::kUnreachable && begun)
      finish(MessageState::kFailed,
             QString::fromStdString(failed->error.message) + u' ' +
                 kept_words("What came stands. Continue goes on with it where the server can; or have it "
                            "answered again."),
             failed->metrics);
    else
      finish(MessageState::kFailed, QString::fromStdString(failed->error.text()), failed->metrics);
  }
}

void ChatSession::finish(MessageState state, const QString& problem, const RequestMetrics& metrics) {
  const int index = running_index();
  running_.reset();
  save_timer_.stop();
  if (index >= 0) {
    ChatMessage& answer = chat_.messages[std::size_t(index)];
    answer.state = state;
    answer.problem = problem;
    if (metrics.total_seconds > 0.0) {
      answer.figures = figures_of(metrics);
      answer.figures->elsewhere = elsewhere_;
      answer.figures->upload = saving_;
    }
    store_.save_message(chat_.summary.id, answer);
    Q_EMIT changed(index);
    Q_EMIT answered(answer);
  }
  Q_EMIT runningChanged();
}

void ChatSession::set_title(const QString& title) {
  chat_.summary.title = title.simplified();
  titled_ = true;
  if (kept_) keep_chat();
  Q_EMIT summaryChanged();
}

void ChatSession::set_options(const ChatOptions& options) {
  chat_.options = options;
  if (kept_) store_.save_chat(chat_.summary, chat_.options);
}

void ChatSession::save_draft(const QString& text, const std::vector<Attachment>& attachments) {
  const bool nothing = text.trimmed().isEmpty() && attachments.empty();
  if (!kept_ && nothing) return;
  if (!kept_) {
    if (!titled_) chat_.summary.title = title_of(text, attachments);
    keep_chat();
  }
  if (!nothing) chat_.summary.updated = QDateTime::currentMSecsSinceEpoch();
  store_.save_draft(chat_.summary.id, text, attachments);
}

}  // namespace fovea::ui
