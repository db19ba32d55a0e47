#include "ui/models/model_list_model.h"

#include "ui/quantities.h"

#include <algorithm>
#include <utility>

namespace fovea::ui {

void ModelListModel::set(std::vector<ModelOffer> models) {
  beginResetModel();
  models_ = std::move(models);
  endResetModel();
}

void ModelListModel::set_loaded(const QString& folder) {
  if (folder == loaded_) return;
  loaded_ = folder;
  if (!models_.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1), {kLoadedRole, kVerdictRole});
}

int ModelListModel::row_of(const QString& folder) const {
  const auto found = std::find_if(models_.begin(), models_.end(), [&](const ModelOffer& m) {
    return QString::fromStdString(m.folder) == folder;
  });
  return found == models_.end() ? -1 : int(found - models_.begin());
}

int ModelListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(models_.size());
}

QVariant ModelListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const ModelOffer& m = at(index.row());
  const bool loaded = QString::fromStdString(m.folder) == loaded_;
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
      facts.append(QString::fromStdString(m.source));
      return facts.join(QStringLiteral(" · "));
    }
    case kVerdictRole:
      return loaded ? tr("loaded") : QString::fromStdString(m.verdict);
    case kGoodRole:
      return loaded || (m.runnable && m.fits);
    case kLoadedRole:
      return loaded;
    case Qt::ToolTipRole:
      return QString::fromStdString(m.folder);
    case Qt::AccessibleTextRole:
      return QStringLiteral("%1, %2, %3")
          .arg(data(index, Qt::DisplayRole).toString(), data(index, kFactsRole).toString(),
               data(index, kVerdictRole).toString());
    default:
      return {};
  }
}

}  // namespace fovea::ui
