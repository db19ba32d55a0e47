#include "ui/history/chat_export.h"

#include "ui/history/chat_json.h"
#include "ui/history/chat_pdf.h"
#include "ui/history/database.h"
#include "ui/markdown_document.h"
#include "ui/words.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSaveFile>
#include <QTextDocument>

namespace fovea::ui {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr auto kFormat = "fovea-chat";
constexpr qint64 kLargestImport = 1'000'000'000;  // bytes

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

QByteArray as_json(Database& database, const Chat& chat) {
  QJsonArray messages;
  QJsonObject pictures;
  for (const ChatMessage& m : chat.messages) {
    QJsonArray attachments;
    for (const Attachment& a : m.attachments) {
      const QString hash = QString::fromLatin1(a.hash);
      attachments.append(QJsonObject{{QStringLiteral("name"), a.name},
                                     {QStringLiteral("clip"), a.clip},
                                     {QStringLiteral("picture"), hash}});
      if (a.hash.isEmpty() || pictures.contains(hash)) continue;
      if (const auto bytes = database.picture(a.hash))
        pictures[hash] = QString::fromLatin1(bytes_of(*bytes).toBase64());
    }
    QJsonObject json{{QStringLiteral("role"), role_name(m.role)},
                     {QStringLiteral("text"), m.text},
                     {QStringLiteral("state"), state_name(m.state)}};
    if (!m.reasoning.isEmpty()) json[QStringLiteral("reasoning")] = m.reasoning;
    if (!m.problem.isEmpty()) json[QStringLiteral("problem")] = m.problem;
    if (!m.model.isEmpty()) json[QStringLiteral("model")] = m.model;
    if (m.figures) json[QStringLiteral("figures")] = to_json(*m.figures);
    if (!m.vision.empty()) json[QStringLiteral("vision")] = to_json(m.vision);
    if (!attachments.isEmpty()) json[QStringLiteral("attachments")] = attachments;
    messages.append(json);
  }
  return QJsonDocument(QJsonObject{{QStringLiteral("format"), QLatin1String(kFormat)},
                                   {QStringLiteral("version"), 1},
                                   {QStringLiteral("title"), chat.summary.title},
                                   {QStringLiteral("updated"), double(chat.summary.updated)},
                                   {QStringLiteral("options"), to_json(chat.options)},
                                   {QStringLiteral("messages"), messages},
                                   {QStringLiteral("pictures"), pictures}})
      .toJson();
}

/// Pictures go into `folder` under `folder_name`; their number keeps names apart.
Result<QByteArray> as_markdown(Database& database, const Chat& chat, const QDir& beside,
                               const QString& folder_name) {
  QString out = QStringLiteral("# %1\n").arg(chat.summary.title);
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
    if (!m.problem.isEmpty()) out += QStringLiteral("\n*%1*\n").arg(m.problem);
  }
  return out.toUtf8();
}

QByteArray as_html(Database& database, const Chat& chat) {
  const QString title = chat.summary.title.toHtmlEscaped();
  QString out =
      QStringLiteral(
          "<!doctype html><meta charset=\"utf-8\"><title>%1</title><style>body{font:15px/1.5 sans-serif;"
          "max-width:46em;margin:2em auto;padding:0 1em}h2{font-size:1em;color:#59636d}img{max-width:100%;"
          "max-height:24em;border-radius:6px}pre{background:#eff2f3;padding:.7em;border-radius:6px;"
          "overflow:auto}</style><h1>%1</h1>\n")
          .arg(title);
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
    QTextDocument text;
    set_markdown(text, m.text);
    const QString html = text.toHtml();
    const qsizetype from = html.indexOf(u'>', html.indexOf(QStringLiteral("<body"))) + 1;
    // A picture that an answer names would be fetched when the file is opened.
    static const QRegularExpression pictures(QStringLiteral("<img [^>]*>"));
    out += html.mid(from, html.indexOf(QStringLiteral("</body>")) - from).remove(pictures);
    if (!m.problem.isEmpty()) out += QStringLiteral("<p><em>%1</em></p>\n").arg(m.problem.toHtmlEscaped());
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
  if (format == ExportFormat::kJson) return save(file, as_json(database, *chat));
  if (format == ExportFormat::kHtml) return save(file, as_html(database, *chat));
  if (format == ExportFormat::kPdf) return save(file, chat_as_pdf(database, *chat, decode));
  const QFileInfo info(file);
  Result<QByteArray> text =
      as_markdown(database, *chat, info.dir(), info.completeBaseName() + QStringLiteral("-pictures"));
  if (!text) return text.error();
  return save(file, *text);
}

Result<ChatId> read_chat_file(Database& database, const QString& path) {
  const Error other{ErrorCode::kInvalidArgument,
                    tr("%1 is not a chat that Fovea exported.").arg(QFileInfo(path).fileName()).toStdString(),
                    tr("Choose a JSON file from Export.").toStdString(),
                    {}};
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestImport) return other;
  const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
  if (json[QLatin1String("format")].toString() != QLatin1String(kFormat) ||
      json[QLatin1String("version")].toInt() != 1)
    return other;
  const QJsonObject pictures = json[QLatin1String("pictures")].toObject();
  const ChatSummary summary{
      new_id(), json[QLatin1String("title")].toString(), false, QDateTime::currentMSecsSinceEpoch(), {}};
  if (Result<void> saved =
          database.save_chat(summary, options_from_json(json[QLatin1String("options")].toObject()));
      !saved)
    return saved.error();
  for (const QJsonValue value : json[QLatin1String("messages")].toArray()) {
    const QJsonObject o = value.toObject();
    ChatMessage m;
    m.id = new_id();
    m.role = role_from_name(o[QLatin1String("role")].toString());
    m.text = o[QLatin1String("text")].toString();
    m.reasoning = o[QLatin1String("reasoning")].toString();
    m.problem = o[QLatin1String("problem")].toString();
    m.model = o[QLatin1String("model")].toString();
    m.state = state_from_name(o[QLatin1String("state")].toString());
    if (m.state == MessageState::kRunning) m.state = MessageState::kInterrupted;
    if (o.contains(QLatin1String("figures")))
      m.figures = figures_from_json(o[QLatin1String("figures")].toObject());
    m.vision = vision_from_json(o[QLatin1String("vision")].toArray());
    for (const QJsonValue entry : o[QLatin1String("attachments")].toArray()) {
      const QJsonObject a = entry.toObject();
      const QByteArray data =
          QByteArray::fromBase64(pictures[a[QLatin1String("picture")].toString()].toString().toLatin1());
      if (data.isEmpty()) continue;
      Attachment attachment;
      attachment.name = a[QLatin1String("name")].toString();
      attachment.hash = QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex();
      attachment.bytes = std::make_shared<Bytes>(data.begin(), data.end());
      m.attachments.push_back(std::move(attachment));
    }
    if (Result<void> saved = database.save_message(summary.id, m); !saved) return saved.error();
  }
  return summary.id;
}

}  // namespace fovea::ui
