#include "ui/chat/json_table_model.h"

#include <utility>

namespace fovea::ui {
namespace {

constexpr qsizetype kLongestCell = 200;      // characters that are painted
constexpr qsizetype kLongestTooltip = 2000;  // a tooltip that fills the screen helps nobody

QString shortened(const QString& text, qsizetype most) {
  return text.size() <= most ? text : text.left(most - 1) + QChar(0x2026);
}

}  // namespace

void JsonTableModel::set(JsonTable table) {
  beginResetModel();
  table_ = std::move(table);
  endResetModel();
}

int JsonTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(table_.rows.size());
}

int JsonTableModel::columnCount(const QModelIndex& parent) const {
  if (parent.isValid() || table_.rows.empty()) return 0;
  return table_.one_object() ? 2 : int(table_.columns.size());
}

QVariant JsonTableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const QString& text = table_.rows[std::size_t(index.row())][index.column()];
  switch (role) {
    case Qt::DisplayRole:
      return shortened(text, kLongestCell).replace(u'\n', u' ');
    case Qt::EditRole:
      return text;
    case Qt::ToolTipRole:
      return shortened(text, kLongestTooltip).toHtmlEscaped();
    case Qt::TextAlignmentRole: {
      bool number = false;
      text.toDouble(&number);
      const bool right = number && !table_.one_object();  // one object's values have nothing in common
      return QVariant::fromValue(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft));
    }
    default:
      return {};
  }
}

QVariant JsonTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (section < 0) return {};
  if (orientation == Qt::Vertical)
    return role == Qt::DisplayRole && section < rowCount() ? QVariant(section + 1) : QVariant();
  if (section >= columnCount()) return {};
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignVCenter | Qt::AlignLeft);
  if (role != Qt::DisplayRole) return {};
  if (table_.one_object()) return section == 0 ? tr("Name") : tr("Value");
  return shortened(table_.columns[section], kLongestCell);
}

}  // namespace fovea::ui
