#include "ui/history/chat_json_file.h"

#include "ui/attachment_loader.h"
#include "ui/history/chat_json.h"
#include "ui/history/database.h"
#include "ui/words.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <algorithm>
#include <unordered_map>

namespace fovea::ui {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr auto kFormat = "fovea-chat";
constexpr int kLatestVersion = 2;
constexpr qsizetype kHead = 4096;                 // bytes
constexpr qint64 kLargestImport = 1'000'000'000;  // bytes

QString base64_of(const Bytes& bytes) {
  return QString::fromLatin1(
      QByteArray::fromRawData(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size()))
          .toBase64());
}

QJsonObject message_as_json(Database& database, const ChatMessage& m, QJsonObject& pictures) {
  QJsonArray attachments;
  for (const Attachment& a : m.attachments) {
    const QString hash = QString::fromLatin1(a.hash);
    attachments.append(QJsonObject{{QStringLiteral("name"), a.name},
                                   {QStringLiteral("clip"), a.clip},
                                   {QStringLiteral("picture"), hash}});
    if (a.hash.isEmpty() || pictures.contains(hash)) continue;
    if (const auto bytes = database.picture(a.hash); bytes && *bytes) pictures[hash] = base64_of(**bytes);
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
  return json;
}

ChatMessage message_from_json(const QJsonObject& o, const QJsonObject& pictures,
                              const PictureDecoder& decode) {
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
    const auto bytes = std::make_shared<Bytes>(data.begin(), data.end());
    const QString name = a[QLatin1String("name")].toString();
    Attachment attachment = decode ? read_picture(decode, bytes, name) : Attachment();
    attachment.problem.clear();  // it was asked about: that it can't be read now changes nothing there
    attachment.name = name;
    attachment.hash = QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex();
    attachment.bytes = bytes;
    m.attachments.push_back(std::move(attachment));
  }
  return m;
}

/// The whole file, if it is of a version that is known.
Result<QJsonObject> chat_object(const QString& path) {
  const QString name = QFileInfo(path).fileName();
  const auto refused = [](const QString& why, const QString& remedy) {
    return Error{ErrorCode::kInvalidArgument, why.toStdString(), remedy.toStdString(), {}};
  };
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly))
    return refused(tr("%1 may not be read.").arg(name), tr("Check its permissions."));
  const Error other =
      refused(tr("%1 is not a chat that Fovea exported.").arg(name), tr("Choose a JSON file from Export."));
  if (file.size() > kLargestImport) return other;
  QJsonParseError fault;
  const QByteArray text = file.readAll();
  const QJsonObject json = QJsonDocument::fromJson(text, &fault).object();
  // Its beginning tells an export that lost its end from what never was one.
  if (fault.error != QJsonParseError::NoError && text.left(kHead).contains(kFormat))
    return refused(tr("%1 is damaged: what was exported is not whole.").arg(name),
                   tr("Copy it again, or export the chat again."));
  if (json[QLatin1String("format")].toString() != QLatin1String(kFormat)) return other;
  const int version = json[QLatin1String("version")].toInt();
  if (version > kLatestVersion)
    return refused(tr("%1 was exported by a later version of Fovea.").arg(name), tr("Update this one."));
  if (version < 1) return other;
  return json;
}

}  // namespace

QByteArray chat_as_json(Database& database, const Chat& chat) {
  std::vector<const ChatMessage*> all;
  for (const auto* part : {&chat.messages, &chat.aside}) {
    for (const ChatMessage& m : *part) all.push_back(&m);
  }
  const bool branches = !chat.aside.empty();
  if (branches) std::ranges::sort(all, {}, &ChatMessage::id);
  std::unordered_map<MessageId, int> numbers;
  for (const ChatMessage* m : all) numbers.emplace(m->id, int(numbers.size()) + 1);
  const auto number_of = [&numbers](MessageId id) {
    const auto found = numbers.find(id);
    return found == numbers.end() ? 0 : found->second;
  };
  QJsonArray messages;
  QJsonObject pictures;
  for (const ChatMessage* m : all) {
    QJsonObject json = message_as_json(database, *m, pictures);
    if (branches) {
      json[QStringLiteral("id")] = number_of(m->id);
      json[QStringLiteral("parent")] = number_of(m->parent);
    }
    messages.append(json);
  }
  QJsonObject file{{QStringLiteral("format"), QLatin1String(kFormat)},
                   {QStringLiteral("version"), branches ? 2 : 1},
                   {QStringLiteral("title"), chat.summary.title},
                   {QStringLiteral("updated"), double(chat.summary.updated)},
                   {QStringLiteral("options"), to_json(chat.options)},
                   {QStringLiteral("messages"), messages},
                   {QStringLiteral("pictures"), pictures}};
  if (!chat.summary.tags.isEmpty())
    file[QStringLiteral("tags")] = QJsonArray::fromStringList(chat.summary.tags);
  if (branches && !chat.messages.empty()) file[QStringLiteral("shown")] = number_of(chat.messages.back().id);
  return QJsonDocument(file).toJson();
}

Result<ChatId> read_chat_file(Database& database, const QString& path, const PictureDecoder& decode) {
  const Result<QJsonObject> read = chat_object(path);
  if (!read) return read.error();
  const QJsonObject& json = *read;
  const int version = json[QLatin1String("version")].toInt();
  const QJsonObject pictures = json[QLatin1String("pictures")].toObject();
  ChatSummary summary;
  summary.id = new_id();
  summary.title = json[QLatin1String("title")].toString();
  summary.updated = QDateTime::currentMSecsSinceEpoch();
  if (Result<void> saved =
          database.save_chat(summary, options_from_json(json[QLatin1String("options")].toObject()));
      !saved)
    return saved.error();
  for (const QJsonValue tag : json[QLatin1String("tags")].toArray()) {
    if (Result<void> saved = database.set_tag(summary.id, tag.toString(), true); !saved) return saved.error();
  }
  // A message follows one that stands before it in the file; without branches, or if it names none, the last
  // one.
  std::unordered_map<int, MessageId> ids;
  MessageId last = 0;
  for (const QJsonValue value : json[QLatin1String("messages")].toArray()) {
    const QJsonObject o = value.toObject();
    ChatMessage m = message_from_json(o, pictures, decode);
    m.parent = last;
    if (version >= 2) {
      const int parent = o[QLatin1String("parent")].toInt(-1);
      if (const auto found = ids.find(parent); found != ids.end()) m.parent = found->second;
      if (parent == 0) m.parent = 0;
      ids.emplace(o[QLatin1String("id")].toInt(), m.id);
    }
    last = m.id;
    if (Result<void> saved = database.save_message(summary.id, m); !saved) return saved.error();
  }
  if (const auto shown = ids.find(json[QLatin1String("shown")].toInt()); shown != ids.end()) {
    if (Result<void> done = database.set_shown(summary.id, shown->second); !done) return done.error();
  }
  return summary.id;
}

}  // namespace fovea::ui
