#pragma once

#include "ui/desktop_notice.h"
#include "ui/monitor_series.h"
#include "ui/monitor_services.h"
#include "ui/monitor_settings.h"
#include "ui/task_thread.h"

#include <QObject>
#include <QString>
#include <QTimer>
#include <array>
#include <functional>
#include <memory>
#include <vector>

namespace fovea::ui {

/// Who writes what is seen to the disk.
enum class Recording {
  kOff,        ///< nobody looks
  kHere,       ///< this window
  kElsewhere,  ///< another process has the file; this window looks and applies its rules all the same
  kFailed,     ///< the file can't be written
};

/// What the page shows of a moment, made on the thread that looks.
struct MonitorPicture {
  double from = 0.0;  ///< the range that is shown, seconds since 1970
  double to = 0.0;
  std::array<Series, watch::kGauges> series;
  std::vector<watch::Alert>
      alerts;  ///< by the rules as they are now, over all that is recorded; oldest first
  std::vector<watch::Rule> standing;  ///< that hold now
  std::size_t records = 0;            ///< in the file and of this window, over the whole time
  double first = 0.0;                 ///< time of the first of them
  Recording recording = Recording::kOff;
  QString fault;  ///< with kFailed
};

/// Looks at the machine every other second, keeps what it sees in the file that `fovea top` writes too,
/// applies the user's rules and tells of what they find. Lives as long as the program. GUI thread; what takes
/// time is done on a thread of its own, to which the records belong.
class MonitorWatch : public QObject {
  Q_OBJECT

 public:
  /// `settings_file`: where the user's wishes are kept.
  MonitorWatch(const MonitorServices& services, const QString& settings_file, QObject* parent = nullptr);
  ~MonitorWatch() override;

  double look_seconds() const { return services_.look_ms / 1000.0; }
  /// False: this program has nothing to look with.
  bool available() const { return static_cast<bool>(services_.look); }
  /// Begins to look, if the settings say so.
  void start();

  const MonitorSettings& settings() const { return settings_; }
  /// Keeps them, and applies the rules to what is recorded. Rules that hold now and did not before are told.
  void set_settings(const MonitorSettings& changed);

  /// The last so many seconds are wanted; 0: all. Pictures are made while a page is shown; each says once
  /// that it is, and once that it no longer is.
  void set_range(double seconds);
  void set_shown(bool shown);
  double range() const { return range_; }
  /// The newest picture; null before the first.
  const std::shared_ptr<const MonitorPicture>& picture() const { return picture_; }
  /// Rules that held at the last look.
  int standing() const { return standing_; }

  /// The window's own server is watched as well.
  void set_server(const WatchedServer& server);

  /// Writes the records of the range to a file, one a line with commas; `done` comes on the GUI thread with
  /// what went wrong, or nothing.
  void save(const QString& file, std::function<void(const QString& fault)> done);

  /// Twelve hours of looks: the room of a file that is not there yet, as `fovea top` makes it.
  static constexpr std::uint32_t kRecords = 21'600;

 Q_SIGNALS:
  void pictured();
  /// So many rules hold now, where that is another number.
  void standingChanged(int rules);
  /// A rule began to hold, or no longer does; once each.
  void alerted(const fovea::watch::Alert& alert);
  /// An alert did not get where it should: a sentence.
  void undelivered(const QString& why);

 private:
  struct Worker;

  void look();
  void set_standing(int rules);
  void ask_for_picture();
  void post(std::function<void(Worker&)> task);
  /// On the thread that looks: to the window, and on the other thread to where the user wants it.
  void tell(const std::vector<watch::Alert>& alerts, const AlertRoads& roads);
  AlertRoads roads() const;

  const MonitorServices services_;
  const QString settings_file_;
  MonitorSettings settings_;
  WatchedServer server_;
  double range_ = 300.0;
  int shown_ = 0;
  int standing_ = 0;
  bool busy_ = false;  // a look is under way
  std::shared_ptr<const MonitorPicture> picture_;
  DesktopNotice notice_;
  QTimer timer_;
  std::unique_ptr<Worker> worker_;  // the thread's
  TaskThread telling_;              // a webhook may take its time
  TaskThread thread_;               // last: it ends before what it uses
};

}  // namespace fovea::ui
