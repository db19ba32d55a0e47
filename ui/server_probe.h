#pragma once

#include "ui/remote_service.h"
#include "ui/task_thread.h"

#include <QObject>
#include <atomic>
#include <memory>
#include <vector>

namespace fovea::ui {

/// What a test of a server found.
struct ServerTrial {
  double seconds = 0.0;  ///< from the question to the end of its answer
  bool pictures = true;  ///< it takes them
  std::string without;   ///< why it takes none, in its words
};

/// Asks servers that are not engines yet: for their models, or whether they answer. On a thread of its own;
/// one thing at a time, and only what was asked last is told. GUI thread.
class ServerProbe : public QObject {
  Q_OBJECT

 public:
  explicit ServerProbe(RemoteServices services, QObject* parent = nullptr);
  /// Waits for up to a second for what is still under way.
  ~ServerProbe() override;

  void list(const ServerCall& call);
  /// Asks the model about a small made-up picture, for a word or two: nothing of the user's is sent. Where
  /// the server refuses the picture it is asked without one.
  void test(const ServerCall& call);
  /// What is under way is given up and not told.
  void cancel();
  bool busy() const { return busy_; }

 Q_SIGNALS:
  void busyChanged();
  void listed(const std::vector<fovea::ui::ServerModel>& models);
  void tested(const fovea::ui::ServerTrial& trial);
  void failed(const fovea::Error& error);

 private:
  template <typename Call>
  void tell(quint64 number, Call call);
  quint64 begin();
  Result<ServerTrial> trial(quint64 number, const ServerCall& call) const;

  const RemoteServices services_;
  bool busy_ = false;
  std::atomic<quint64> wanted_{0};  // number of what counts; older ones give up
  TaskThread thread_;               // last: it ends before what it uses
};

}  // namespace fovea::ui
