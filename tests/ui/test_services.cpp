#include "test_services.h"

#include <QBuffer>
#include <QImage>
#include <QMetaEnum>
#include <QObject>
#include <QTest>
#include <QThread>
#include <ctime>

namespace fovea::test {

Script one_answer() {
  Script script;
  script.model = scripted_model();
  script.steps = {says("Forty-two."), finishes(3)};
  return script;
}

ui::WindowServices scripted_services(Script script, const QString& state_folder,
                                     std::shared_ptr<ScriptedEngine::Record> record) {
  ui::WindowServices services;
  services.load_engine = [script, record](const EngineOptions&,
                                          const LoadObserver& observer) -> Result<std::unique_ptr<Engine>> {
    for (std::uint64_t done = 0; done <= 10; ++done) {
      if (!observer({"reading weights", done, 10})) return Error{ErrorCode::kCancelled, "Stopped.", {}, {}};
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return std::unique_ptr<Engine>(std::make_unique<ScriptedEngine>(script, record));
  };
  services.list_models = [](const EngineOptions&, const std::vector<std::string>&) {
    ui::ModelOffer offer;
    offer.name = "scripted";
    offer.folder = "/models/scripted";
    offer.runnable = offer.fits = true;
    offer.verdict = "needs nothing";
    return std::vector<ui::ModelOffer>{offer};
  };
  services.decode_picture = [](std::span<const std::uint8_t> file,
                               const std::string& name) -> Result<ui::DecodedPicture> {
    const QImage image =
        QImage::fromData(file.data(), int(file.size())).convertToFormat(QImage::Format_RGB888);
    if (image.isNull())
      return Error{ErrorCode::kInvalidImage, "Can't read " + name + ".", "Save it again.", {}};
    auto rgb = std::make_shared<RgbImage>();
    rgb->width = image.width();
    rgb->height = image.height();
    for (int y = 0; y < image.height(); ++y)
      rgb->pixels.insert(rgb->pixels.end(), image.constScanLine(y),
                         image.constScanLine(y) + 3 * image.width());
    return ui::DecodedPicture{rgb, {}};
  };
  services.bundled_model = "/models/scripted";
  services.state_folder = state_folder.toStdString();
  return services;
}

QByteArray png(int width, int height, int shade) {
  QImage image(width, height, QImage::Format_RGB888);
  image.fill(QColor(shade, 255 - shade, shade));
  QByteArray out;
  QBuffer buffer(&out);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return out;
}

bool quiet_machine() {
  static const bool quiet = qEnvironmentVariableIsSet("FOVEA_QUIET_MACHINE");
  return quiet;
}

double WatchedApplication::longest = 0.0;
const char* WatchedApplication::longest_for = "";
int WatchedApplication::longest_type = 0;

namespace {

double milliseconds() {
  timespec time{};
  clock_gettime(quiet_machine() ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

}  // namespace

bool WatchedApplication::notify(QObject* receiver, QEvent* event) {
  if (depth_ > 0 || QThread::currentThread() != thread()) return QApplication::notify(receiver, event);
  ++depth_;
  const char* const taker = receiver->metaObject()->className();  // it may go with the event
  const int type = event->type();
  const double begin = milliseconds();
  const bool handled = QApplication::notify(receiver, event);
  const double spent = milliseconds() - begin;
  if (spent > longest) {
    longest = spent;
    longest_for = taker;
    longest_type = type;
  }
  --depth_;
  return handled;
}

void Watchdog::check() const {
  const char* const type = QMetaEnum::fromType<QEvent::Type>().valueToKey(WatchedApplication::longest_type);
  qInfo("longest event %.1f ms: %s for %s", WatchedApplication::longest, type == nullptr ? "?" : type,
        WatchedApplication::longest_for);
  QVERIFY2(WatchedApplication::longest > 0.0, "nothing was watched");
  const double limit = quiet_machine() ? 50.0 : 250.0;
  QVERIFY2(WatchedApplication::longest < limit, qPrintable(QString::number(WatchedApplication::longest)));
}

}  // namespace fovea::test
