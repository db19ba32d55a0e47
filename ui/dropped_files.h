#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QUrl>

namespace fovea::ui {

/// The files that a drop or a choice means.
struct DroppedFiles {
  QStringList files;
  QStringList folders;    ///< the names of those that stand for their pictures
  int of_folders = 0;     ///< files that are pictures right in them
  int other_files = 0;    ///< right in those folders, and no pictures by their names
  int inner_folders = 0;  ///< right in those folders, and not looked into
  bool limited = false;   ///< there were more files than are taken
};
/// A folder stands for the pictures right in it, by name. Reads folders; at most `limit` files.
DroppedFiles expanded_files(const QList<QUrl>& urls, int limit);
/// What was left out, in the user's language; empty if nothing was.
QString left_out_words(const DroppedFiles& dropped);

}  // namespace fovea::ui
