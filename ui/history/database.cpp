#include "ui/history/database.h"

#include "ui/history/chat_json.h"
#include "ui/history/statement.h"
#include "ui/words.h"

#include <QBuffer>
#include <QDateTime>
#include <QJsonDocument>

namespace fovea::ui {
namespace {

QString compact(const QJsonObject& json) {
  return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}
QString compact(const QJsonArray& json) {
  return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}
QJsonDocument parsed(const QVariant& text) {
  return QJsonDocument::fromJson(text.toByteArray());
}

QByteArray as_jpeg(const QImage& image) {
  QByteArray out;
  if (image.isNull()) return out;
  QBuffer buffer(&out);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "JPG", 85);
  return out;
}

ChatSummary summary_of(const Statement& row) {
  return {row.value(0).toLongLong(),
          row.value(1).toString(),
          row.value(2).toBool(),
          row.value(3).toLongLong(),
          {}};
}

/// A part of a text around what was looked for, on one line.
QString part_around(const QString& text, const QString& query) {
  const qsizetype at = std::max<qsizetype>(0, text.indexOf(query, 0, Qt::CaseInsensitive));
  const qsizetype from = std::max<qsizetype>(0, at - 24);
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

Result<std::vector<ChatSummary>> Database::list(const QString& asked) {
  const QString query = asked.simplified();
  std::vector<ChatSummary> out;
  if (query.isEmpty()) {
    Statement rows(
        sql_,
        "SELECT id, title, pinned, updated FROM chats WHERE removed = 0 ORDER BY pinned DESC, updated DESC");
    if (!rows.run()) return rows.error();
    while (rows.next()) out.push_back(summary_of(rows));
    return out;
  }
  // Trigrams find parts of words in any script, from three characters on; shorter words are compared row by
  // row.
  const bool indexed = query.size() >= 3;
  Statement rows(
      sql_, indexed ? "SELECT c.id, c.title, c.pinned, c.updated, max(m.text) FROM found f "
                      "JOIN messages m ON m.id = f.rowid JOIN chats c ON c.id = m.chat "
                      "WHERE f.text MATCH ? AND m.removed = 0 AND c.removed = 0 "
                      "GROUP BY c.id ORDER BY c.pinned DESC, c.updated DESC LIMIT 500"
                    : "SELECT c.id, c.title, c.pinned, c.updated, max(m.text) FROM messages m "
                      "JOIN chats c ON c.id = m.chat WHERE m.text LIKE ? ESCAPE '\\' AND m.removed = 0 "
                      "AND c.removed = 0 GROUP BY c.id ORDER BY c.pinned DESC, c.updated DESC LIMIT 500");
  QString quoted = query;
  quoted.replace(u'"', QStringLiteral("\"\""));
  if (!rows.run({indexed ? u'"' + quoted + u'"' : like_pattern(query)})) return rows.error();
  std::set<ChatId> seen;
  while (rows.next()) {
    out.push_back(summary_of(rows));
    out.back().hit = part_around(rows.value(4).toString(), query);
    seen.insert(out.back().id);
  }
  Statement titles(
      sql_,
      "SELECT id, title, pinned, updated FROM chats WHERE removed = 0 AND title LIKE ? ESCAPE '\\' "
      "ORDER BY pinned DESC, updated DESC LIMIT 500");
  if (!titles.run({like_pattern(query)})) return titles.error();
  std::vector<ChatSummary> by_title;
  while (titles.next()) {
    if (seen.count(titles.value(0).toLongLong()) == 0) by_title.push_back(summary_of(titles));
  }
  out.insert(out.begin(), by_title.begin(), by_title.end());
  return out;
}

Result<Chat> Database::read(ChatId id) {
  Statement chats(
      sql_, "SELECT id, title, pinned, updated, options, draft FROM chats WHERE id = ? AND removed = 0");
  if (!chats.run({id})) return chats.error();
  if (!chats.next())
    return Error{ErrorCode::kNotFound, tr("This chat is not there any more.").toStdString(), {}, {}};
  Chat chat;
  chat.summary = summary_of(chats);
  chat.options = options_from_json(parsed(chats.value(4)).object());
  chat.draft = chats.value(5).toString();
  chat.draft_attachments = read_attachments(QStringLiteral("draft"), id);
  Statement rows(sql_,
                 "SELECT id, role, text, reasoning, state, problem, figures, vision, model FROM messages "
                 "WHERE chat = ? AND removed = 0 ORDER BY id");
  if (!rows.run({id})) return rows.error();
  while (rows.next()) {
    ChatMessage m;
    m.id = rows.value(0).toLongLong();
    m.role = role_from_name(rows.value(1).toString());
    m.text = rows.value(2).toString();
    m.reasoning = rows.value(3).toString();
    m.state = state_from_name(rows.value(4).toString());
    m.problem = rows.value(5).toString();
    if (const QJsonObject figures = parsed(rows.value(6)).object(); !figures.isEmpty())
      m.figures = figures_from_json(figures);
    m.vision = vision_from_json(parsed(rows.value(7)).array());
    m.model = rows.value(8).toString();
    if (m.role == Role::kUser) m.attachments = read_attachments(QStringLiteral("message"), m.id);
    chat.messages.push_back(std::move(m));
  }
  return chat;
}

Result<void> Database::save_chat(const ChatSummary& s, const ChatOptions& options) {
  Statement save(
      sql_,
      "INSERT INTO chats(id, title, pinned, updated, options) VALUES(?, ?, ?, ?, ?) ON CONFLICT(id) DO "
      "UPDATE SET title = excluded.title, updated = excluded.updated, "
      "options = excluded.options");
  return save.done({s.id, s.title, s.pinned, s.updated, compact(to_json(options))});
}

Result<void> Database::save_draft(ChatId chat, const QString& text,
                                  const std::vector<Attachment>& attachments) {
  Transaction all(sql_);
  Statement save(sql_, "UPDATE chats SET draft = ? WHERE id = ?");
  if (Result<void> done = save.done({text, chat}); !done) return done;
  if (Result<void> done = save_attachments(QStringLiteral("draft"), chat, attachments); !done) return done;
  return all.commit();
}

Result<void> Database::save_message(ChatId chat, const ChatMessage& m) {
  Transaction all(sql_);
  Statement save(
      sql_,
      "INSERT INTO messages(id, chat, role, text, reasoning, state, problem, figures, vision, model) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET text = excluded.text, "
      "reasoning = excluded.reasoning, state = excluded.state, problem = excluded.problem, "
      "figures = excluded.figures, vision = excluded.vision, model = excluded.model");
  if (Result<void> done = save.done({m.id, chat, role_name(m.role), m.text, m.reasoning, state_name(m.state),
                                     m.problem, m.figures ? compact(to_json(*m.figures)) : QString(),
                                     compact(to_json(m.vision)), m.model});
      !done) {
    return done;
  }
  if (m.role == Role::kUser) {
    if (Result<void> done = save_attachments(QStringLiteral("message"), m.id, m.attachments); !done)
      return done;
  }
  return all.commit();
}

Result<void> Database::set_title(ChatId chat, const QString& title) {
  return Statement(sql_, "UPDATE chats SET title = ? WHERE id = ?").done({title, chat});
}

Result<void> Database::set_pinned(ChatId chat, bool pinned) {
  return Statement(sql_, "UPDATE chats SET pinned = ? WHERE id = ?").done({pinned, chat});
}

Result<void> Database::set_chat_removed(ChatId chat, bool removed) {
  return Statement(sql_, "UPDATE chats SET removed = ? WHERE id = ?").done({removed, chat});
}

Result<void> Database::set_messages_removed(const std::vector<MessageId>& messages, bool removed) {
  Transaction all(sql_);
  for (const MessageId id : messages) {
    if (Result<void> done =
            Statement(sql_, "UPDATE messages SET removed = ? WHERE id = ?").done({removed, id});
        !done)
      return done;
  }
  return all.commit();
}

Result<void> Database::save_attachments(const QString& owner, qint64 id,
                                        const std::vector<Attachment>& attachments) {
  if (Result<void> done =
          Statement(sql_, "DELETE FROM attachments WHERE owner = ? AND owner_id = ?").done({owner, id});
      !done) {
    return done;
  }
  int place = 0;
  for (const Attachment& a : attachments) {
    if (!a.usable()) continue;
    if (a.bytes) {
      if (Result<void> kept = pictures_.keep(a.hash, *a.bytes); !kept) return kept;
    }
    Statement save(
        sql_,
        "INSERT INTO attachments(owner, owner_id, place, clip, name, path, hash, width, height, note, "
        "thumbnail) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (Result<void> done =
            save.done({owner, id, place++, a.clip, a.name, a.path, QString::fromLatin1(a.hash),
                       a.size.width(), a.size.height(), a.note, as_jpeg(a.thumbnail)});
        !done) {
      return done;
    }
  }
  return {};
}

std::vector<Attachment> Database::read_attachments(const QString& owner, qint64 id) {
  std::vector<Attachment> out;
  Statement rows(
      sql_,
      "SELECT clip, name, path, hash, width, height, note, thumbnail FROM attachments WHERE owner = ? AND "
      "owner_id = ? ORDER BY place");
  if (!rows.run({owner, id})) return out;
  while (rows.next()) {
    Attachment a;
    a.clip = rows.value(0).toBool();
    a.name = rows.value(1).toString();
    a.path = rows.value(2).toString();
    a.hash = rows.value(3).toByteArray();
    a.size = QSize(rows.value(4).toInt(), rows.value(5).toInt());
    a.note = rows.value(6).toString();
    a.thumbnail = QImage::fromData(rows.value(7).toByteArray());
    out.push_back(std::move(a));
  }
  return out;
}

}  // namespace fovea::ui
