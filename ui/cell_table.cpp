#include "ui/cell_table.h"

#include "ui/theme.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <QTableView>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kWidest = 320;     // pixels of a column, so that one long text does not push the others out
constexpr int kNarrowest = 140;  // pixels that a column is cut to at most so that all have room
constexpr int kMeasured = 60;    // rows that columns are fitted to

QString line_of(const std::vector<Cell>& cells) {
  QStringList texts;
  for (const Cell& cell : cells) texts.append(cell.text);
  return texts.join(u'\t') + u'\n';
}

QString titles_of(const CellTable& table) {
  QStringList titles;
  for (const CellTable::Column& column : table.columns) titles.append(column.title);
  return titles.join(u'\t') + u'\n';
}

/// Rows are what is chosen: the current one has the accent's colour above and below, instead of a frame
/// around one of its cells.
class RowDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    QStyledItemDelegate::paint(painter, option, index);
    const auto* view = qobject_cast<const QTableView*>(option.widget);
    if (view == nullptr || !view->hasFocus() || view->currentIndex().row() != index.row()) return;
    painter->setPen(QColor(current_colors().accent));
    painter->drawLine(option.rect.topLeft(), option.rect.topRight());
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
  }

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    option->state.setFlag(QStyle::State_HasFocus, false);
  }
};

/// Cuts the widest columns alike until all have room, if that is possible.
void cut_widest(QTableView& view) {
  const int columns = view.model()->columnCount();
  const auto width_of_all = [&](int most) {
    int sum = 0;
    for (int i = 0; i < columns; ++i) sum += std::min(view.columnWidth(i), most);
    return sum;
  };
  const int room = view.viewport()->width();
  if (width_of_all(kNarrowest) > room) return;
  int most = kWidest;
  while (width_of_all(most) > room) --most;
  for (int i = 0; i < columns; ++i) view.setColumnWidth(i, std::min(view.columnWidth(i), most));
}

}  // namespace

QString CellTable::as_text() const {
  QString out = titles_of(*this);
  for (const auto& row : rows) out += line_of(row);
  return out;
}

void CellTableModel::set(CellTable table) {
  beginResetModel();
  table_ = std::move(table);
  endResetModel();
}

int CellTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(table_.rows.size());
}

int CellTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(table_.columns.size());
}

QVariant CellTableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Cell& cell = table_.rows[std::size_t(index.row())][std::size_t(index.column())];
  const bool number = cell.key.canConvert<double>() && cell.key.typeId() != QMetaType::QString;
  switch (role) {
    case Qt::DisplayRole:
      return cell.text;
    case Qt::ToolTipRole:
      return cell.tip.isEmpty() ? cell.text : cell.tip;
    case Qt::TextAlignmentRole:
      return int((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::AccessibleTextRole:
      return QStringLiteral("%1: %2").arg(table_.columns[std::size_t(index.column())].title, cell.text);
    case kSortRole:
      return cell.key.isValid() ? cell.key : QVariant(cell.text);
    case kRowRole:
      return index.row();
    default:
      return {};
  }
}

QVariant CellTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const CellTable::Column& column = table_.columns[std::size_t(section)];
  if (role == Qt::DisplayRole) return column.title;
  if (role == Qt::TextAlignmentRole && !table_.rows.empty()) return data(index(0, section), role);
  if (role == Qt::ToolTipRole) return column.tip.isEmpty() ? column.title : column.tip;
  return {};
}

QTableView* cell_table_view(CellTableModel* model, const QString& name, QWidget* parent) {
  auto* view = new QTableView(parent);
  auto* sorted = new QSortFilterProxyModel(view);
  sorted->setSourceModel(model);
  sorted->setSortRole(CellTableModel::kSortRole);
  view->setModel(sorted);
  view->setAccessibleName(name);
  view->setSelectionBehavior(QAbstractItemView::SelectRows);
  view->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view->setTabKeyNavigation(false);
  view->setShowGrid(false);
  view->setWordWrap(false);
  view->setCornerButtonEnabled(false);
  view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  view->verticalHeader()->hide();
  view->verticalHeader()->setDefaultSectionSize(view->fontMetrics().height() + 8);
  view->horizontalHeader()->setHighlightSections(false);
  view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  view->horizontalHeader()->setStretchLastSection(true);
  view->horizontalHeader()->setResizeContentsPrecision(kMeasured);
  view->setItemDelegate(new RowDelegate(view));
  QObject::connect(view->selectionModel(), &QItemSelectionModel::currentRowChanged, view->viewport(),
                   qOverload<>(&QWidget::update));
  view->setSortingEnabled(true);
  view->sortByColumn(-1, Qt::AscendingOrder);
  auto* copy = new QAction(view);
  copy->setShortcut(QKeySequence::Copy);
  copy->setShortcutContext(Qt::WidgetShortcut);
  view->addAction(copy);
  QObject::connect(copy, &QAction::triggered, view, [view, model] {
    if (!view->selectionModel()->hasSelection())
      return QGuiApplication::clipboard()->setText(model->table().as_text());
    QString text = titles_of(model->table());
    for (const int row : chosen_rows(*view)) text += line_of(model->table().rows[std::size_t(row)]);
    QGuiApplication::clipboard()->setText(text);
  });
  return view;
}

std::vector<int> chosen_rows(const QTableView& view) {
  std::vector<int> rows;
  for (const QModelIndex& index : view.selectionModel()->selectedRows())
    rows.push_back(index.data(CellTableModel::kRowRole).toInt());
  if (rows.empty() && view.currentIndex().isValid())
    rows.push_back(view.currentIndex().data(CellTableModel::kRowRole).toInt());
  std::sort(rows.begin(), rows.end());
  return rows;
}

void fit_columns(QTableView& view) {
  const int last = view.model()->columnCount() - 1;
  // Or the last would count as wide as it is stretched to, and a bar would stand under a table that fits.
  view.horizontalHeader()->setStretchLastSection(false);
  view.resizeColumnsToContents();
  for (int i = 0; i <= last; ++i) view.setColumnWidth(i, std::min(view.columnWidth(i) + 8, kWidest));
  if (view.isVisible()) cut_widest(view);
  const int needed = view.columnWidth(last);
  view.horizontalHeader()->setStretchLastSection(true);
  if (view.columnWidth(last) < needed) view.setColumnWidth(last, needed);
}

}  // namespace fovea::ui
