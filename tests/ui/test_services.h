#pragma once

#include "tests/support/scripted_engine.h"
#include "ui/services.h"

#include <QByteArray>
#include <QString>

namespace fovea::test {

/// Services with a scripted engine; pictures are decoded by Qt.
ui::WindowServices scripted_services(Script script, const QString& state_folder,
                                     std::shared_ptr<ScriptedEngine::Record> record = std::make_shared<ScriptedEngine::Record>());

/// A PNG of one colour.
QByteArray png(int width, int height, int shade = 128);

/// Turns of the event loop that took long on this thread: its own processor time, so that a busy machine counts for
/// nothing. `body` runs in the loop.
class Watchdog {
 public:
  Watchdog();
  ~Watchdog();
  /// The longest piece of work since the beginning, in milliseconds of processor time.
  double longest() const;

 private:
  class Filter;
  std::unique_ptr<Filter> filter_;
};

}  // namespace fovea::test
