#include "ui/start_fault.h"

#include <QString>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace fovea::ui {
namespace {

constexpr int kNotStarted = 1;

// What Qt said first: the last word is only that no platform could be started, and which there are.
QString first_words;  // NOLINT(cert-err58-cpp)

[[noreturn]] void begin_without_display(const QString& why) {
  std::fprintf(stderr, "No window can be opened: %s\nCorrect it, or use a verb.\n\n", qUtf8Printable(why));
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) ::unsetenv(name);
  ::execl("/proc/self/exe", "fovea", static_cast<char*>(nullptr));
  ::_exit(kNotStarted);
}

void listen(QtMsgType type, const QMessageLogContext&, const QString& message) {
  if (type == QtFatalMsg) begin_without_display(first_words.isEmpty() ? message : first_words);
  if (type >= QtWarningMsg && first_words.isEmpty()) first_words = message.trimmed();
}

}  // namespace

StartFault::StartFault() {
  qInstallMessageHandler(listen);
}

StartFault::~StartFault() {
  qInstallMessageHandler(nullptr);
  if (!first_words.isEmpty()) qWarning("%s", qUtf8Printable(first_words));
  first_words.clear();
}

}  // namespace fovea::ui
