#pragma once

#include "core/api/error.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QString>
#include <cstdint>
#include <memory>
#include <set>
#include <vector>

namespace fovea::ui {

/// Pictures as files that are named by the SHA-256 of what they hold, so that each is kept once. A file is
/// either whole or not there: it is written beside and renamed. One thread.
class PictureFiles {
  Q_DECLARE_TR_FUNCTIONS(fovea::ui::PictureFiles)

 public:
  using Bytes = std::vector<std::uint8_t>;

  explicit PictureFiles(QString folder) : folder_(std::move(folder)) {}

  /// Keeps the bytes under `hash`; nothing is written if they are there. kDiskFull.
  Result<void> keep(const QByteArray& hash, const Bytes& bytes);
  /// kNotFound if the file is missing or no longer what its name says.
  Result<std::shared_ptr<const Bytes>> read(const QByteArray& hash) const;
  /// Removes every picture that is not among `used`.
  void keep_only(const std::set<QByteArray>& used);

 private:
  QString path(const QByteArray& hash) const;

  QString folder_;
};

}  // namespace fovea::ui
