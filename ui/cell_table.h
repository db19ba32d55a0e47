#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <QStringList>
#include <QVariant>
#include <vector>

class QTableView;

namespace fovea::ui {

/// A cell of a table: what is read, and what it is sorted by.
struct Cell {
  QString text;
  QVariant key = {};  ///< a number: the cell is set to the right; invalid: the text itself
  QString tip = {};
};

/// A table as a value: as many cells a row as there are columns.
struct CellTable {
  struct Column {
    QString title;
    QString tip;  ///< how its values are made
  };
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;

  /// Tabs between, a line a row, the titles first: for the clipboard.
  QString as_text() const;
};

/// Shows a CellTable; set anew as a whole.
class CellTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role { kSortRole = Qt::UserRole, kRowRole };  ///< kRowRole: the row in the table, before sorting

  using QAbstractTableModel::QAbstractTableModel;

  void set(CellTable table);
  const CellTable& table() const { return table_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  CellTable table_;
};

/// A view of the model: whole rows are chosen, a click on a title sorts, Ctrl+C copies the chosen rows (all,
/// if none is chosen).
QTableView* cell_table_view(CellTableModel* model, const QString& name, QWidget* parent);
/// The rows of the model that are chosen, in the order of the model; the current one if none is.
std::vector<int> chosen_rows(const QTableView& view);
/// As wide as their contents, the last column to the end. In a view that is seen the widest are cut where
/// all have room then: a cell tells its text whole when it is pointed at.
void fit_columns(QTableView& view);

}  // namespace fovea::ui
