#include "core/remote/remote_engine.h"

#include "core/api/request_check.h"
#include "core/remote/chat_body.h"
#include "core/remote/model_list.h"
#include "core/remote/question_loop.h"
#include "core/remote/smaller_pictures.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <utility>

namespace fovea {
namespace {

constexpr std::size_t kMostKeyBytes = 8192;

class RemoteEngine : public Engine {
 public:
  RemoteEngine(RemoteOptions options, const ServerAddress& server, ModelInfo model)
      : options_(std::move(options)),
        server_(server),
        model_(std::move(model)),
        pictures_(options_.reduction, options_.reducer),
        loop_(server, options_.key, options_.patience, options_.ledger, options_.on_saving),
        encoder_([this] { encode(); }) {}

  ~RemoteEngine() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_.notify_all();
    encoder_.join();  // it has handed everything to the loop, which ends it
  }

  RemoteEngine(const RemoteEngine&) = delete;
  RemoteEngine& operator=(const RemoteEngine&) = delete;

  bool works() const { return loop_.works(); }

  ModelInfo model() const override { return model_; }

  Result<RequestId> submit(GenerationRequest request, EventSink sink) override {
    if (Result<void> valid = validate(request); !valid) return valid.error();
    RemoteAnswer::About about{0, server_, options_.key, has_pictures(request), request.stop.size()};
    const std::lock_guard lock(mutex_);
    about.request = ++last_id_;
    // Whoever has the last event finds the request ended.
    auto question =
        std::make_shared<Question>(std::move(about), [this, sink = std::move(sink)](GenerationEvent event) {
          if (event.last()) forget(event.request);
          sink(std::move(event));
        });
    question->deadline_seconds = request.deadline_seconds;
    questions_[last_id_] = question;
    to_encode_.emplace_back(std::move(question), std::move(request));
    work_.notify_one();
    return last_id_;
  }

  void cancel(RequestId request) override {
    {
      const std::lock_guard lock(mutex_);
      const auto found = questions_.find(request);
      if (found == questions_.end()) return;
      found->second->cancelled = true;
    }
    loop_.wake();
  }

  Result<Preview> preview(const GenerationRequest&) override {
    return Error{ErrorCode::kUnsupported,
                 "What a model on a server sees of a picture is not known here: the server prepares it.",
                 "Preview works with models on this machine.",
                 {}};
  }

  EngineMetrics metrics() const override {
    EngineMetrics metrics;
    metrics.running = loop_.running();
    const std::lock_guard lock(mutex_);
    metrics.waiting =
        std::max<std::int64_t>(0, static_cast<std::int64_t>(questions_.size()) - metrics.running);
    metrics.finished = finished_;
    return metrics;
  }

  SchedulingOptions scheduling() const override { return {}; }

  Result<void> set_scheduling(const SchedulingOptions&) override {
    return Error{ErrorCode::kUnsupported,
                 "How questions share a server is the server's own business.",
                 "Set it where the server is started.",
                 {}};
  }

 private:
  static bool has_pictures(const GenerationRequest& request) {
    for (const Message& message : request.messages) {
      for (const ContentPart& part : message.content) {
        if (!std::holds_alternative<TextPart>(part)) return true;
      }
    }
    return false;
  }

  void forget(RequestId id) {
    const std::lock_guard lock(mutex_);
    questions_.erase(id);
    ++finished_;
  }

  /// The encoder's thread: pictures to base64, requests to JSON, one after the other.
  void encode() {
    for (;;) {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return stopping_ || !to_encode_.empty(); });
      if (to_encode_.empty()) return;
      auto [question, request] = std::move(to_encode_.front());
      to_encode_.pop_front();
      const bool wanted = !stopping_ && !question->cancelled;
      lock.unlock();
      if (wanted) {
        write_body(*question, request);
      } else {
        question->cancelled = true;
      }
      question->answer.mark(Stage::kClientEncode);
      loop_.add(std::move(question));
    }
  }

  void write_body(Question& question, GenerationRequest& request) {
    try {
      if (Result<UploadSaving> saving = pictures_.reduce(request)) {
        question.saving = *saving;
      } else {
        question.unsent = saving.error();
        return;
      }
      Result<std::string> body = chat_body(request, model_.name);
      if (body) {
        question.body = std::make_shared<const std::string>(std::move(*body));
      } else {
        question.unsent = body.error();
      }
    } catch (const std::exception&) {
      question.unsent = Error{ErrorCode::kOutOfMemory,
                              "There is not enough memory to send the question.",
                              "Ask about fewer or smaller pictures.",
                              {}};
    }
  }

  RemoteOptions options_;
  ServerAddress server_;
  ModelInfo model_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  bool stopping_ = false;
  RequestId last_id_ = 0;
  std::int64_t finished_ = 0;
  std::deque<std::pair<std::shared_ptr<Question>, GenerationRequest>> to_encode_;
  std::map<RequestId, std::shared_ptr<Question>> questions_;  // those that have not ended
  SmallerPictures pictures_;                                  // the encoder's
  QuestionLoop loop_;                                         // its thread uses all of the above
  std::thread encoder_;                                       // its thread uses the loop
};

Result<void> check_key(const RemoteOptions& options, const ServerAddress& server) {
  if (options.key.empty()) return {};
  const auto printable = [](char c) { return c > ' ' && c < '\x7F'; };
  if (options.key.size() > kMostKeyBytes || !std::all_of(options.key.begin(), options.key.end(), printable)) {
    return Error{ErrorCode::kInvalidArgument, "The server's key is no key: it is one word of ASCII.",
                 "Check the file or variable that holds it.", "server-key"};
  }
  if (server.encrypted || server.loopback || options.insecure_key) return {};
  return Error{ErrorCode::kInvalidArgument,
               "The key would travel to " + server.shown() + " unencrypted, for everyone on the way to read.",
               "Use https, or allow it for this server.", "server-insecure"};
}

}  // namespace

Result<std::vector<RemoteModel>> list_remote_models(const RemoteOptions& options,
                                                    const LoadObserver& observer) {
  const Result<ServerAddress> server = parse_server_address(options.server);
  if (!server) return server.error();
  if (Result<void> key = check_key(options, *server); !key) return key.error();
  return ask_for_models(options, *server, observer);
}

Result<std::unique_ptr<Engine>> connect_remote_engine(const RemoteOptions& options,
                                                      const LoadObserver& observer) {
  const Result<ServerAddress> server = parse_server_address(options.server);
  if (!server) return server.error();
  if (Result<void> key = check_key(options, *server); !key) return key.error();
  Result<ModelInfo> model = choose_remote_model(options, *server, observer);
  if (!model) return model.error();
  auto engine = std::make_unique<RemoteEngine>(options, *server, std::move(*model));
  if (!engine->works()) {
    return Error{ErrorCode::kOutOfMemory, "There is not enough memory for connections.", {}, {}};
  }
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace fovea
