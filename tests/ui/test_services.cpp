#include "test_services.h"

#include <algorithm>

#include <ctime>

#include <QAbstractEventDispatcher>
#include <QBuffer>
#include <QImage>
#include <QObject>

namespace fovea::test {

ui::WindowServices scripted_services(Script script, const QString& state_folder, std::shared_ptr<ScriptedEngine::Record> record) {
  ui::WindowServices services;
  services.load_engine = [script, record](const EngineOptions&, const LoadObserver& observer) -> Result<std::unique_ptr<Engine>> {
    for (std::uint64_t done = 0; done <= 10; ++done) {
      if (!observer({"reading weights", done, 10})) return Error{ErrorCode::kCancelled, "Stopped.", {}, {}};
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return std::unique_ptr<Engine>(std::make_unique<ScriptedEngine>(script, record));
  };
  services.list_models = [] {
    ui::ModelOffer offer;
    offer.name = "scripted";
    offer.folder = "/models/scripted";
    offer.runnable = offer.fits = true;
    offer.verdict = "needs nothing";
    return std::vector<ui::ModelOffer>{offer};
  };
  services.decode_picture = [](std::span<const std::uint8_t> file, const std::string& name) -> Result<ui::DecodedPicture> {
    const QImage image = QImage::fromData(file.data(), int(file.size())).convertToFormat(QImage::Format_RGB888);
    if (image.isNull()) return Error{ErrorCode::kInvalidImage, "Can't read " + name + ".", "Save it again.", {}};
    auto rgb = std::make_shared<RgbImage>();
    rgb->width = image.width();
    rgb->height = image.height();
    for (int y = 0; y < image.height(); ++y)
      rgb->pixels.insert(rgb->pixels.end(), image.constScanLine(y), image.constScanLine(y) + 3 * image.width());
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

class Watchdog::Filter : public QObject {
 public:
  Filter() {
    auto* dispatcher = QAbstractEventDispatcher::instance();
    connect(dispatcher, &QAbstractEventDispatcher::awake, this, [this] { begin_ = now(); });
    connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, [this] { close(); });
  }

  double longest() const { return longest_; }

 private:
  static double now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
  }

  void close() {
    if (begin_ >= 0.0) longest_ = std::max(longest_, now() - begin_);
    begin_ = -1.0;
  }

  double begin_ = -1.0;
  double longest_ = 0.0;
};

Watchdog::Watchdog() : filter_(std::make_unique<Filter>()) {}
Watchdog::~Watchdog() = default;
double Watchdog::longest() const { return filter_->longest(); }

}  // namespace fovea::test
