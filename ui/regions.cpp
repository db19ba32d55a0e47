#include "ui/regions.h"

#include "core/api/answer_regions.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <string>
#include <string_view>
#include <utility>

namespace fovea::ui {
namespace {

/// Characters of UTF-16 in UTF-8.
qsizetype characters_in(std::string_view utf8) {
  qsizetype count = 0;
  for (const char byte : utf8) {
    const auto bits = static_cast<unsigned char>(byte);
    if ((bits & 0xC0U) != 0x80U) count += bits >= 0xF0U ? 2 : 1;
  }
  return count;
}

}  // namespace

std::vector<Region> find_regions(const QString& answer) {
  const std::string utf8 = answer.toStdString();
  const std::string_view text = utf8;
  std::vector<Region> regions;
  std::size_t counted = 0;  // bytes, and the characters in them
  qsizetype characters = 0;
  for (const AnswerRegion& found : find_answer_regions(text).regions) {
    Region region;
    region.box = QRectF(QPointF(found.left, found.top), QPointF(found.right, found.bottom));
    region.point = found.point;
    region.label = QString::fromStdString(found.label);
    characters += characters_in(text.substr(counted, found.text_begin - counted));
    counted = found.text_begin;
    region.text_begin = characters;
    region.text_end =
        characters + characters_in(text.substr(found.text_begin, found.text_end - found.text_begin));
    regions.push_back(std::move(region));
  }
  return regions;
}

QString without_box_marks(const QString& answer) {
  QString out = answer;
  out.remove(QStringLiteral("<|begin_of_box|>"));
  out.remove(QStringLiteral("<|end_of_box|>"));
  return out;
}

QString regions_as_json(const std::vector<Region>& regions, int width, int height) {
  QJsonArray list;
  for (const Region& r : regions) {
    QJsonArray at = {qRound(r.box.left() * width), qRound(r.box.top() * height)};
    if (!r.point) {
      at.append(qRound(r.box.right() * width));
      at.append(qRound(r.box.bottom() * height));
    }
    list.append(QJsonObject{{QStringLiteral("label"), r.label},
                            {r.point ? QStringLiteral("point") : QStringLiteral("box"), at}});
  }
  return QString::fromUtf8(QJsonDocument(list).toJson());
}

QString regions_as_csv(const std::vector<Region>& regions, int width, int height) {
  QString out = QStringLiteral("label,left,top,right,bottom\n");
  for (const Region& r : regions) {
    QString label = r.label;
    label.replace(u'"', QStringLiteral("\"\""));
    out += QStringLiteral("\"%1\",%2,%3,")
               .arg(label)
               .arg(qRound(r.box.left() * width))
               .arg(qRound(r.box.top() * height));
    out += r.point ? QStringLiteral(",\n")
                   : QStringLiteral("%1,%2\n")
                         .arg(qRound(r.box.right() * width))
                         .arg(qRound(r.box.bottom() * height));
  }
  return out;
}

}  // namespace fovea::ui
