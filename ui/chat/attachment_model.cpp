#include "ui/chat/attachment_model.h"

#include "ui/core_words.h"
#include "ui/quantities.h"
#include "ui/words.h"

#include <algorithm>
#include <utility>

namespace fovea::ui {

QString attachment_text(const Attachment& a) {
  if (a.loading) return tr("Reading");
  if (!a.problem.isEmpty()) return core_words(a.problem);
  if (a.clip) return tr("Clip");
  const QString size = size_text(a.size.width(), a.size.height());
  return a.note.isEmpty() ? size : QStringLiteral("%1, %2").arg(size, core_words(a.note));
}

bool AttachmentModel::loading() const {
  return std::any_of(attachments_.begin(), attachments_.end(), [](const Attachment& a) { return a.loading; });
}

quint64 AttachmentModel::add_loading(const QString& name, const QString& path) {
  Attachment attachment;
  attachment.path = path;
  attachment.name = name;
  attachment.loading = true;
  add(std::move(attachment));
  tickets_.back() = ++last_ticket_;
  return last_ticket_;
}

void AttachmentModel::add(Attachment attachment) {
  const int row = rowCount();
  beginInsertRows({}, row, row);
  attachments_.push_back(std::move(attachment));
  tickets_.push_back(0);
  endInsertRows();
}

void AttachmentModel::fill(quint64 ticket, const Attachment& attachment) {
  if (ticket == 0) return;
  const auto at = std::find(tickets_.begin(), tickets_.end(), ticket);
  if (at == tickets_.end()) {
    for (Removed& gone : removed_) {
      if (gone.ticket == ticket) gone = {gone.row, attachment, 0};
    }
    return;
  }
  const auto row = at - tickets_.begin();
  attachments_[std::size_t(row)] = attachment;
  *at = 0;
  Q_EMIT dataChanged(index(int(row)), index(int(row)));
}

void AttachmentModel::set(std::vector<Attachment> attachments) {
  beginResetModel();
  attachments_ = std::move(attachments);
  tickets_.assign(attachments_.size(), 0);
  removed_.clear();
  endResetModel();
}

void AttachmentModel::remove(int row) {
  if (row < 0 || row >= rowCount()) return;
  removed_.push_back({row, attachments_[std::size_t(row)], tickets_[std::size_t(row)]});
  beginRemoveRows({}, row, row);
  attachments_.erase(attachments_.begin() + row);
  tickets_.erase(tickets_.begin() + row);
  endRemoveRows();
}

int AttachmentModel::bring_back() {
  if (removed_.empty()) return -1;
  Removed last = std::move(removed_.back());
  removed_.pop_back();
  const int row = std::min(last.row, rowCount());
  beginInsertRows({}, row, row);
  attachments_.insert(attachments_.begin() + row, std::move(last.attachment));
  tickets_.insert(tickets_.begin() + row, last.ticket);
  endInsertRows();
  return row;
}

bool AttachmentModel::shift(int row, int by) {
  const int to = row + by;
  if (row < 0 || row >= rowCount() || to < 0 || to >= rowCount() || by == 0) return false;
  // Qt counts the destination before the row is taken out.
  if (!beginMoveRows({}, row, row, {}, by > 0 ? to + 1 : to)) return false;
  const auto rotate = [&](auto& list) {
    const auto first = list.begin();
    if (by > 0) {
      std::rotate(first + row, first + row + 1, first + to + 1);
    } else {
      std::rotate(first + to, first + row, first + row + 1);
    }
  };
  rotate(attachments_);
  rotate(tickets_);
  endMoveRows();
  return true;
}

int AttachmentModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(attachments_.size());
}

QVariant AttachmentModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Attachment& a = attachments_[std::size_t(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return a.name;
    case Qt::DecorationRole:
      return a.thumbnail;
    case Qt::ToolTipRole:
      return a.problem.isEmpty() ? QStringLiteral("%1\n%2").arg(a.name, attachment_text(a))
                                 : core_words(a.problem);
    case Qt::AccessibleTextRole:
      return QStringLiteral("%1, %2").arg(a.name, attachment_text(a));
    default:
      return {};
  }
}

}  // namespace fovea::ui
