#include "ui/screen_grab.h"

#include "ui/region_overlay.h"

#include <QGuiApplication>
#include <QScreen>
#include <QTimer>
#include <QWidget>
#include <QWindow>

namespace fovea::ui {
namespace {

constexpr int kHiddenAfterMs = 250;  // until the window is off the screen, with a compositor's fading

bool looks_itself() {
  return QGuiApplication::platformName() == QLatin1String("xcb");
}

}  // namespace

ScreenGrab::ScreenGrab(QObject* parent) : QObject(parent) {
  connect(&portal_, &ScreenPortal::taken, this, [this](const QString& file) {
    end();
    Q_EMIT wrote(file);
  });
  connect(&portal_, &ScreenPortal::cancelled, this, &ScreenGrab::end);
  connect(&portal_, &ScreenPortal::failed, this, [this] {
    end();
    Q_EMIT failed(
        tr("The desktop gave no picture of the screen. Take one with its own tool and paste it here."));
  });
}

ScreenGrab::~ScreenGrab() {
  for (const auto& overlay : overlays_) delete overlay.data();
}

QString ScreenGrab::unavailable() {
  if (looks_itself() || QDBusConnection::sessionBus().isConnected()) return {};
  return tr("This desktop lets no program look at the screen");
}

void ScreenGrab::start(QWidget* window) {
  if (running_ || !unavailable().isEmpty()) return;
  running_ = true;
  if (!looks_itself()) return portal_.ask();  // its dialog lets the user choose
  window_ = window;
  if (window_) {
    const bool free = !window_->isMaximized() && !window_->isFullScreen();
    place_ = free && window_->windowHandle() != nullptr ? window_->windowHandle()->geometry() : QRect();
    window_->hide();
  }
  QTimer::singleShot(kHiddenAfterMs, this, &ScreenGrab::show_overlays);
}

void ScreenGrab::show_overlays() {
  for (QScreen* screen : QGuiApplication::screens()) {
    auto* overlay = new RegionOverlay(screen, screen->grabWindow(0));
    connect(overlay, &RegionOverlay::cancelled, this, &ScreenGrab::end);
    connect(overlay, &RegionOverlay::taken, this, [this](const QImage& picture) {
      end();
      Q_EMIT taken(picture);
    });
    overlays_.emplace_back(overlay);
  }
  for (const auto& overlay : overlays_) overlay->show();
  // No window manager gives it the keys.
  overlays_.front()->activateWindow();
  overlays_.front()->setFocus();
  overlays_.front()->grabKeyboard();
}

void ScreenGrab::end() {
  running_ = false;
  // First: with its last window closed the program would end.
  if (window_) {
    // Said by us, also where it is as before: a window manager leaves it there.
    if (!place_.isNull()) {
      window_->setGeometry(place_);
      window_->windowHandle()->setGeometry(place_);
    }
    window_->show();
    window_->activateWindow();
  }
  window_.clear();
  for (const auto& overlay : overlays_) {
    if (!overlay) continue;
    overlay->releaseKeyboard();
    overlay->close();
  }
  overlays_.clear();
}

}  // namespace fovea::ui
