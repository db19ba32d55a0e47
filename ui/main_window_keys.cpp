// The window's own buttons below, and its keys.
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/controls.h"
#include "ui/history/history_panel.h"
#include "ui/main_window.h"
#include "ui/overlay.h"
#include "ui/steady_text.h"
#include "ui/workbench.h"

#include <QAction>
#include <QDockWidget>
#include <QKeySequence>
#include <QLabel>
#include <QPushButton>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolButton>

namespace fovea::ui {

void MainWindow::make_status_bar() {
  QStatusBar* bar = statusBar();
  bar->setSizeGripEnabled(false);
  QToolButton* left =
      tool_button(QStringLiteral("sidebar"), tr("Show or hide the chats"), this, QStringLiteral("Ctrl+B"));
  QToolButton* right = tool_button(QStringLiteral("inspector"), tr("Show or hide the inspector"), this,
                                   QStringLiteral("Ctrl+I"));
  QToolButton* lab =
      tool_button(QStringLiteral("chart"), tr("Measure"), this, QStringLiteral("Ctrl+Shift+M"));
  QToolButton* settings =
      tool_button(QStringLiteral("settings"), tr("Settings"), this, QStringLiteral("Ctrl+,"));
  model_label_ = new QLabel(this);
  state_label_ = new QLabel(this);
  memory_label_ = new QLabel(this);
  for (QLabel* label : {model_label_, state_label_, memory_label_}) label->setTextFormat(Qt::PlainText);
  bar->addWidget(left);
  bar->addWidget(model_label_);
  bar->addWidget(state_label_, 1);
  server_button_ = flat_button({}, this);
  bar->addPermanentWidget(new SteadyText(memory_label_, this));
  bar->addPermanentWidget(server_button_);
  bar->addPermanentWidget(lab);
  bar->addPermanentWidget(settings);
  bar->addPermanentWidget(right);
  connect(left, &QToolButton::clicked, this,
          [this] { history_dock_->setVisible(!history_dock_->isVisible()); });
  connect(right, &QToolButton::clicked, this, [this] { open_inspector(!inspector_open()); });
  connect(settings, &QToolButton::clicked, this, &MainWindow::open_settings);
  connect(server_button_, &QPushButton::clicked, this, &MainWindow::open_server);
  connect(&bench_.server, &LocalServer::changed, this, &MainWindow::show_server);
  show_server();
  connect(lab, &QToolButton::clicked, this, [this] { open_lab(!lab_open()); });
}

void MainWindow::make_actions() {
  const auto on = [this](std::initializer_list<QKeySequence> keys, auto act) {
    auto* action = new QAction(this);
    action->setShortcuts(QList<QKeySequence>(keys));
    addAction(action);
    connect(action, &QAction::triggered, this, act);
  };
  on({QKeySequence(Qt::CTRL | Qt::Key_N)}, [this] { bench_.new_chat(); });
  on({QKeySequence(Qt::CTRL | Qt::Key_O)}, [this] { chat_->composer().choose_files(); });
  // Wherever the keys are, but in a field, which takes it for itself.
  on({QKeySequence(QKeySequence::Paste)}, [this] {
    if (!lab_open()) chat_->composer().paste();
  });
  on({QKeySequence(Qt::CTRL | Qt::Key_K)}, [this] {
    history_dock_->show();
    history_->focus_search();
  });
  on({QKeySequence(Qt::CTRL | Qt::Key_Comma)}, [this] { open_settings(); });
  on({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L)}, [this] { open_server(); });
  on({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N)}, [this] { open_connections(); });
  on({QKeySequence(Qt::CTRL | Qt::Key_B)},
     [this] { history_dock_->setVisible(!history_dock_->isVisible()); });
  on({QKeySequence(Qt::CTRL | Qt::Key_I)}, [this] { open_inspector(!inspector_open()); });
  on({QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)},
     [this] { zoom_text(1.1); });
  on({QKeySequence(Qt::CTRL | Qt::Key_Minus)}, [this] { zoom_text(1.0 / 1.1); });
  on({QKeySequence(Qt::CTRL | Qt::Key_0)}, [this] { zoom_text(0.0); });
  on({QKeySequence(Qt::Key_Escape)}, [this] {
    if (inspector_overlay_->isVisible()) return inspector_overlay_->close_again();
    if (leave_lab()) return;
    bench_.session.stop();
  });
  on({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M)}, [this] { open_lab(!lab_open()); });
  on({QKeySequence(Qt::ALT | Qt::Key_Left)}, [this] { bench_.session.show_last_version(-1); });
  on({QKeySequence(Qt::ALT | Qt::Key_Right)}, [this] { bench_.session.show_last_version(1); });
  on({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)}, [this] { screen_grab_.start(this); });
  on({QKeySequence(Qt::CTRL | Qt::Key_Q)}, [this] { close(); });
  for (int tab = 0; tab < 3; ++tab) {
    on({QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + tab))}, [this, tab] {
      open_inspector(true);
      inspector_->setCurrentIndex(tab);
    });
  }
}

}  // namespace fovea::ui
