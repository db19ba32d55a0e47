#include "ui/regions.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <algorithm>
#include <optional>

namespace fovea::ui {
namespace {

constexpr double kScale = 1000.0;
constexpr qsizetype kLongestObject = 4000;  // characters around a box in which its object is looked for

std::optional<Region> region_of(const std::vector<double>& n) {
  if (n.size() != 4 && n.size() != 2) return std::nullopt;
  if (std::any_of(n.begin(), n.end(), [](double v) { return !(v >= 0.0 && v <= kScale); }))
    return std::nullopt;
  Region region;
  region.point = n.size() == 2;
  region.box.setTopLeft(QPointF(n[0], n[1]) / kScale);
  if (region.point) return region;
  if (!(n[2] > n[0] && n[3] > n[1])) return std::nullopt;
  region.box.setBottomRight(QPointF(n[2], n[3]) / kScale);
  return region;
}

std::vector<double> numbers_in(QStringView list) {
  std::vector<double> out;
  for (const QStringView part : list.split(u',')) {
    bool ok = false;
    const double value = part.trimmed().toDouble(&ok);
    if (!ok || out.size() == 4) return {};
    out.push_back(value);
  }
  return out;
}

/// The label in the JSON object around [begin, end), by its braces; and that object's extent.
QString label_around(const QString& text, qsizetype& begin, qsizetype& end) {
  const qsizetype from = text.lastIndexOf(u'{', begin);
  const qsizetype to = text.indexOf(u'}', end);
  if (from < 0 || to < 0 || begin - from > kLongestObject || to - end > kLongestObject) return {};
  const QString object = text.mid(from, to - from + 1);
  begin = from;
  end = to + 1;
  static const QRegularExpression label(
      QStringLiteral(R"re("(?:label|text_content|text)"\s*:\s*("(?:[^"\\]|\\.)*"))re"));
  const QRegularExpressionMatch found = label.match(object);
  if (!found.hasMatch()) return {};
  const QJsonArray decoded = QJsonDocument::fromJson(("[" + found.captured(1) + "]").toUtf8()).array();
  return decoded.isEmpty() ? QString() : decoded.first().toString();
}

void find_json(const QString& answer, std::vector<Region>& regions) {
  static const QRegularExpression box(
      QStringLiteral(R"re("(?:bbox_2d|point_2d|bbox)"\s*:\s*\[([^\[\]]{1,120})\])re"));
  for (auto it = box.globalMatch(answer); it.hasNext();) {
    const QRegularExpressionMatch match = it.next();
    std::optional<Region> region = region_of(numbers_in(match.capturedView(1)));
    if (!region) continue;
    region->text_begin = match.capturedStart();
    region->text_end = match.capturedEnd();
    region->label = label_around(answer, region->text_begin, region->text_end);
    regions.push_back(std::move(*region));
  }
}

void find_box_marks(const QString& answer, std::vector<Region>& regions) {
  static const QRegularExpression marks(
      QStringLiteral(R"re(<\|begin_of_box\|>(.{0,4000}?)<\|end_of_box\|>)re"),
      QRegularExpression::DotMatchesEverythingOption);
  static const QRegularExpression list(QStringLiteral(R"re(\[([^\[\]]{1,120})\])re"));
  for (auto it = marks.globalMatch(answer); it.hasNext();) {
    const QRegularExpressionMatch match = it.next();
    if (match.capturedView(1).contains(u'{')) continue;  // JSON inside: found by its keys
    // What stands before the mark on its line names it.
    const qsizetype line = answer.lastIndexOf(u'\n', match.capturedStart()) + 1;
    QString label =
        answer.mid(line, match.capturedStart() - line).section(QStringLiteral("<|end_of_box|>"), -1);
    label.remove(QRegularExpression(QStringLiteral("^[\\s\\-*\\d.,;:]+|[\\s:,]+$")));
    for (auto inner = list.globalMatch(match.captured(1)); inner.hasNext();) {
      std::optional<Region> region = region_of(numbers_in(inner.next().capturedView(1)));
      if (!region) continue;
      region->text_begin = match.capturedStart();
      region->text_end = match.capturedEnd();
      region->label = label.size() <= 60 ? label : QString();
      regions.push_back(std::move(*region));
    }
  }
}

}  // namespace

std::vector<Region> find_regions(const QString& answer) {
  std::vector<Region> regions;
  find_json(answer, regions);
  find_box_marks(answer, regions);
  std::stable_sort(regions.begin(), regions.end(),
                   [](const Region& a, const Region& b) { return a.text_begin < b.text_begin; });
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
