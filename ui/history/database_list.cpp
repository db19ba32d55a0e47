// Chats as they are listed, and found by their words.
#include "ui/history/chat_rows.h"
#include "ui/history/database.h"
#include "ui/history/statement.h"

#include <algorithm>
#include <set>

namespace fovea::ui {
namespace {

/// A part of a text around what was looked for, on one line.
QString part_around(const QString& text, const QString& query) {
  const qsizetype at = std::max<qsizetype>(0, text.indexOf(query, 0, Qt::CaseInsensitive));
  qsizetype from = std::max<qsizetype>(0, at - 24);
  // From the next word on, not from within one.
  if (from > 0) from = std::clamp<qsizetype>(text.indexOf(u' ', from - 1) + 1, from, at);
  QString part = text.mid(from, 90).simplified();
  return from > 0 ? QStringLiteral("… ") + part : part;
}

QString like_pattern(QString query) {
  query.replace(u'\\', QStringLiteral("\\\\"))
      .replace(u'%', QStringLiteral("\\%"))
      .replace(u'_', QStringLiteral("\\_"));
  return u'%' + query + u'%';
}

}  // namespace

Result<std::vector<ChatSummary>> Database::list(const QString& asked, const QString& tag) {
  const QString query = asked.simplified();
  std::vector<ChatSummary> out;
  const QString columns = QStringLiteral("SELECT ") + QLatin1String(kSummary);
  const QString tagged =
      tag.isEmpty() ? QString()
                    : QStringLiteral(" AND EXISTS (SELECT 1 FROM tags WHERE chat = c.id AND tag = ?)");
  const auto values = [&tag](QVariantList list) {
    if (!tag.isEmpty()) list.append(tag);
    return list;
  };
  const auto select = [this, &columns, &tagged](const QString& more, const QString& rest) {
    return Statement(sql_, (columns + more + tagged + rest).toUtf8().constData());
  };
  if (query.isEmpty()) {
    Statement rows = select(QStringLiteral(" FROM chats c WHERE c.removed = 0"),
                            QStringLiteral(" ORDER BY c.pinned DESC, c.updated DESC"));
    if (!rows.run(values({}))) return rows.error();
    while (rows.next()) out.push_back(summary_of(rows));
    return out;
  }
  // Trigrams find parts of words in any script, from three characters on; shorter words are compared row by
  // row.
  const bool indexed = query.size() >= 3;
  Statement rows = select(
      indexed
          ? QStringLiteral(", max(m.text), m.id FROM found f JOIN messages m ON m.id = f.rowid JOIN chats c "
                           "ON c.id = m.chat WHERE f.text MATCH ? AND m.removed = 0 AND c.removed = 0")
          : QStringLiteral(", max(m.text), m.id FROM messages m JOIN chats c ON c.id = m.chat WHERE m.text "
                           "LIKE ? ESCAPE '\\' AND m.removed = 0 AND c.removed = 0"),
      QStringLiteral(" GROUP BY c.id ORDER BY c.pinned DESC, c.updated DESC LIMIT 500"));
  QString quoted = query;
  quoted.replace(u'"', QStringLiteral("\"\""));
  if (!rows.run(values({indexed ? u'"' + quoted + u'"' : like_pattern(query)}))) return rows.error();
  std::set<ChatId> seen;
  while (rows.next()) {
    out.push_back(summary_of(rows));
    out.back().hit = part_around(rows.value(kSummaryColumns).toString(), query);
    out.back().hit_message = rows.value(kSummaryColumns + 1).toLongLong();
    seen.insert(out.back().id);
  }
  Statement titles = select(
      QStringLiteral(" FROM chats c WHERE c.removed = 0 AND (c.title LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 "
                     "FROM tags WHERE chat = c.id AND tag LIKE ? ESCAPE '\\'))"),
      QStringLiteral(" ORDER BY c.pinned DESC, c.updated DESC LIMIT 500"));
  if (!titles.run(values({like_pattern(query), like_pattern(query)}))) return titles.error();
  std::vector<ChatSummary> by_title;
  while (titles.next()) {
    if (seen.count(titles.value(0).toLongLong()) == 0) by_title.push_back(summary_of(titles));
  }
  out.insert(out.begin(), by_title.begin(), by_title.end());
  return out;
}

Result<QStringList> Database::tags() {
  Statement rows(
      sql_,
      "SELECT DISTINCT tag FROM tags WHERE chat IN (SELECT id FROM chats WHERE removed = 0) ORDER BY tag");
  if (!rows.run()) return rows.error();
  QStringList out;
  while (rows.next()) out.append(rows.value(0).toString());
  return out;
}

}  // namespace fovea::ui
