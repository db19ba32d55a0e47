#include "ui/history/database.h"

#include "ui/history/chat_json.h"
#include "ui/history/chat_rows.h"
#include "ui/history/statement.h"
#include "ui/message_tree.h"
#include "ui/words.h"

#include <QBuffer>
#include <QDateTime>
#include <QJsonDocument>
#include <unordered_set>

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

/// Links messages in the order of their numbers. One whose parent is unwritten, or lost with a damaged file,
/// follows the message before it.
MessageTree linked(std::vector<ChatMessage>& messages) {
  std::unordered_set<MessageId> known = {0};
  for (const ChatMessage& m : messages) known.insert(m.id);
  MessageTree tree;
  MessageId before = 0;
  for (ChatMessage& m : messages) {
    if (known.count(m.parent) == 0) m.parent = before;
    tree.add(m.id, m.parent);
    before = m.id;
  }
  return tree;
}

}  // namespace

Result<Chat> Database::read(ChatId id, MessageId message) {
  Statement chats(sql_, (QStringLiteral("SELECT ") + QLatin1String(kSummary) +
                         QStringLiteral(", options, draft, shown FROM chats c WHERE id = ? AND removed = 0"))
                            .toUtf8()
                            .constData());
  if (!chats.run({id})) return chats.error();
  if (!chats.next())
    return Error{ErrorCode::kNotFound, tr("This chat is not there any more.").toStdString(), {}, {}};
  Chat chat;
  chat.summary = summary_of(chats);
  chat.options = options_from_json(parsed(chats.value(kSummaryColumns)).object());
  chat.draft = chats.value(kSummaryColumns + 1).toString();
  chat.draft_attachments = read_attachments(QStringLiteral("draft"), id);
  Statement rows(sql_,
                 "SELECT id, role, text, reasoning, state, problem, figures, vision, model, parent "
                 "FROM messages WHERE chat = ? AND removed = 0 ORDER BY id");
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
    m.parent = rows.value(9).toLongLong();
    if (m.role == Role::kUser) m.attachments = read_attachments(QStringLiteral("message"), m.id);
    chat.messages.push_back(std::move(m));
  }
  const MessageTree tree = linked(chat.messages);
  const MessageId through =
      tree.versions(message).empty() ? chats.value(kSummaryColumns + 2).toLongLong() : message;
  // A kill may have come between a message and the note that it is shown: it is what the branch goes on with.
  show_branch(tree, tree.newest_end(tree.versions(through).empty() ? 0 : through), chat.messages, chat.aside);
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
  const bool something = !text.trimmed().isEmpty() || !attachments.empty();
  Statement save(sql_, something ? "UPDATE chats SET draft = ?, updated = max(updated, ?) WHERE id = ?"
                                 : "UPDATE chats SET draft = ? WHERE id = ?");
  QVariantList values{text};
  if (something) values.append(QDateTime::currentMSecsSinceEpoch());
  values.append(chat);
  if (Result<void> done = save.done(values); !done) return done;
  if (Result<void> done = save_attachments(QStringLiteral("draft"), chat, attachments); !done) return done;
  return all.commit();
}

Result<ChatId> Database::left_draft() {
  Statement row(sql_,
                "SELECT id, draft <> '' OR EXISTS (SELECT 1 FROM attachments WHERE owner = 'draft' AND "
                "owner_id = c.id) FROM chats c WHERE removed = 0 ORDER BY updated DESC, id DESC LIMIT 1");
  if (!row.run()) return row.error();
  return row.next() && row.value(1).toBool() ? row.value(0).toLongLong() : ChatId{0};
}

Result<void> Database::save_message(ChatId chat, const ChatMessage& m) {
  Transaction all(sql_);
  Statement save(
      sql_,
      "INSERT INTO messages(id, chat, role, text, reasoning, state, problem, figures, vision, model, parent) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET text = excluded.text, "
      "reasoning = excluded.reasoning, state = excluded.state, problem = excluded.problem, "
      "figures = excluded.figures, vision = excluded.vision, model = excluded.model");
  if (Result<void> done = save.done({m.id, chat, role_name(m.role), m.text, m.reasoning, state_name(m.state),
                                     m.problem, m.figures ? compact(to_json(*m.figures)) : QString(),
                                     compact(to_json(m.vision)), m.model, m.parent});
      !done) {
    return done;
  }
  if (Result<void> done = set_shown(chat, m.id); !done) return done;
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

Result<void> Database::set_tag(ChatId chat, const QString& typed, bool on) {
  const QString tag = tag_of(typed);
  if (tag.isEmpty()) return {};
  return Statement(sql_, on ? "INSERT OR IGNORE INTO tags(chat, tag) VALUES(?, ?)"
                            : "DELETE FROM tags WHERE chat = ? AND tag = ?")
      .done({chat, tag});
}

Result<void> Database::set_chat_removed(ChatId chat, bool removed) {
  return Statement(sql_, "UPDATE chats SET removed = ? WHERE id = ?").done({removed, chat});
}

Result<void> Database::set_shown(ChatId chat, MessageId message) {
  return Statement(sql_, "UPDATE chats SET shown = ? WHERE id = ?").done({message, chat});
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
