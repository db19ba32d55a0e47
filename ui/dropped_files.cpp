// What a drop, a paste or a choice of files and folders means.
#include "ui/dropped_files.h"

#include "ui/quantities.h"
#include "ui/words.h"

#include <QCollator>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QRegularExpression>
#include <algorithm>

namespace fovea::ui {
namespace {

void add_folder(const QDir& folder, DroppedFiles& out) {
  QStringList names = folder.entryList(
      {QStringLiteral("*.png"), QStringLiteral("*.jpg"), QStringLiteral("*.jpeg"), QStringLiteral("*.webp"),
       QStringLiteral("*.bmp"), QStringLiteral("*.tif"), QStringLiteral("*.tiff")},
      QDir::Files | QDir::Readable);
  QCollator collator{QLocale(QLocale::English)};  // the C locale has no numeric order
  collator.setNumericMode(true);
  std::sort(names.begin(), names.end(), collator);
  for (const QString& name : names) out.files.append(folder.filePath(name));
  out.folders.append(folder.dirName());
  out.of_folders += int(names.size());
  out.other_files += int(folder.entryList(QDir::Files).size() - names.size());
  out.inner_folders += int(folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot).size());
}

}  // namespace

bool holds_picture(const QUrl& url) {
  static const QRegularExpression kind(QStringLiteral("^image/[^,]*;base64,"));
  return url.scheme() == QLatin1String("data") && kind.match(url.path()).hasMatch();
}

QByteArray picture_in(const QUrl& url) {
  const QByteArray text = url.path(QUrl::FullyDecoded).toLatin1();
  return QByteArray::fromBase64(text.mid(text.indexOf(',') + 1));
}

bool is_link(const QUrl& url) {
  return url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http");
}

DroppedFiles expanded_files(const QList<QUrl>& urls, int limit) {
  DroppedFiles out;
  for (const QUrl& url : urls) {
    if (holds_picture(url)) {
      if (out.files.size() + out.pictures.size() < limit) out.pictures.append(url);
      continue;
    }
    if (is_link(url)) ++out.links;
    if (!url.isLocalFile()) continue;
    const QString path = url.toLocalFile();
    if (QFileInfo(path).isDir()) {
      add_folder(QDir(path), out);
    } else {
      out.files.append(path);
    }
    if (out.files.size() > limit) break;
  }
  out.limited = out.files.size() > limit;
  out.files = out.files.mid(0, limit);
  return out;
}

QString left_out_words(const DroppedFiles& dropped) {
  if (dropped.limited) return tr("That is more than a question takes: only the first ones were added.");
  if (dropped.links > 0 && dropped.files.isEmpty() && dropped.pictures.isEmpty())
    return tr(
        "That is a link, and nothing is fetched from the web. Copy the picture in the browser and paste "
        "it, or save it and drop the file.");
  if (dropped.folders.isEmpty()) return {};
  const QString from = dropped.folders.size() == 1 ? dropped.folders.front()
                                                   : tr("%1 folders").arg(count_text(dropped.folders.size()));
  QStringList left_out;
  if (dropped.other_files > 0)
    left_out.append(tr("files that are no pictures: %1").arg(count_text(dropped.other_files)));
  if (dropped.inner_folders > 0)
    left_out.append(tr("folders in it: %1").arg(count_text(dropped.inner_folders)));
  if (dropped.of_folders == 0) {
    const QString none = tr("No picture is right in %1.").arg(from);
    return left_out.isEmpty() ? none : none + u' ' + tr("Left out: %1.").arg(left_out.join(tr(", ")));
  }
  if (left_out.isEmpty()) return {};
  return tr("Pictures from %1: %2. Left out: %3.")
      .arg(from, count_text(dropped.of_folders), left_out.join(tr(", ")));
}

}  // namespace fovea::ui
