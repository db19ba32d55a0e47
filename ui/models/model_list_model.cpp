#include "ui/models/model_list_model.h"

#include "ui/core_words.h"
#include "ui/quantities.h"

#include <algorithm>
#include <utility>

namespace fovea::ui {

void ModelListModel::set(std::vector<ModelOffer> models) {
  beginResetModel();
  models_ = std::move(models);
  endResetModel();
}

void ModelListModel::set_servers(std::vector<ServerRow> servers) {
  beginResetModel();
  servers_ = std::move(servers);
  endResetModel();
}

void ModelListModel::set_loaded(const QString& id) {
  if (id == loaded_) return;
  loaded_ = id;
  if (rowCount() > 0)
    Q_EMIT dataChanged(index(0), index(rowCount() - 1), {kLoadedRole, kVerdictRole, kGoodRole, kSignRole});
}

void ModelListModel::set_loading(const QString& id, double share) {
  if (id == loading_ && share == share_) return;
  const int before = row_of(loading_);
  loading_ = id;
  share_ = share;
  const int now = row_of(loading_);
  for (const int at : {before, now == before ? -1 : now}) {
    if (at >= 0) Q_EMIT dataChanged(index(at), index(at));
  }
}

const ModelOffer* ModelListModel::model_at(int row) const {
  const auto at = std::size_t(row);
  return at < models_.size() ? &models_[at] : nullptr;
}

const ServerRow* ModelListModel::server_at(int row) const {
  const auto at = std::size_t(row);
  return at >= models_.size() && at < models_.size() + servers_.size() ? &servers_[at - models_.size()]
                                                                       : nullptr;
}

int ModelListModel::row_of(const QString& id) const {
  for (int row = 0; row < rowCount(); ++row) {
    if (data(index(row), kIdRole).toString() == id) return row;
  }
  return -1;
}

int ModelListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(models_.size() + servers_.size());
}

QVariant ModelListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  if (role == kLoadedRole) return data(index, kIdRole).toString() == loaded_;
  if (role == kShareRole) return share_;
  if (role == kLoadingRole) return !loading_.isEmpty() && data(index, kIdRole).toString() == loading_;
  if ((role == kVerdictRole || role == kSignRole) && data(index, kLoadingRole).toBool())
    return role == kSignRole ? QStringLiteral("…") : loading_words(index);
  if (role == Qt::AccessibleTextRole) {
    return QStringLiteral("%1, %2, %3")
        .arg(data(index, Qt::DisplayRole).toString(), data(index, kFactsRole).toString(),
             data(index, kVerdictRole).toString());
  }
  const ModelOffer* model = model_at(index.row());
  return model != nullptr ? model_data(*model, role) : server_data(*server_at(index.row()), role);
}

QString ModelListModel::loading_words(const QModelIndex& index) const {
  if (server_at(index.row()) != nullptr) return tr("is asked for its model");
  return share_ < 0.0 ? tr("loading") : tr("loading, %1 %").arg(int(100.0 * share_));
}

QVariant ModelListModel::model_data(const ModelOffer& m, int role) const {
  const QString folder = QString::fromStdString(m.folder);
  const bool loaded = folder == loaded_;
  switch (role) {
    case Qt::DisplayRole:
      return QString::fromStdString(m.name);
    case kFactsRole: {
      QStringList facts;
      if (!m.family.empty()) facts.append(QString::fromStdString(m.family));
      if (m.parameters > 0) facts.append(parameters_text(m.parameters));
      if (!m.dtype.empty()) facts.append(QString::fromStdString(m.dtype));
      if (!m.quantization.empty()) facts.append(QString::fromStdString(m.quantization));
      if (m.file_bytes > 0) facts.append(bytes_text(m.file_bytes));
      facts.append(core_words(m.source));
      return facts.join(QStringLiteral(" · "));
    }
    case kVerdictRole:
      return loaded ? tr("loaded") : core_words(m.verdict);
    case kGoodRole:
      return loaded || (m.runnable && m.fits);
    case kSignRole:
      return loaded || (m.runnable && m.fits) ? QStringLiteral("✓") : QStringLiteral("✕");
    case kIdRole:
      return folder;
    case Qt::ToolTipRole:
      return QStringLiteral("%1\n%2").arg(core_words(m.verdict), folder);
    default:
      return {};
  }
}

QVariant ModelListModel::server_data(const ServerRow& server, int role) const {
  const ServerPlace& place = server.place;
  const bool loaded = server.entry.id == loaded_;
  switch (role) {
    case Qt::DisplayRole:
      return server.entry.model;
    case kFactsRole: {
      QStringList facts = {tr("server %1").arg(QString::fromStdString(place.host))};
      if (!place.loopback) facts.append(place.encrypted ? tr("encrypted") : tr("unencrypted"));
      if (server.entry.has_key) facts.append(tr("with a key"));
      return facts.join(QStringLiteral(" · "));
    }
    case kVerdictRole: {
      const QString where =
          place.loopback ? tr("a server on this machine") : tr("pictures leave this machine");
      return loaded ? tr("in use: %1").arg(where) : where;
    }
    case kGoodRole:
      return place.loopback;
    case kSignRole:
      return loaded ? QStringLiteral("✓") : QStringLiteral("↗");
    case kIdRole:
      return server.entry.id;
    case Qt::ToolTipRole:
      return server.entry.address;
    default:
      return {};
  }
}

}  // namespace fovea::ui
