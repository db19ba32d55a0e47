#pragma once

#include "ui/services.h"

#include <QAbstractListModel>

namespace fovea::ui {

/// The models on this machine.
class ModelListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { kFactsRole = Qt::UserRole, kVerdictRole, kGoodRole, kLoadedRole };

  using QAbstractListModel::QAbstractListModel;

  void set(std::vector<ModelOffer> models);
  void set_loaded(const QString& folder);
  const ModelOffer& at(int row) const { return models_[std::size_t(row)]; }
  int row_of(const QString& folder) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  std::vector<ModelOffer> models_;
  QString loaded_;
};

}  // namespace fovea::ui
