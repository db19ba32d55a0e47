#include "ui/question_forecast.h"

#include "ui/chat_request.h"
#include "ui/chat_session.h"
#include "ui/engine_bridge.h"
#include "ui/history_store.h"

#include <QPointer>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kAfterTypingMs = 300;

double pixels_of(const Attachment& a, std::int64_t budget) {
  const double pixels = double(a.size.width()) * double(a.size.height());
  return budget > 0 ? std::min(pixels, double(budget)) : pixels;
}

}  // namespace

QuestionForecast::QuestionForecast(EngineBridge& bridge, ChatSession& session, HistoryStore& store,
                                   QObject* parent)
    : QObject(parent), bridge_(bridge), session_(session), store_(store) {
  timer_.setSingleShot(true);
  connect(&timer_, &QTimer::timeout, this, &QuestionForecast::ask);
  connect(&session_, &ChatSession::runningChanged, this, &QuestionForecast::renew);
  connect(&session_, &ChatSession::reset, this, [this] {
    forget();
    renew();
  });
  connect(&bridge_, &EngineBridge::statusChanged, this, [this] {
    // Loading tells its progress many times a second.
    if (bridge_.status().kind != EngineStatus::Kind::kLoading) renew();
  });
  connect(&bridge_, &EngineBridge::previewed, this, [this](quint64 ticket, const QuestionPlan& plan) {
    if (!take(ticket)) return;
    forecast_.plan = plan;
    forecast_.counted = true;
    set_state(tickets_.empty() ? Forecast::State::kTold : Forecast::State::kCounting);
  });
  connect(&bridge_, &EngineBridge::previewFailed, this, [this](quint64 ticket, const Error& error) {
    if (!take(ticket) || !tickets_.empty()) return;
    forecast_.problem = QString::fromStdString(error.text());
    set_state(Forecast::State::kFailed);
  });
}

bool QuestionForecast::take(quint64 ticket) {
  if (!tickets_.contains(ticket)) return false;
  tickets_.erase(tickets_.begin(), tickets_.upper_bound(ticket));
  return true;
}

void QuestionForecast::forget() {
  tickets_.clear();
  forecast_ = {};
}

void QuestionForecast::set_question(const QString& text, const std::vector<Attachment>& attachments) {
  const auto same = [](const Attachment& a, const Attachment& b) {
    return a.hash == b.hash && a.path == b.path && a.usable() == b.usable();
  };
  // Other pictures: what was counted is not theirs, not even for a moment.
  if (!std::ranges::equal(attachments, question_.attachments, same)) forget();
  question_.text = text.trimmed();
  question_.attachments = attachments;
  if (!wanted() || bridge_.status().destination()) return renew();
  set_state(Forecast::State::kCounting);
  timer_.start(kAfterTypingMs);
}

void QuestionForecast::renew() {
  const auto& server = bridge_.status().destination();
  if (wanted() && server) {
    timer_.stop();
    forget();
    forecast_.server = QString::fromStdString(server->place.host);
    return set_state(Forecast::State::kElsewhere);
  }
  if (wanted()) {
    set_state(Forecast::State::kCounting);
    if (!timer_.isActive()) timer_.start(0);
    return;
  }
  timer_.stop();
  forget();
  files_.clear();
  set_state(Forecast::State::kNothing);
}

bool QuestionForecast::wanted() const {
  if (!bridge_.ready() || session_.running()) return false;
  const auto& all = question_.attachments;
  if (std::any_of(all.begin(), all.end(), [](const Attachment& a) { return a.loading; })) return false;
  const bool picture = std::any_of(all.begin(), all.end(), [](const Attachment& a) { return a.usable(); });
  return picture || !question_.text.isEmpty();
}

std::vector<ChatMessage> QuestionForecast::messages() const {
  std::vector<ChatMessage> all = session_.messages();
  all.push_back(question_);
  for (ChatMessage& message : all) {
    for (Attachment& a : message.attachments) {
      if (a.bytes) continue;
      if (const auto file = files_.find(a.hash); file != files_.end()) a.bytes = file->second;
    }
  }
  return all;
}

bool QuestionForecast::too_many(const std::vector<ChatMessage>& messages) const {
  int pictures = 0;
  double pixels = 0.0;
  for (const ChatMessage& message : messages) {
    for (const Attachment& a : message.attachments) {
      if (!a.usable()) continue;
      ++pictures;
      pixels += pixels_of(a, session_.options().max_pixels);
    }
  }
  return pictures > kMostPictures || pixels > kMostPixels;
}

void QuestionForecast::set_state(Forecast::State state) {
  forecast_.state = state;
  Q_EMIT changed();
}

void QuestionForecast::ask() {
  if (!wanted() || bridge_.status().destination()) return renew();
  if (too_many(messages())) {
    forget();
    return set_state(Forecast::State::kTooMany);
  }
  const std::vector<QByteArray> missing = missing_pictures(messages());
  if (missing.empty()) return ask_engine();
  const QPointer<QuestionForecast> self(this);
  store_.pictures(missing, [self, missing](const Result<HistoryStore::Pictures>& pictures) {
    if (!self || !self->wanted()) return;
    if (!pictures) {
      self->forecast_.problem = QString::fromStdString(pictures.error().text());
      return self->set_state(Forecast::State::kFailed);
    }
    for (std::size_t i = 0; i < missing.size(); ++i) self->files_[missing[i]] = (*pictures)[i];
    self->ask_engine();
  });
}

void QuestionForecast::ask_engine() {
  forecast_.pictures = int(std::count_if(question_.attachments.begin(), question_.attachments.end(),
                                         [](const Attachment& a) { return a.usable(); }));
  tickets_.insert(bridge_.preview(chat_request(session_.options(), messages()), PreviewUse::kQuestion));
}

}  // namespace fovea::ui
