#include "ui/chat/markdown_split.h"

#include <QStringView>

namespace fovea::ui {
namespace {

/// The marks that a line opens or closes a fence with; empty if it doesn't.
QStringView fence_of(QStringView line) {
  qsizetype from = 0;
  while (from < line.size() && from < 4 && line[from] == u' ') ++from;
  if (from > 3 || from >= line.size() || (line[from] != u'`' && line[from] != u'~')) return {};
  qsizetype to = from;
  while (to < line.size() && line[to] == line[from]) ++to;
  return to - from >= 3 ? line.mid(from, to - from) : QStringView();
}

bool is_list_item(QStringView line) {
  if (line.isEmpty()) return false;
  if (QStringView(u"-*+").contains(line[0])) return line.size() > 1 && line[1].isSpace();
  qsizetype digits = 0;
  while (digits < line.size() && line[digits].isDigit()) ++digits;
  return digits > 0 && digits < line.size() && (line[digits] == u'.' || line[digits] == u')');
}

}  // namespace

MarkdownSplit split_markdown(const QString& text) {
  const QStringView all(text);
  qsizetype boundary = 0;   // where the open block begins
  bool blank = false;       // the line before was blank, outside fences
  bool in_list = false;     // the open block is a list
  QStringView fence;        // marks of the open fence
  QStringView fence_line;   // the line that opened it
  qsizetype last_line = 0;  // where the last line begins
  for (qsizetype from = 0; from < all.size();) {
    qsizetype end = all.indexOf(u'\n', from);
    const bool whole = end >= 0;
    if (!whole) end = all.size();
    const QStringView line = all.mid(from, end - from);
    last_line = from;
    const QStringView marks = fence_of(line);
    if (!fence.isEmpty()) {
      if (!marks.isEmpty() && marks[0] == fence[0] && marks.size() >= fence.size() && line.trimmed() == marks)
        fence = {};
      blank = false;
    } else if (line.trimmed().isEmpty()) {
      blank = true;
    } else {
      const bool indented = line[0].isSpace();
      const bool item = is_list_item(line);
      // An unfinished line may yet become a list item: it decides once it has a few characters.
      if (blank && !indented && !(in_list && item) && (whole || line.size() > 3)) {
        boundary = from;
        in_list = item;
      } else if (boundary == from) {
        in_list = item;
      } else {
        in_list = in_list || item;
      }
      blank = false;
      if (!marks.isEmpty()) {
        fence = marks;
        fence_line = line;
      }
    }
    from = end + 1;
  }
  MarkdownSplit out{text.left(boundary), text.mid(boundary), false};
  if (out.tail.size() <= kLongestTail) return out;
  if (!fence.isEmpty() && last_line > boundary + fence_line.size() + 1) {
    out.finished = text.left(last_line) + fence.toString();
    out.tail = fence_line.toString() + u'\n' + text.mid(last_line);
    out.cut_code = true;
  } else if (fence.isEmpty()) {
    const qsizetype space = text.lastIndexOf(u' ');
    if (space > boundary) out = {text.left(space), text.mid(space + 1), false};
  }
  return out;
}

}  // namespace fovea::ui
