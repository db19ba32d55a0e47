#include "ui/server_words.h"

#include "ui/core_words.h"
#include "ui/quantities.h"
#include "ui/words.h"

#include <QUrl>

namespace fovea::ui {
namespace {

QString failure_text(const Error& error) {
  switch (error.code) {
    case ErrorCode::kBusy:
      return tr("⚠ Another program listens on this port. Choose another port.");
    case ErrorCode::kForbidden:
      if (error.field == "port")
        return tr("⚠ This user may not listen on this port. Choose one from 1,024 on.");
      break;
    default:
      break;
  }
  return QStringLiteral("⚠ ") + core_words(error);
}

}  // namespace

QString server_state_text(const LocalServer& server) {
  switch (server.state()) {
    case LocalServer::State::kUnavailable:
      return tr("This build of the program has no server.");
    case LocalServer::State::kOff:
      return tr("Off: no other program can ask.");
    case LocalServer::State::kNoModel:
      return tr("Begins as soon as a model is loaded.");
    case LocalServer::State::kStarting:
      return tr("Starting");
    case LocalServer::State::kOn:
      return tr("On: answers at");
    case LocalServer::State::kStopping:
      return tr("Stopping; questions under way are finished first.");
    case LocalServer::State::kFailed:
      return server.error() ? failure_text(*server.error()) : QString();
  }
  return {};
}

QString server_short_text(const LocalServer& server) {
  switch (server.state()) {
    case LocalServer::State::kUnavailable:
    case LocalServer::State::kOff:
      return tr("API off");
    case LocalServer::State::kNoModel:
    case LocalServer::State::kStarting:
      return tr("API waits");
    case LocalServer::State::kOn: {
      const QString where = tr("API :%1").arg(QUrl(server.url()).port());
      const std::int64_t under_way = server.under_way();
      return under_way > 0 ? QStringLiteral("%1 · %2").arg(where, count_text(under_way)) : where;
    }
    case LocalServer::State::kStopping:
      return tr("API stops");
    case LocalServer::State::kFailed:
      return tr("⚠ API");
  }
  return {};
}

}  // namespace fovea::ui
