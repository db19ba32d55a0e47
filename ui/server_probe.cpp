#include "ui/server_probe.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace fovea::ui {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLookEvery = std::chrono::milliseconds(50);
constexpr double kPatienceSeconds = 120.0;  // a server may load its model first
constexpr int kSide = 64;                   // pixels: above every model's least
constexpr int kTrialTokens = 8;

/// Dark left half, light right half.
std::shared_ptr<const RgbImage> trial_picture() {
  auto image = std::make_shared<RgbImage>();
  image->width = image->height = kSide;
  image->pixels.resize(std::size_t(3) * kSide * kSide);
  for (std::size_t i = 0; i < image->pixels.size(); ++i)
    image->pixels[i] = (i / 3) % kSide < kSide / 2 ? 32 : 224;
  return image;
}

GenerationRequest trial_question(bool picture) {
  Message message = Message::text(Role::kUser, "Answer in one word: is this light or dark?");
  if (picture) {
    message.plain_text = false;
    message.content.insert(message.content.begin(), ImagePart{ImageInput{"trial", nullptr, trial_picture()}});
  }
  GenerationRequest request;
  request.messages.push_back(std::move(message));
  request.max_new_tokens = kTrialTokens;
  request.deadline_seconds = kPatienceSeconds;
  request.client = "window";
  return request;
}

/// An answer's last word, waited for.
struct Ending {
  std::mutex mutex;
  std::condition_variable came;
  std::optional<Result<void>> how;

  EventSink sink(const std::shared_ptr<Ending>& self) {
    return [self](const GenerationEvent& event) {
      if (!event.last()) return;
      const std::lock_guard lock(self->mutex);
      const auto* failed = std::get_if<Failed>(&event.what);
      self->how = failed != nullptr ? Result<void>(failed->error) : Result<void>();
      self->came.notify_all();
    };
  }
};

Error given_up() {
  return {ErrorCode::kCancelled, "Stopped while the server was asked.", {}, {}};
}

/// Asks and waits for the end of the answer.
Result<void> ask(Engine& engine, GenerationRequest request, const std::function<bool()>& wanted) {
  const auto ending = std::make_shared<Ending>();
  const Result<RequestId> id = engine.submit(std::move(request), ending->sink(ending));
  if (!id) return id.error();
  bool cancelled = false;
  std::unique_lock lock(ending->mutex);
  while (!ending->came.wait_for(lock, kLookEvery, [&] { return ending->how.has_value(); })) {
    if (cancelled || wanted()) continue;
    cancelled = true;
    lock.unlock();
    engine.cancel(*id);
    lock.lock();
  }
  return cancelled ? Result<void>(given_up()) : *ending->how;
}

}  // namespace

ServerProbe::ServerProbe(RemoteServices services, QObject* parent)
    : QObject(parent), services_(std::move(services)) {}

ServerProbe::~ServerProbe() {
  ++wanted_;
  thread_.clear();
  thread_.finish();
}

template <typename Call>
void ServerProbe::tell(quint64 number, Call call) {
  QMetaObject::invokeMethod(
      this,
      [this, number, call = std::move(call)] {
        if (wanted_ != number) return;
        busy_ = false;
        Q_EMIT busyChanged();
        call();
      },
      Qt::QueuedConnection);
}

quint64 ServerProbe::begin() {
  busy_ = true;
  const quint64 number = ++wanted_;
  thread_.clear();
  Q_EMIT busyChanged();
  return number;
}

void ServerProbe::cancel() {
  if (!busy_) return;
  ++wanted_;
  busy_ = false;
  Q_EMIT busyChanged();
}

void ServerProbe::list(const ServerCall& call) {
  const quint64 number = begin();
  thread_.post([this, number, call] {
    if (wanted_ != number) return;
    const Result<std::vector<ServerModel>> models =
        services_.list_models(call, [this, number](const LoadProgress&) { return wanted_ == number; });
    tell(number, [this, models] {
      if (models) {
        Q_EMIT listed(*models);
      } else {
        Q_EMIT failed(models.error());
      }
    });
  });
}

Result<ServerTrial> ServerProbe::trial(quint64 number, const ServerCall& call) const {
  const auto wanted = [this, number] { return wanted_ == number; };
  const Result<std::unique_ptr<Engine>> engine =
      services_.connect(call, [&](const LoadProgress&) { return wanted(); });
  if (!engine) return engine.error();
  ServerTrial trial;
  Clock::time_point begin = Clock::now();
  Result<void> answered = ask(**engine, trial_question(true), wanted);
  if (!answered && answered.error().code == ErrorCode::kInvalidArgument) {
    trial.pictures = false;
    trial.without = answered.error().message;
    begin = Clock::now();
    answered = ask(**engine, trial_question(false), wanted);
  }
  if (!answered) return answered.error();
  trial.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return trial;
}

void ServerProbe::test(const ServerCall& call) {
  const quint64 number = begin();
  thread_.post([this, number, call] {
    if (wanted_ != number) return;
    const Result<ServerTrial> found = trial(number, call);
    tell(number, [this, found] {
      if (found) {
        Q_EMIT tested(*found);
      } else {
        Q_EMIT failed(found.error());
      }
    });
  });
}

}  // namespace fovea::ui
