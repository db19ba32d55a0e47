#pragma once

#include "ui/lab_services.h"
#include "ui/task_thread.h"

#include <QObject>
#include <QString>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace fovea::ui {

/// A group of a run while it is measured.
struct LiveGroup {
  QString label;
  qint64 requests = 0;
  qint64 failed = 0;
  double ttft_ms = 0.0;  ///< mean of the answered ones so far
  double e2el_ms = 0.0;  ///< likewise
};

/// How far a run is.
struct RunState {
  QString kind;                   ///< "load"
  QString what;                   ///< "4 at once"; empty before the first request
  qint64 done = 0;                ///< requests, or runs, of this group
  qint64 all = 0;                 ///< 0: not known
  double left_seconds = -1;       ///< of the whole run; below 0: not known yet
  bool stopping = false;          ///< on the user's word
  std::vector<LiveGroup> groups;  ///< in the order in which they came
};

/// Measures one run at a time on a thread of its own and keeps it in a folder of its own. Lives as
/// long as the program, so a run goes on while the window is built anew. GUI thread.
class BenchRunner : public QObject {
  Q_OBJECT

 public:
  /// `folder`: where runs are kept, a folder each; made with the first run.
  BenchRunner(RunMeasurer measure, const QString& folder, QObject* parent = nullptr);
  /// Ends the run; what was measured is kept.
  ~BenchRunner() override;

  bool available() const { return static_cast<bool>(measure_); }
  bool running() const { return running_; }
  const RunState& state() const { return state_; }
  const QString& folder() const { return folder_; }

  /// `arguments` after `fovea`: {"bench", "load", ...}. Nothing while a run goes on.
  void start(std::vector<std::string> arguments);
  /// Soon; then comes finished(), or failed() if nothing was kept.
  void stop();

 Q_SIGNALS:
  void runningChanged();
  /// At most ten times a second.
  void progressed();
  void finished(const QString& folder);
  void failed(const fovea::Error& error);

 private:
  void watch(const bench::RunProgress& progress, const bench::RunRecord& record);
  void show_progress();
  void end(const Result<void>& measured, const QString& folder);

  const RunMeasurer measure_;
  const QString folder_;
  RunState state_;        // GUI thread
  bool running_ = false;  // GUI thread
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  RunState coming_;          // guarded by mutex_
  std::size_t counted_ = 0;  // guarded by mutex_: requests that coming_ has
  bool told_ = false;        // guarded by mutex_: show_progress() is under way
  TaskThread thread_;        // last: it ends before what it uses
};

}  // namespace fovea::ui
