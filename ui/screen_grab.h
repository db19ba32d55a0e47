#pragma once

#include "ui/screen_portal.h"

#include <QImage>
#include <QObject>
#include <QPointer>
#include <QRect>
#include <vector>

namespace fovea::ui {

class RegionOverlay;

/// Takes a part of the screen as a picture: on X11 by itself, elsewhere by the desktop's portal. GUI thread.
class ScreenGrab : public QObject {
  Q_OBJECT

 public:
  explicit ScreenGrab(QObject* parent = nullptr);
  ~ScreenGrab() override;

  /// Why no picture can be taken here, for the user; empty if one can.
  static QString unavailable();

  /// Hides `window` while the user chooses. Nothing while the user chooses already.
  void start(QWidget* window);

 Q_SIGNALS:
  void taken(const QImage& picture);
  /// The desktop wrote the picture into this file.
  void wrote(const QString& file);
  void failed(const QString& problem);

 private:
  void show_overlays();
  void end();

  ScreenPortal portal_;
  QPointer<QWidget> window_;
  QRect place_;  // of the window: it would be placed anew when it comes back
  std::vector<QPointer<RegionOverlay>> overlays_;
  bool running_ = false;
};

}  // namespace fovea::ui
