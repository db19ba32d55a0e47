#pragma once

#include "core/api/engine_place.h"
#include "core/api/question_plan.h"
#include "ui/engine_inbox.h"
#include "ui/services.h"
#include "ui/task_thread.h"
#include "ui/upload_savings.h"

#include <QObject>
#include <QTimer>
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace fovea::ui {

/// A server elsewhere as what answers: which of the user's, and where.
struct ServerSource {
  std::string id;
  ServerPlace place;
  UploadReduction reduction = {};  ///< of pictures on their way there

  bool operator==(const ServerSource&) const = default;
};

/// What the window has to answer questions with.
struct EngineStatus {
  enum class Kind { kNone, kLoading, kReady };
  Kind kind = Kind::kNone;
  std::string folder;                  ///< of the model that is loaded, or loading; empty of one on a server
  std::optional<ServerSource> server;  ///< the one that answers, or is being asked for its model
  LoadProgress progress;               ///< while loading
  ModelInfo model;                     ///< when ready; while loading the one still in use, if any
  bool model_in_use = false;           ///< `model` answers meanwhile
  double load_seconds = 0.0;           ///< that the loaded model took
  std::optional<Error> error;          ///< why the last loading failed
  bool own_process = false;            ///< `model` lives in a process of its own …
  EngineHealth health;                 ///< … which is so
  std::optional<ServerSource> in_use;  ///< while loading: the server that `model` is on, if any

  /// The server that a question asked now would go to; nothing: it stays in this program.
  const std::optional<ServerSource>& destination() const { return model_in_use ? in_use : server; }
};

/// What a preview is for. Of those that wait for the same, only the newest is made.
enum class PreviewUse { kPicture, kQuestion };

/// The one place where an engine meets the window. Its functions are called on the GUI thread and return at
/// once; what the engine does arrives as signals on the GUI thread, values throughout. Text comes at most 20
/// times a second. A model stays in use until the next is ready, so a damaged one disturbs nobody; while both
/// are there they take their memory together.
class EngineBridge : public QObject {
  Q_OBJECT

 public:
  explicit EngineBridge(WindowServices services, QObject* parent = nullptr);
  ~EngineBridge() override;

  const EngineStatus& status() const { return status_; }
  /// How questions share the loaded model, as last heard.
  const SchedulingOptions& scheduling() const { return scheduling_; }
  bool ready() const { return status_.kind == EngineStatus::Kind::kReady || status_.model_in_use; }

  void load(const EngineOptions& options, EnginePlace place = EnginePlace::kAutomatic);
  /// Takes a server elsewhere as the engine, in the same way: asked for its model first.
  void connect_to(const ServerCall& call, const ServerSource& server);
  void cancel_load();
  void unload();
  /// After a process of its own was given up: starts it again.
  void restart();
  /// The engine in use, for what else answers with it; null: none. Let go of it soon after engineChanged().
  std::shared_ptr<Engine> engine() const;
  /// Number of the model's own process; -1: it has none now.
  int process() const;

  /// Asks; everything about it comes by happened(), which ends with Finished or Failed.
  AskId ask(GenerationRequest request);
  void cancel(AskId ask);

  /// What the model would see; the ticket that is given back comes with it. Tickets grow from 1.
  quint64 preview(GenerationRequest request, PreviewUse use = PreviewUse::kPicture);
  /// Asks for sampled().
  void sample();
  void set_scheduling(const SchedulingOptions& options);

 Q_SIGNALS:
  void statusChanged();
  /// engine() is another.
  void engineChanged();
  /// The model's own process died, is there again, or was given up: status().health says it.
  void healthChanged();
  /// What making its pictures smaller came to, if any was: before the last that happened() to it.
  void saved(quint64 ask, const fovea::UploadSaving& saving);
  void happened(quint64 ask, const fovea::GenerationEvent& event);
  void previewed(quint64 ticket, const fovea::QuestionPlan& plan);
  void previewFailed(quint64 ticket, const fovea::Error& error);
  void sampled(const fovea::EngineMetrics& metrics);
  void schedulingChanged(const fovea::SchedulingOptions& options);
  void schedulingRefused(const fovea::Error& error);

 private:
  struct Request {
    std::optional<RequestId> id;
    bool cancelled = false;
    std::shared_ptr<UploadSavings> savings = {};  ///< of the engine that it went to
  };

  /// Hands on what the engine did. While there is something each time, looks again after a pause.
  void drain();
  void set_status(EngineStatus status);
  void submit(AskId ask, const std::shared_ptr<GenerationRequest>& request);
  /// It has ended. What was saved on its way, if there is anything to tell.
  std::optional<UploadSaving> forget(AskId ask, RequestId request);
  /// What a loading gives; run on the control thread.
  struct Loaded {
    std::shared_ptr<Engine> engine;
    std::shared_ptr<SupervisedEngine> supervised;  // the same one, if it has a process of its own
    std::shared_ptr<UploadSavings> savings = {};   // of one on a server
  };
  void replace_engine(Loaded next);
  using Loader = std::function<Result<Loaded>(quint64 number, const LoadObserver&)>;
  void begin_loading(const std::string& folder, std::optional<ServerSource> server, Loader loader);
  void finish_loading(quint64 number, const Loaded& loaded, double seconds);
  /// The loading came to nothing: what was in use is so again.
  void give_up_loading(std::optional<Error> why);
  Result<Loaded> load_in_place(const EngineOptions& options, EnginePlace wanted, quint64 number,
                               const LoadObserver& observer);
  void set_health(quint64 number, const EngineHealth& health);
  template <typename Call>
  void to_gui(Call call) {
    QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
  }

  const WindowServices services_;
  EngineStatus status_;           // GUI thread
  SchedulingOptions scheduling_;  // GUI thread
  AskId last_ask_ = 0;            // GUI thread
  quint64 engine_number_ = 0;     // GUI thread: of the loading that the engine in use came from
  std::string folder_in_use_;     // GUI thread: of the engine in use
  QTimer drain_timer_;            // GUI thread: runs out when events are looked for again
  std::shared_ptr<EngineInbox> inbox_;
  std::atomic<quint64> loading_{0};  // number of the loading that is wanted; others give up
  quint64 last_ticket_ = 0;          // GUI thread
  std::array<std::atomic<quint64>, 2> newest_previews_{};  // tickets by use; others are not made
  mutable std::mutex mutex_;
  Loaded in_use_;                                // guarded by mutex_
  std::unordered_map<AskId, Request> requests_;  // guarded by mutex_
  TaskThread control_;  // loading, asking, metrics; last members: they end before what they use
  TaskThread previews_;
};

}  // namespace fovea::ui
