// Where the window's parts are: the inspector beside the chat, or over it where there is no room.
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/main_window.h"
#include "ui/overlay.h"
#include "ui/workbench.h"

#include <QDockWidget>
#include <QResizeEvent>
#include <QTabWidget>

namespace fovea::ui {
namespace {

constexpr int kNarrow = 900;  // pixels; below, three columns leave too little for the chat

}  // namespace

QDockWidget* MainWindow::make_dock(const QString& name, const QString& title, QWidget* content,
                                   Qt::DockWidgetArea area) {
  auto* dock = new QDockWidget(title, this);
  dock->setObjectName(name);
  dock->setWidget(content);
  dock->setFeatures(QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable |
                    QDockWidget::DockWidgetClosable);
  auto* no_title = new QWidget(dock);
  no_title->setFixedHeight(0);
  dock->setTitleBarWidget(no_title);
  addDockWidget(area, dock);
  connect(dock, &QDockWidget::topLevelChanged, dock, [dock](bool floating) {
    if (floating) {
      dock->setTitleBarWidget(nullptr);
    } else {
      auto* bar = new QWidget(dock);
      bar->setFixedHeight(0);
      dock->setTitleBarWidget(bar);
    }
  });
  return dock;
}

void MainWindow::set_narrow(bool narrow) {
  if (narrow == narrow_ || inspector_dock_->isFloating()) return;
  narrow_ = narrow;
  if (narrow) {
    inspector_wanted_ = !inspector_dock_->isHidden();
    inspector_overlay_->hold(inspector_);
    inspector_dock_->hide();
  } else {
    inspector_overlay_->hide();
    inspector_dock_->setWidget(inspector_);
    inspector_->show();
    inspector_dock_->setVisible(inspector_wanted_);
  }
}

bool MainWindow::inspector_open() const {
  return narrow_ ? inspector_overlay_->isVisible() : inspector_dock_->isVisible();
}

void MainWindow::open_inspector(bool open) {
  if (!narrow_) {
    inspector_dock_->setVisible(open);
  } else if (open) {
    inspector_overlay_->open();
  } else {
    inspector_overlay_->close_again();
  }
}

void MainWindow::remember_layout() {
  Settings changed = bench_.settings;
  changed.geometry = saveGeometry();
  // While the inspector lies over the chat its dock is hidden, which isn't the user's wish.
  if (!narrow_) changed.docks = saveState();
  changed.inspector_tab = inspector_->currentIndex();
  bench_.set_settings(changed);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  set_narrow(event->size().width() < kNarrow);
}

}  // namespace fovea::ui
