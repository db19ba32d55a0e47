#pragma once

#include "ui/chat_types.h"

#include <QAbstractListModel>

namespace fovea::ui {

/// The chats of the history in the order in which they are given.
class ChatListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { kIdRole = Qt::UserRole, kPinnedRole, kSectionRole, kHitRole, kBeginsSectionRole, kTagsRole };

  using QAbstractListModel::QAbstractListModel;

  /// `sections`: whether rows stand under Pinned, Today and so on; not in search results.
  void set(std::vector<ChatSummary> chats, bool sections);
  int row_of(ChatId chat) const;
  const ChatSummary& at(int row) const { return chats_[std::size_t(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  QString section(int row) const;

  std::vector<ChatSummary> chats_;
  bool sections_ = true;
};

}  // namespace fovea::ui
