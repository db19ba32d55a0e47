#include "ui/history/chat_list_model.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <tuple>
#include <utility>

namespace fovea::ui {
namespace {

bool same(const ChatSummary& a, const ChatSummary& b) {
  return std::tie(a.id, a.title, a.pinned, a.updated, a.hit, a.hit_message, a.tags) ==
         std::tie(b.id, b.title, b.pinned, b.updated, b.hit, b.hit_message, b.tags);
}

/// What a screen reader says of a row.
QString said(const ChatSummary& chat) {
  QStringList parts = QStringList{chat.title} + chat.tags + QStringList{chat.hit};
  parts.removeAll(QString());
  return parts.join(QStringLiteral(", "));
}

}  // namespace

void ChatListModel::set(std::vector<ChatSummary> chats, bool sections) {
  if (sections == sections_ && std::equal(chats.begin(), chats.end(), chats_.begin(), chats_.end(), same))
    return;
  beginResetModel();
  chats_ = std::move(chats);
  sections_ = sections;
  endResetModel();
}

int ChatListModel::row_of(ChatId chat) const {
  const auto found =
      std::find_if(chats_.begin(), chats_.end(), [chat](const ChatSummary& c) { return c.id == chat; });
  return found == chats_.end() ? -1 : int(found - chats_.begin());
}

int ChatListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(chats_.size());
}

QString ChatListModel::section(int row) const {
  if (!sections_) return {};
  const ChatSummary& chat = at(row);
  if (chat.pinned) return tr("Pinned");
  const QDate date = QDateTime::fromMSecsSinceEpoch(chat.updated).date();
  const qint64 days = date.daysTo(QDate::currentDate());
  if (days <= 0) return tr("Today");
  if (days == 1) return tr("Yesterday");
  if (days < 7) return tr("This week");
  return QLocale().toString(date, tr("MMMM yyyy", "a month of a year, in QLocale's letters"));
}

QVariant ChatListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const ChatSummary& chat = at(index.row());
  switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
      return chat.title.isEmpty() ? tr("New chat") : chat.title;
    case Qt::ToolTipRole:
      return QStringLiteral("%1\n%2").arg(
          chat.title, QLocale().toString(QDateTime::fromMSecsSinceEpoch(chat.updated), QLocale::ShortFormat));
    case Qt::AccessibleTextRole:
      return said(chat);
    case kIdRole:
      return chat.id;
    case kPinnedRole:
      return chat.pinned;
    case kSectionRole:
      return section(index.row());
    case kBeginsSectionRole:
      return sections_ && (index.row() == 0 || section(index.row() - 1) != section(index.row()));
    case kTagsRole:
      return chat.tags.join(QStringLiteral(" · "));
    case kHitRole:
      return chat.hit;
    default:
      return {};
  }
}

}  // namespace fovea::ui
