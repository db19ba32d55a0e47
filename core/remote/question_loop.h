#pragma once

#include "core/remote/http_exchange.h"
#include "core/remote/remote_answer.h"
#include "core/remote/remote_engine.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace fovea {

/// A question on its way to a server and its answer on the way back.
struct Question {
  Question(RemoteAnswer::About about, EventSink sink);

  RemoteAnswer answer;                      ///< whoever has the question: first the encoder, then the loop
  std::shared_ptr<const std::string> body;  ///< JSON; null: `unsent` says why there is none
  std::optional<Error> unsent;
  UploadSaving saving;            ///< of no pictures: nothing to tell, or it was told
  double deadline_seconds = 0.0;  ///< 0: none
  std::atomic<bool> cancelled{false};

  // The loop's own.
  std::unique_ptr<HttpExchange> exchange;  ///< null between two tries
  HttpExchange::Clock::time_point next_try;
  int tries = 0;
  std::uint64_t ledger_number = 0;
};

/// All questions of one engine on one thread and one libcurl multi handle: sends them, hands what comes to
/// their answers, tries again where that makes sense, loses patience. Any thread may call its functions;
/// events are sent from its thread.
class QuestionLoop {
 public:
  /// `on_saving`: see RemoteOptions.
  QuestionLoop(ServerAddress server, std::string key, RemotePatience patience,
               std::shared_ptr<OutboundLedger> ledger,
               std::function<void(RequestId, const UploadSaving&)> on_saving);
  /// Cancels what is left; each question has had its last event when it returns.
  ~QuestionLoop();
  QuestionLoop(const QuestionLoop&) = delete;
  QuestionLoop& operator=(const QuestionLoop&) = delete;

  /// False if there was no memory for libcurl's handle: nothing may be added then.
  bool works() const { return multi_ != nullptr; }
  void add(std::shared_ptr<Question> question);
  /// Something changed (a question was cancelled): look at once.
  void wake();
  /// Questions that are with the server. One that has had its last event is none of them.
  std::int64_t running() const { return running_.load(std::memory_order_relaxed); }

 private:
  using Clock = HttpExchange::Clock;

  void run();
  void take_arrivals();
  /// One question's turn; false if it has ended.
  bool tend(Question& question, Clock::time_point now);
  void start(Question& question);
  /// Ends the exchange, if there is one, and notes what became of it.
  void stop(Question& question, OutboundVerdict verdict);
  /// What became of an exchange that ended with a CURLcode; false if the question has ended.
  bool on_ended(Question& question, int code);
  /// Hands over what smaller pictures saved, if that was not done yet.
  void tell_saving(Question& question) const;
  /// Whether there will be another try.
  bool try_again(Question& question, std::optional<std::chrono::seconds> asked);
  std::optional<Error> impatience(const Question& question, Clock::time_point now) const;

  ServerAddress server_;
  std::string key_;
  RemotePatience patience_;
  std::shared_ptr<OutboundLedger> ledger_;
  std::function<void(RequestId, const UploadSaving&)> on_saving_;
  void* multi_ = nullptr;  // CURLM*
  std::atomic<bool> stopping_{false};
  std::atomic<std::int64_t> running_{0};
  std::mutex mutex_;
  std::vector<std::shared_ptr<Question>> arrivals_;
  std::vector<std::shared_ptr<Question>> questions_;  // the loop's own
  std::thread thread_;                                // last: it uses all of the above
};

}  // namespace fovea
