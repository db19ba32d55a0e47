#pragma once

#include "ui/chat_types.h"
#include "ui/services.h"

#include <QWidget>
#include <functional>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace fovea::ui {

class AttachmentLoader;
class ChatSession;
class Composer;
class TranscriptView;

/// The middle of the window: the conversation's title, the conversation or what to do first, and the
/// composer.
class ChatPanel : public QWidget {
  Q_OBJECT

 public:
  ChatPanel(ChatSession& session, AttachmentLoader& loader, const WindowServices& services,
            QWidget* parent = nullptr);

  Composer& composer() { return *composer_; }
  TranscriptView& transcript() { return *transcript_; }
  /// What stands above the composer until it is closed: something went wrong, or was done and can be undone.
  void show_notice(const QString& text, const QString& action = {}, std::function<void()> act = {});
  /// The notice that stands is not about the open chat: it stays when another one is opened.
  void hold_notice() { notice_held_ = true; }
  /// Where questions go while a server is the engine: its host and port, and whether that is this machine.
  /// Empty: they stay in this program. `longest_side`: to which pictures are made smaller first, in pixels;
  /// 0: they go as they are.
  void set_destination(const QString& host, bool loopback, int longest_side = 0);
  /// How the model stands, where it is not ready: shown on the first page and said on the Ask button.
  void set_model_state(bool ready, const QString& headline, const QString& detail, int permille);

 Q_SIGNALS:
  void optionsWanted();
  void exportWanted();
  void renameWanted();
  void connectionsWanted();
  void modelsWanted();
  void loadCancelled();

 private:
  QWidget* make_header();
  QWidget* make_first_page(const WindowServices& services);
  QWidget* make_notice();
  void show_page();
  void show_editing(bool editing);

  ChatSession& session_;
  QLabel* title_;
  QStackedWidget* pages_;
  TranscriptView* transcript_;
  Composer* composer_;
  QWidget* notice_;
  QLabel* notice_text_;
  QPushButton* notice_action_;
  std::function<void()> notice_act_;
  bool notice_of_editing_ = false;
  bool notice_held_ = false;
  QLabel* destination_;
  QLabel* first_words_;
  QWidget* model_box_;
  QLabel* model_text_;
  QLabel* model_detail_;
  QProgressBar* model_progress_;
  QPushButton* model_action_;
  bool loading_ = false;
};

}  // namespace fovea::ui
