#include "ui/history/picture_files.h"

#include "ui/words.h"

#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QSaveFile>
#include <algorithm>

namespace fovea::ui {
namespace {

bool is_hash(const QByteArray& hash) {
  return hash.size() == 64 && std::all_of(hash.begin(), hash.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

QString PictureFiles::path(const QByteArray& hash) const {
  return QStringLiteral("%1/%2/%3")
      .arg(folder_, QString::fromLatin1(hash.left(2)), QString::fromLatin1(hash));
}

Result<void> PictureFiles::keep(const QByteArray& hash, const Bytes& bytes) {
  if (!is_hash(hash)) return Error{ErrorCode::kInternal, "A picture has no name to keep it under.", {}, {}};
  const QString file_path = path(hash);
  if (QFile::exists(file_path)) return {};
  QDir().mkpath(folder_ + QLatin1Char('/') + QString::fromLatin1(hash.left(2)));
  QSaveFile file(file_path);
  const auto size = qint64(bytes.size());
  if (!file.open(QIODevice::WriteOnly) ||
      file.write(reinterpret_cast<const char*>(bytes.data()), size) != size || !file.commit()) {
    return Error{ErrorCode::kDiskFull,
                 tr("A picture could not be saved.").toStdString(),
                 tr("Free some space on the disk.").toStdString(),
                 {}};
  }
  return {};
}

Result<std::shared_ptr<const PictureFiles::Bytes>> PictureFiles::read(const QByteArray& hash) const {
  const Error gone{ErrorCode::kNotFound,
                   tr("A picture of this chat is missing from the history.").toStdString(),
                   tr("Add it again.").toStdString(),
                   {}};
  QFile file(path(hash));
  if (!is_hash(hash) || !file.open(QIODevice::ReadOnly)) return gone;
  const QByteArray data = file.readAll();
  if (QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex() != hash) return gone;
  return std::shared_ptr<const Bytes>(std::make_shared<Bytes>(data.begin(), data.end()));
}

void PictureFiles::keep_only(const std::set<QByteArray>& used) {
  QDirIterator files(folder_, QDir::Files, QDirIterator::Subdirectories);
  while (files.hasNext()) {
    const QString file = files.next();
    const QByteArray name = files.fileName().toLatin1();
    if (is_hash(name) && used.count(name) == 0) QFile::remove(file);
  }
}

}  // namespace fovea::ui
