#include "ui/chat/json_table.h"

#include "ui/regions.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QStringView>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

/// The JSON inside a fence, or the text itself; nothing if the fence isn't all there is.
QStringView inside_fence(QStringView text) {
  text = text.trimmed();
  if (!text.startsWith(QLatin1String("```"))) return text;
  const qsizetype line = text.indexOf(u'\n');
  if (line < 0 || !text.endsWith(QLatin1String("```"))) return {};
  const QStringView name = text.mid(3, line - 3).trimmed();
  if (!name.isEmpty() && name.compare(QLatin1String("json"), Qt::CaseInsensitive) != 0) return {};
  return text.mid(line + 1, text.size() - line - 4).trimmed();
}

/// Steps through JSON that Qt's parser found valid. Qt's own values would sort an object's fields by name and
/// round its numbers.
class JsonCursor {
 public:
  explicit JsonCursor(QStringView json) : json_(json) {}

  /// Whether `mark` stands next; it is passed then.
  bool pass(QChar mark) {
    skip_space();
    if (at_ >= json_.size() || json_[at_] != mark) return false;
    ++at_;
    return true;
  }

  /// The next value as it is written.
  QStringView value() {
    skip_space();
    const qsizetype from = at_;
    qsizetype depth = 0;
    for (; at_ < json_.size(); ++at_) {
      const QChar c = json_[at_];
      if (c == u'"') {
        for (++at_; at_ < json_.size() && json_[at_] != u'"'; ++at_)
          if (json_[at_] == u'\\') ++at_;
      } else if (c == u'{' || c == u'[') {
        ++depth;
      } else if (c == u'}' || c == u']') {
        if (depth-- == 0) break;
      } else if (depth == 0 && (c == u',' || c == u':')) {
        break;
      }
    }
    return json_.mid(from, at_ - from).trimmed();
  }

 private:
  void skip_space() {
    while (at_ < json_.size() && json_[at_].isSpace()) ++at_;
  }

  QStringView json_;
  qsizetype at_ = 0;
};

QString decoded(QStringView text) {
  const QByteArray array = '[' + text.toUtf8() + ']';
  return QJsonDocument::fromJson(array).array().first().toString();
}

QString compact(QStringView json) {
  QString out;
  bool in_string = false;
  for (qsizetype i = 0; i < json.size(); ++i) {
    const QChar c = json[i];
    if (in_string && c == u'\\' && i + 1 < json.size()) {
      out += c;
      out += json[++i];
      continue;
    }
    if (c == u'"') in_string = !in_string;
    if (in_string || !c.isSpace()) out += c;
  }
  return out;
}

QString cell(QStringView value) {
  if (value == QLatin1String("null")) return {};
  if (value.startsWith(u'"')) return decoded(value);
  return value.startsWith(u'{') || value.startsWith(u'[') ? compact(value) : value.toString();
}

using Fields = std::vector<std::pair<QString, QString>>;

Fields fields_of(JsonCursor& json) {
  Fields fields;
  if (!json.pass(u'{')) return fields;
  while (!json.pass(u'}')) {
    QString name = decoded(json.value());
    json.pass(u':');
    fields.emplace_back(std::move(name), cell(json.value()));
    json.pass(u',');
  }
  return fields;
}

std::optional<JsonTable> table_of(const std::vector<Fields>& objects) {
  JsonTable table;
  QHash<QString, qsizetype> place;
  for (const Fields& object : objects) {
    for (const auto& [name, value] : object) {
      if (place.contains(name)) continue;
      place.insert(name, table.columns.size());
      table.columns.append(name);
      if (table.columns.size() > kMostTableColumns) return std::nullopt;
    }
  }
  if (table.columns.isEmpty() || table.columns.size() * qsizetype(objects.size()) > kMostTableCells)
    return std::nullopt;
  for (const Fields& object : objects) {
    QStringList cells(table.columns.size());
    for (const auto& [name, value] : object) cells[place[name]] = value;
    table.rows.push_back(std::move(cells));
  }
  return table;
}

QString csv_cell(QString text) {
  if (std::none_of(text.cbegin(), text.cend(),
                   [](QChar c) { return c == u',' || c == u'"' || c == u'\n' || c == u'\r'; }))
    return text;
  return u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

QString csv_line(const QStringList& cells) {
  QStringList out;
  for (const QString& text : cells) out.append(csv_cell(text));
  return out.join(u',') + u'\n';
}

}  // namespace

std::optional<JsonTable> read_json_table(const QString& answer) {
  if (answer.size() > kLongestTableText) return std::nullopt;
  const QString plain = without_box_marks(answer);
  const QStringView json = inside_fence(plain);
  if (!json.startsWith(u'{') && !json.startsWith(u'[')) return std::nullopt;
  QJsonParseError fault;
  const QJsonDocument valid = QJsonDocument::fromJson(json.toUtf8(), &fault);
  if (fault.error != QJsonParseError::NoError) return std::nullopt;
  JsonCursor cursor(json);
  if (valid.isObject()) {
    JsonTable table;
    for (const auto& [name, value] : fields_of(cursor)) table.rows.push_back({name, value});
    return table.rows.empty() ? std::nullopt : std::optional(std::move(table));
  }
  const QJsonArray array = valid.array();
  if (array.isEmpty() ||
      !std::all_of(array.begin(), array.end(), [](const QJsonValue& value) { return value.isObject(); }))
    return std::nullopt;
  std::vector<Fields> objects;
  cursor.pass(u'[');
  while (!cursor.pass(u']')) {
    objects.push_back(fields_of(cursor));
    cursor.pass(u',');
  }
  return table_of(objects);
}

QString table_as_csv(const JsonTable& table, const QString& name, const QString& value) {
  QString out = csv_line(table.one_object() ? QStringList{name, value} : table.columns);
  for (const QStringList& cells : table.rows) out += csv_line(cells);
  return out;
}

}  // namespace fovea::ui
