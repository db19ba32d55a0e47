#pragma once

#include "ui/chat/json_table.h"

#include <QAbstractTableModel>

namespace fovea::ui {

/// A structured answer for a table view. Cells are shortened for painting, their tooltips say more.
class JsonTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  void set(JsonTable table);
  const JsonTable& table() const { return table_; }
  QString as_csv() const { return table_as_csv(table_, tr("Name"), tr("Value")); }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  JsonTable table_;
};

}  // namespace fovea::ui
