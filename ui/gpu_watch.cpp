#include "ui/gpu_watch.h"

#include <utility>

namespace fovea::ui {

GpuWatch::GpuWatch(std::function<std::vector<GpuReading>()> read, QObject* parent)
    : QObject(parent), read_(std::move(read)) {}

void GpuWatch::look() {
  if (busy_ || none_) return;
  busy_ = true;
  thread_.post([this] {
    std::vector<GpuReading> gpus = read_ ? read_() : std::vector<GpuReading>();
    QMetaObject::invokeMethod(
        this,
        [this, gpus = std::move(gpus)] {
          busy_ = false;
          none_ = gpus.empty();
          last_ = gpus;
          Q_EMIT looked(gpus);
        },
        Qt::QueuedConnection);
  });
}

}  // namespace fovea::ui
