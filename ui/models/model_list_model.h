#pragma once

#include "ui/server_entry.h"
#include "ui/services.h"

#include <QAbstractListModel>
#include <vector>

namespace fovea::ui {

/// A server elsewhere as the list shows it.
struct ServerRow {
  ServerEntry entry;
  ServerPlace place;
};

/// The models on this machine, and below them those on servers elsewhere.
class ModelListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  /// kIdRole: a model's folder or a server's id, the same for as long as it is there. kSignRole: the sign in
  /// front of the verdict. kShareRole: how much of the one that is loading is there, from 0 to 1; negative:
  /// that is not known.
  enum Role {
    kFactsRole = Qt::UserRole,
    kVerdictRole,
    kGoodRole,
    kLoadedRole,
    kIdRole,
    kSignRole,
    kLoadingRole,
    kShareRole
  };

  using QAbstractListModel::QAbstractListModel;

  void set(std::vector<ModelOffer> models);
  void set_servers(std::vector<ServerRow> servers);
  /// The folder or id of what answers now; empty: nothing does.
  void set_loaded(const QString& id);
  /// The folder or id of what is loading; empty: nothing is. `share` as kShareRole has it.
  void set_loading(const QString& id, double share = -1.0);
  /// Null for the row of a server.
  const ModelOffer* model_at(int row) const;
  /// Null for the row of a model.
  const ServerRow* server_at(int row) const;
  /// By folder or id; -1: there is no such row.
  int row_of(const QString& id) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  QString loading_words(const QModelIndex& index) const;
  QVariant model_data(const ModelOffer& model, int role) const;
  QVariant server_data(const ServerRow& server, int role) const;

  std::vector<ModelOffer> models_;
  std::vector<ServerRow> servers_;
  QString loaded_;
  QString loading_;
  double share_ = -1.0;
};

}  // namespace fovea::ui
