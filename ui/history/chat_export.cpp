#include "ui/history/chat_export.h"

#include "ui/code_pieces.h"
#include "ui/core_words.h"
#include "ui/history/chat_json_file.h"
#include "ui/history/chat_pdf.h"
#include "ui/history/database.h"
#include "ui/markdown_document.h"
#include "ui/words.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSaveFile>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>

namespace fovea::ui {
namespace {

using Bytes = std::vector<std::uint8_t>;

QByteArray bytes_of(const std::shared_ptr<const Bytes>& bytes) {
  return bytes ? QByteArray(reinterpret_cast<const char*>(bytes->data()), qsizetype(bytes->size()))
               : QByteArray();
}

Result<void> save(const QString& path, const QByteArray& data) {
  QSaveFile file(path);
  if (!data.isEmpty() && file.open(QIODevice::WriteOnly) && file.write(data) == data.size() && file.commit())
    return {};
  return Error{ErrorCode::kDiskFull,
               tr("%1 could not be written.").arg(QFileInfo(path).fileName()).toStdString(),
               tr("Check the folder and the space on the disk.").toStdString(),
               {}};
}

/// "Tags: one, two"; empty without tags.
QString tags_line(const Chat& chat) {
  return chat.summary.tags.isEmpty() ? QString()
                                     : tr("Tags: %1").arg(chat.summary.tags.join(QStringLiteral(", ")));
}

/// Pictures go into `folder` under `folder_name`; their number keeps names apart.
Result<QByteArray> as_markdown(Database& database, const Chat& chat, const QDir& beside,
                               const QString& folder_name) {
  QString out = QStringLiteral("# %1\n").arg(chat.summary.title);
  if (const QString tags = tags_line(chat); !tags.isEmpty()) out += QStringLiteral("\n*%1*\n").arg(tags);
  int number = 0;
  for (const ChatMessage& m : chat.messages) {
    out += QStringLiteral("\n## %1\n\n").arg(speaker_name(m));
    for (const Attachment& a : m.attachments) {
      const auto bytes = a.clip ? Result<std::shared_ptr<const Bytes>>(std::shared_ptr<const Bytes>())
                                : database.picture(a.hash);
      if (!bytes || !*bytes) {
        out += QStringLiteral("*%1*\n\n").arg(a.name);
        continue;
      }
      QString name = QStringLiteral("%1-%2").arg(++number).arg(QFileInfo(a.name).fileName());
      name.replace(QRegularExpression(QStringLiteral("[\\s()\\[\\]<>]")), QStringLiteral("_"));
      beside.mkpath(folder_name);
      if (Result<void> saved = save(beside.filePath(folder_name + u'/' + name), bytes_of(*bytes)); !saved)
        return saved.error();
      out += QStringLiteral("![%1](%2/%3)\n\n").arg(a.name, folder_name, name);
    }
    out += m.text + u'\n';
    if (!m.problem.isEmpty()) out += QStringLiteral("\n*%1*\n").arg(core_words(m.problem));
  }
  return out.toUtf8();
}

/// An answer as a part of a page. Qt writes each line of code as a piece of its own; here they are one.
QString html_of(const QString& markdown) {
  QTextDocument text;
  set_markdown(text, markdown);
  for (QTextBlock block = text.begin(); block.isValid(); block = block.next()) {
    if (!is_code(block)) continue;
    QTextBlockFormat format = set_off_code(block);
    format.setNonBreakableLines(true);  // or Qt takes it for a paragraph
    QTextCursor(block).setBlockFormat(format);
  }
  const QString html = text.toHtml();
  const qsizetype from = html.indexOf(u'>', html.indexOf(QStringLiteral("<body"))) + 1;
  QString body = html.mid(from, html.indexOf(QStringLiteral("</body>")) - from);
  static const QRegularExpression empty_line(QStringLiteral("<br />(?=</pre>)"));
  static const QRegularExpression next_line(
      QStringLiteral("</pre>\\n<pre style=\"(?:-qt-paragraph-type:empty;)? *margin-top:0px;[^>]*>"));
  static const QRegularExpression begin(QStringLiteral("<pre [^>]*>"));
  // A browser knows better how far paragraphs stand apart.
  static const QRegularExpression apart(
      QStringLiteral("(style=\"[^\";]*;? ?)margin-top:\\d+px; margin-bottom:\\d+px; "));
  // A picture that an answer names would be fetched when the file is opened.
  static const QRegularExpression pictures(QStringLiteral("<img [^>]*>"));
  return body.remove(empty_line)
      .replace(next_line, QStringLiteral("\n"))
      .replace(begin, QStringLiteral("<pre>"))
      .replace(apart, QStringLiteral("\\1"))
      .remove(pictures);
}

QByteArray as_html(Database& database, const Chat& chat) {
  const QString title = chat.summary.title.toHtmlEscaped();
  QString out =
      QStringLiteral(
          "<!doctype html><meta charset=\"utf-8\"><title>%1</title><style>body{font:15px/1.5 sans-serif;"
          "max-width:46em;margin:2em auto;padding:0 1em}h2{font-size:1em;color:#59636d}img{max-width:100%;"
          "max-height:24em;border-radius:6px}pre{background:#eff2f3;padding:.7em;border-radius:6px;"
          "overflow:auto}table{border-collapse:collapse}td,th{border:1px solid #c9d1d6;padding:.3em .6em}td "
          "p,li p{margin:0}"
          "@media(prefers-color-scheme:dark){body{background:#1b2022;color:#e6eaec}h2{color:#9aa5ab}"
          "pre{background:#262c2f}td,th{border-color:#465056}}</style><h1>%1</h1>\n")
          .arg(title);
  if (const QString tags = tags_line(chat); !tags.isEmpty())
    out += QStringLiteral("<p><em>%1</em></p>\n").arg(tags.toHtmlEscaped());
  for (const ChatMessage& m : chat.messages) {
    out += QStringLiteral("<h2>%1</h2>\n").arg(speaker_name(m).toHtmlEscaped());
    for (const Attachment& a : m.attachments) {
      const auto bytes = a.clip ? Result<std::shared_ptr<const Bytes>>(std::shared_ptr<const Bytes>())
                                : database.picture(a.hash);
      if (bytes && *bytes) {
        out += QStringLiteral("<p><img alt=\"%1\" src=\"data:;base64,%2\"></p>\n")
                   .arg(a.name.toHtmlEscaped(), QString::fromLatin1(bytes_of(*bytes).toBase64()));
      } else {
        out += QStringLiteral("<p><em>%1</em></p>\n").arg(a.name.toHtmlEscaped());
      }
    }
    out += html_of(m.text);
    if (!m.problem.isEmpty())
      out += QStringLiteral("<p><em>%1</em></p>\n").arg(core_words(m.problem).toHtmlEscaped());
  }
  return out.toUtf8();
}

}  // namespace

QString speaker_name(const ChatMessage& message) {
  if (message.role == Role::kUser) return tr("Question");
  return message.model.isEmpty() ? tr("Answer") : tr("Answer (%1)").arg(message.model);
}

Result<void> write_chat(Database& database, ChatId id, const QString& file, ExportFormat format,
                        const PictureDecoder& decode) {
  const Result<Chat> chat = database.read(id);
  if (!chat) return chat.error();
  if (format == ExportFormat::kJson) return save(file, chat_as_json(database, *chat));
  if (format == ExportFormat::kHtml) return save(file, as_html(database, *chat));
  if (format == ExportFormat::kPdf) return save(file, chat_as_pdf(database, *chat, decode));
  const QFileInfo info(file);
  Result<QByteArray> text =
      as_markdown(database, *chat, info.dir(), info.completeBaseName() + QStringLiteral("-pictures"));
  if (!text) return text.error();
  return save(file, *text);
}

}  // namespace fovea::ui
