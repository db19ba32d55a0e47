#pragma once

#include "ui/chat_types.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QListView;

namespace fovea::ui {

class ChatListModel;
class HistoryStore;

/// The chats on the left: search, open, pin, rename, delete (undone, not confirmed), export, import.
class HistoryPanel : public QWidget {
  Q_OBJECT

 public:
  explicit HistoryPanel(HistoryStore& store, QWidget* parent = nullptr);

  /// Marks the chat that is shown.
  void set_current(ChatId chat);
  void focus_search();
  ChatId current() const { return current_; }

 Q_SIGNALS:
  void newWanted();
  void openWanted(qint64 chat);
  void renameWanted(qint64 chat, const QString& title);
  void exportWanted(qint64 chat, const QString& title);
  void importWanted();
  void pinWanted(const fovea::ui::ChatSummary& chat);
  void removeWanted(const fovea::ui::ChatSummary& chat);

 private:
  void refresh();
  void show_menu(const QPoint& position);
  void remove_current();

  HistoryStore& store_;
  ChatListModel* model_;
  QLineEdit* search_;
  QListView* list_;
  QLabel* empty_;
  ChatId current_ = 0;
  QTimer refresh_timer_;
};

}  // namespace fovea::ui
