#pragma once

#include "ui/chat_types.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QMenu;
class QModelIndex;

namespace fovea::ui {

class ChatListModel;
class HistoryStore;

/// The chats on the left: search, filter by tag, open, pin, tag, rename, delete (undone, not confirmed),
/// export, import. In the list all of that has a key, and the menu key opens the menu of the current row.
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
  /// `message`: where the search found it; 0: none.
  void openWanted(qint64 chat, qint64 message);
  void renameWanted(qint64 chat, const QString& title);
  void exportWanted(qint64 chat, const QString& title);
  void importWanted();
  void tagWanted(const fovea::ui::ChatSummary& chat, const QString& tag, bool on);
  /// The chat is to get a tag that has to be asked for.
  void newTagWanted(const fovea::ui::ChatSummary& chat);
  void pinWanted(const fovea::ui::ChatSummary& chat);
  void removeWanted(const fovea::ui::ChatSummary& chat);
  /// The last removal is to be undone.
  void undoWanted();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void make_keys();
  void refresh();
  void set_chats(const std::vector<ChatSummary>& chats, bool sections);
  void show_menu(const QModelIndex& index, const QPoint& position);
  void show_menu_of_current();
  QMenu* tags_menu(const ChatSummary& chat);
  void show_tags(const QStringList& tags);
  void go_to_list();

  HistoryStore& store_;
  ChatListModel* model_;
  QLineEdit* search_;
  QComboBox* filter_;
  QListView* list_;
  QStringList tags_;  // that chats have
  QLabel* empty_;
  ChatId current_ = 0;
  QTimer refresh_timer_;
};

}  // namespace fovea::ui
