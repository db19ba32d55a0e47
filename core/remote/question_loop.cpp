#include "core/remote/question_loop.h"

#include "core/remote/quiet_pipe.h"
#include "core/remote/server_fault.h"

#include <algorithm>
#include <utility>

#include <curl/curl.h>

namespace fovea {
namespace {

/// How long the loop sleeps at most: patience and pauses are looked at this often.
constexpr int kTickMilliseconds = 100;
/// How long a server that has ended its answer, but not the stream, is waited for: it may still tell counts.
constexpr std::chrono::seconds kForCounts{2};

std::string seconds_text(std::chrono::milliseconds time) {
  const auto tenths = time.count() / 100;
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " s";
}

}  // namespace

Question::Question(RemoteAnswer::About about, EventSink sink) : answer(std::move(about), std::move(sink)) {}

QuestionLoop::QuestionLoop(ServerAddress server, std::string key, RemotePatience patience,
                           std::shared_ptr<OutboundLedger> ledger,
                           std::function<void(RequestId, const UploadSaving&)> on_saving)
    : server_(std::move(server)),
      key_(std::move(key)),
      patience_(patience),
      ledger_(std::move(ledger)),
      on_saving_(std::move(on_saving)),
      multi_(curl_multi_init()) {
  if (multi_ != nullptr) thread_ = std::thread([this] { run(); });
}

QuestionLoop::~QuestionLoop() {
  stopping_ = true;
  if (multi_ == nullptr) return;
  wake();
  thread_.join();
  curl_multi_cleanup(multi_);
}

void QuestionLoop::add(std::shared_ptr<Question> question) {
  {
    const std::lock_guard lock(mutex_);
    arrivals_.push_back(std::move(question));
  }
  wake();
}

void QuestionLoop::wake() {
  curl_multi_wakeup(multi_);
}

void QuestionLoop::take_arrivals() {
  std::vector<std::shared_ptr<Question>> arrivals;
  {
    const std::lock_guard lock(mutex_);
    arrivals = std::exchange(arrivals_, {});
  }
  for (auto& question : arrivals) {
    question->answer.queued();
    question->next_try = Clock::now();
    questions_.push_back(std::move(question));
  }
}

void QuestionLoop::run() {
  const QuietPipe quiet;
  for (;;) {
    const bool stopping = stopping_;  // nobody adds after that
    take_arrivals();
    const auto keep_if = [&](const auto& goes_on) {
      std::erase_if(questions_, [&](const auto& question) { return !goes_on(*question); });
    };
    const Clock::time_point now = Clock::now();
    keep_if([&](Question& question) { return tend(question, now); });
    if (stopping && questions_.empty()) return;

    int active = 0;
    curl_multi_perform(multi_, &active);
    int left = 0;
    bool any_ended = false;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      const CURL* handle = message->easy_handle;
      keep_if([&](Question& question) {
        if (!question.exchange || question.exchange->handle() != handle) return true;
        any_ended = true;
        return on_ended(question, code);
      });
    }
    if (!any_ended) curl_multi_poll(multi_, nullptr, 0, kTickMilliseconds, nullptr);
  }
}

bool QuestionLoop::tend(Question& question, Clock::time_point now) {
  if (question.cancelled || stopping_) {
    stop(question, OutboundVerdict::kStopped);
    question.answer.cancelled();
    return false;
  }
  if (question.unsent) {
    question.answer.fail(std::move(*question.unsent));
    return false;
  }
  if (question.exchange && question.answer.finishing() && now - question.exchange->last_sign() > kForCounts) {
    stop(question, OutboundVerdict::kAnswered);
    question.answer.finish_stream();
    return false;
  }
  if (std::optional<Error> fault = impatience(question, now)) {
    stop(question, OutboundVerdict::kStopped);
    question.answer.fail(std::move(*fault));
    return false;
  }
  if (!question.exchange && now >= question.next_try) start(question);
  return true;
}

void QuestionLoop::start(Question& question) {
  if (question.tries > 0) question.answer.mark(Stage::kQueue);  // the pause before this try
  ++question.tries;
  ++running_;
  HttpPlan plan;
  plan.server = server_;
  plan.route = "/chat/completions";
  plan.key = key_;
  plan.body = question.body;
  plan.connect = patience_.connect;
  question.exchange =
      std::make_unique<HttpExchange>(std::move(plan), [this, &question](std::string_view piece) {
        tell_saving(question);
        if (!question.answer.begun() && question.exchange->uploaded()) {
          question.answer.mark(Stage::kUpload, *question.exchange->uploaded());
        }
        return question.answer.take(piece);
      });
  if (ledger_) question.ledger_number = ledger_->begin(server_.host, server_.port, kWhyQuestion);
  if (question.exchange->handle() != nullptr) curl_multi_add_handle(multi_, question.exchange->handle());
}

void QuestionLoop::stop(Question& question, OutboundVerdict verdict) {
  if (!question.exchange) return;
  --running_;
  if (question.exchange->handle() != nullptr) {
    curl_multi_remove_handle(multi_, question.exchange->handle());  // closes a connection in mid-answer
    if (ledger_) {
      ledger_->end(question.ledger_number,
                   {verdict, question.exchange->status(), question.exchange->sent_bytes(),
                    question.exchange->received_bytes()});
    }
  }
  question.exchange.reset();
}

bool QuestionLoop::on_ended(Question& question, int code) {
  const int status = question.exchange->status();
  const std::string refusal = question.exchange->refusal();
  const std::optional<std::chrono::seconds> asked = question.exchange->retry_after();
  RemoteAnswer& answer = question.answer;
  if (!answer.begun() && question.exchange->uploaded())
    answer.mark(Stage::kUpload, *question.exchange->uploaded());
  const bool success = status >= 200 && status < 300;
  const bool whole = answer.settled() || (success && answer.finishing());
  stop(question, whole                         ? OutboundVerdict::kAnswered
                 : success || code != CURLE_OK ? OutboundVerdict::kFailed
                                               : OutboundVerdict::kRefused);
  if (answer.settled() || (success && (code == CURLE_OK || answer.begun()))) {
    answer.finish_stream();
    return false;
  }
  const bool refused = code == CURLE_OK;
  const Error fault =
      refused ? status_fault(status, refusal, server_, key_) : connection_fault(code, server_);
  const bool passing = refused ? passes_by(status) : connection_was_lost(code);
  if (!answer.begun() && passing && try_again(question, refused ? asked : std::nullopt)) return true;
  answer.fail(fault);
  return false;
}

void QuestionLoop::tell_saving(Question& question) const {
  if (question.saving.pictures == 0) return;
  question.saving.bytes_per_second = question.exchange->upload_rate();
  if (on_saving_) on_saving_(question.answer.request(), question.saving);
  question.saving = {};
}

bool QuestionLoop::try_again(Question& question, std::optional<std::chrono::seconds> asked) {
  if (question.tries >= patience_.most_tries) return false;
  if (asked && *asked > patience_.longest_obeyed) return false;
  std::chrono::milliseconds pause = patience_.first_pause;
  for (int i = 1; i < question.tries && pause < patience_.longest_pause; ++i) pause *= 2;
  pause = std::min(pause, patience_.longest_pause);
  if (asked) pause = std::max<std::chrono::milliseconds>(pause, *asked);
  question.answer.restart();
  question.next_try = Clock::now() + pause;
  return true;
}

std::optional<Error> QuestionLoop::impatience(const Question& question, Clock::time_point now) const {
  const RemoteAnswer& answer = question.answer;
  const auto gave_up = [&](const std::string& why) {
    return Error{
        ErrorCode::kUnreachable, "The server " + server_.shown() + why, "Ask again, or look at its log.", {}};
  };
  if (question.deadline_seconds > 0.0 && !answer.begun() &&
      std::chrono::duration<double>(now - answer.submitted()).count() > question.deadline_seconds) {
    return Error{ErrorCode::kBusy, "The answer had not begun by its deadline.", "Try again later.", {}};
  }
  if (!question.exchange) return std::nullopt;
  if (question.exchange->handle() == nullptr) return connection_fault(CURLE_OUT_OF_MEMORY, server_);
  const auto uploaded = question.exchange->uploaded();
  const Clock::time_point last_text = answer.begun() ? answer.last_text() : uploaded.value_or(now);
  if (now - last_text > patience_.first_answer) {
    return gave_up(" gave no text for " + seconds_text(patience_.first_answer) + ".");
  }
  const bool waits = uploaded && !answer.begun();  // a long prompt is read in silence
  if (!waits && now - question.exchange->last_sign() > patience_.silence) {
    return gave_up(" has been silent for " + seconds_text(patience_.silence) + ".");
  }
  return std::nullopt;
}

}  // namespace fovea
