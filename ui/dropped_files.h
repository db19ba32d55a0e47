#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUrl>

namespace fovea::ui {

/// The files that a drop or a choice means, and what it holds itself.
struct DroppedFiles {
  QStringList files;
  QList<QUrl> pictures;   ///< data: addresses that hold them, as a page may have them
  QStringList folders;    ///< the names of those that stand for their pictures
  int of_folders = 0;     ///< files that are pictures right in them
  int other_files = 0;    ///< right in those folders, and no pictures by their names
  int inner_folders = 0;  ///< right in those folders, and not looked into
  int links = 0;          ///< into the web; nothing is fetched from there
  bool limited = false;   ///< there were more files than are taken
};
/// A folder stands for the pictures right in it, by name. Reads folders; at most `limit` files.
DroppedFiles expanded_files(const QList<QUrl>& urls, int limit);
/// Whether it is an address that holds a picture itself.
bool holds_picture(const QUrl& url);
/// The bytes of such a picture's file: tens of milliseconds a megabyte. Any thread.
QByteArray picture_in(const QUrl& url);
/// Whether it leads into the web.
bool is_link(const QUrl& url);
/// What was left out, in the user's language; empty if nothing was.
QString left_out_words(const DroppedFiles& dropped);

}  // namespace fovea::ui
