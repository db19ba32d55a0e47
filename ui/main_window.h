#pragma once

#include "ui/chat_types.h"
#include "ui/gpu_watch.h"
#include "ui/process_probe.h"
#include "ui/question_forecast.h"
#include "ui/screen_grab.h"

#include <QElapsedTimer>
#include <QMainWindow>
#include <QTimer>
#include <functional>
#include <optional>
#include <vector>

class QDockWidget;
class QLabel;
class QPushButton;
class QTabWidget;

namespace fovea::ui {

class BenchPanel;
class ChatPanel;
class CostPanel;
class HistoryPanel;
class ImagePanel;
class ModelPanel;
class MonitorPanel;
class Overlay;
class SpeedPanel;
class Workbench;
struct Settings;

/// The window: chat in the middle, history on the left, inspector on the right, status below. It connects the
/// panels with the workbench and holds no state but what is chosen.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(Workbench& bench);

  ChatPanel& chat() { return *chat_; }
  SpeedPanel& speed() { return *speed_; }
  /// Shows measuring in place of the chat, or the chat again.
  void open_lab(bool open);
  /// Made when it is first opened.
  BenchPanel* lab() { return lab_; }
  MonitorPanel* monitor() { return monitor_; }
  CostPanel* cost() { return cost_; }
  /// How far apart the looks at the machine are now.
  int looks_every_ms() const { return tick_timer_.interval(); }

 Q_SIGNALS:
  /// Settings changed that need another look or language.
  void lookChanged();
  void closing();

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QDockWidget* make_dock(const QString& name, const QString& title, QWidget* content,
                         Qt::DockWidgetArea area);
  void make_status_bar();
  void make_actions();
  void connect_chat();
  void connect_screen();
  void connect_history();
  void connect_inspector();
  void connect_engine();
  void connect_forecast();
  void connect_servers();
  void connect_adapters();

  void show_engine();
  void show_health();
  void tick();
  /// Whether the machine's figures are looked at kTickMs apart: something works. Else kIdleTickMs apart.
  bool busy() const;
  void follow_pace();
  void show_gpus(const std::vector<GpuReading>& gpus);
  void show_attachment(int index);
  /// The question's pictures are others: the one that is shown stays so where it still is.
  void follow_attachments();
  void show_message_picture(int message, int attachment);
  void copy_message_picture(int message, int attachment);
  void show_last_picture();
  void request_preview();
  void show_forecast();
  void set_picture_budget(qint64 max_pixels);
  void show_regions(int message);
  void open_settings();
  /// The engine's settings changed.
  void offer_reload();
  void open_server();
  void show_servers();
  /// Where questions go, and what can't be known of a model there.
  void show_destination();
  /// A new one where `id` is empty.
  void edit_server(const QString& id);
  void remove_server(const QString& id);
  void bring_server_back();
  void open_connections();
  void show_server();
  void open_chat_options();
  void rename_chat(ChatId chat, const QString& title);
  void export_chat(ChatId chat, const QString& title);
  void import_chat();
  void remove_chat(const ChatSummary& chat);
  void tag_chat(const ChatSummary& chat, const QString& tag, bool on);
  void ask_for_tag(const ChatSummary& chat);
  /// Undoes what was done last to the list of chats.
  void undo_in_history();
  void zoom_text(double factor);
  void remember_layout();
  void set_narrow(bool narrow);
  bool inspector_open() const;
  void open_inspector(bool open);
  void make_lab();
  bool lab_open() const;
  /// One step out of it. False: the chat is shown.
  bool leave_lab();
  /// What measuring has to know of the model, and the chat of a run.
  void tell_lab();

  static constexpr int kTickMs = 500;
  static constexpr int kIdleTickMs = 2000;

  Workbench& bench_;
  ChatPanel* chat_;
  HistoryPanel* history_;
  ImagePanel* image_;
  SpeedPanel* speed_;
  ModelPanel* models_;
  QTabWidget* lab_pages_ = nullptr;
  BenchPanel* lab_ = nullptr;
  CostPanel* cost_ = nullptr;
  MonitorPanel* monitor_ = nullptr;
  QTabWidget* inspector_;
  QDockWidget* history_dock_;
  QDockWidget* inspector_dock_;
  Overlay* inspector_overlay_;
  bool narrow_ = false;           // the inspector lies over the chat
  bool inspector_wanted_ = true;  // once there is room again
  QLabel* model_label_;
  QLabel* state_label_;
  QLabel* memory_label_;
  QPushButton* server_button_;
  QWidget* drop_hint_ = nullptr;
  QTimer tick_timer_;
  QTimer preview_timer_;
  ProcessProbe probe_;
  GpuWatch gpu_watch_;
  ScreenGrab screen_grab_;
  QElapsedTimer since_gpus_;
  bool vram_alerted_ = false;                // said, and not yet below again
  QString told_fault_;                       // of loading, that stands above the question or was closed
  std::vector<std::function<void()>> undo_;  // what was done to the list of chats, the last of it last
  // What the image panel shows: an attachment that is still being written about, or one of a message.
  int shown_attachment_ = -1;
  QByteArray shown_hash_;  // of that attachment, which may be moved
  int shown_message_ = -1;
  int region_message_ = -1;
  quint64 preview_ticket_ = 0;
  QuestionForecast forecast_;
};

}  // namespace fovea::ui
