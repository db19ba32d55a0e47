#include "ui/sentence_table.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kDeepest = 4;
constexpr int kMostColons = 4;
constexpr qsizetype kMostSentences = 20;
constexpr qsizetype kLongest = 1000;
constexpr QStringView kSentenceEnd = u". ";
constexpr QStringView kColon = u": ";

bool is_place(QStringView text, qsizetype at) {
  return text[at] == u'%' && at + 1 < text.size() && text[at + 1] >= u'1' && text[at + 1] <= u'9';
}

QStringList pieces_of(QStringView text) {
  QStringList pieces = {QString()};
  for (qsizetype at = 0; at < text.size(); ++at) {
    if (is_place(text, at)) {
      pieces.append(QString());
      ++at;
    } else {
      pieces.back() += text[at];
    }
  }
  return pieces;
}

/// Sentences of Chinese need no space between them.
bool ends_in_chinese(const QString& text) {
  return text.endsWith(u'。') || text.endsWith(u'？') || text.endsWith(u'！');
}

/// Of a translation with "%1" … filled in at once, so that a "%1" in a file's name stays one.
QString filled(QStringView translation, const QStringList& places) {
  QString out;
  for (qsizetype at = 0; at < translation.size(); ++at) {
    const bool place = is_place(translation, at);
    const qsizetype number = place ? translation[at + 1].unicode() - u'1' : 0;
    if (place && number < places.size()) {
      out += places[number];
      ++at;
    } else {
      out += translation[at];
    }
  }
  return out;
}

}  // namespace

SentenceTable::SentenceTable(const QString& file) {
  QFile json(file);
  if (!json.open(QIODevice::ReadOnly)) return;
  const QJsonObject sentences = QJsonDocument::fromJson(json.readAll()).object();
  for (auto sentence = sentences.begin(); sentence != sentences.end(); ++sentence) {
    Template one{pieces_of(sentence.key()), sentence->toString(), 0};
    for (const QString& piece : one.pieces) one.words += piece.size();
    templates_.push_back(std::move(one));
  }
  std::stable_sort(templates_.begin(), templates_.end(),
                   [](const Template& a, const Template& b) { return a.words > b.words; });
}

std::optional<QString> SentenceTable::translated(QStringView text) const {
  if (text.size() > kLongest) return std::nullopt;
  return translated(text, 0);
}

std::optional<QString> SentenceTable::translated(QStringView text, int depth) const {
  if (text.isEmpty() || depth > kDeepest) return std::nullopt;
  if (auto found = as_one(text, true, depth)) return found;
  if (auto found = by_sentences(text, depth)) return found;
  if (auto found = as_one(text, false, depth)) return found;
  return behind_colon(text, depth);
}

std::optional<SentenceTable::Places> SentenceTable::places(const Template& sentence, QStringView text) {
  const QStringList& pieces = sentence.pieces;
  if (!text.startsWith(pieces.front())) return std::nullopt;
  Places found;
  qsizetype at = pieces.front().size();
  for (qsizetype i = 1; i < pieces.size(); ++i) {
    const bool last = i + 1 == pieces.size();
    const qsizetype end = last ? text.size() - pieces[i].size() : text.indexOf(pieces[i], at + 1);
    if (end <= at || (last && !text.endsWith(pieces[i]))) return std::nullopt;
    found.push_back(text.sliced(at, end - at));
    at = end + pieces[i].size();
  }
  if (at != text.size()) return std::nullopt;
  return found;
}

std::optional<QString> SentenceTable::as_one(QStringView text, bool of_one_sentence, int depth) const {
  for (const Template& sentence : templates_) {
    if (sentence.words > text.size()) continue;
    const std::optional<Places> found = places(sentence, text);
    if (!found) continue;
    const bool several = std::any_of(found->begin(), found->end(),
                                     [](QStringView place) { return place.contains(kSentenceEnd); });
    if (several && of_one_sentence) continue;
    QStringList translated_places;
    for (const QStringView place : *found)
      translated_places.append(translated(place, depth + 1).value_or(place.toString()));
    return filled(sentence.translation, translated_places);
  }
  return std::nullopt;
}

std::optional<QString> SentenceTable::by_sentences(QStringView text, int depth) const {
  if (text.count(kSentenceEnd) > kMostSentences) return std::nullopt;
  QString out;
  bool known = false;
  for (qsizetype begin = 0; begin < text.size();) {
    const qsizetype mark = text.indexOf(kSentenceEnd, begin);
    qsizetype end = mark < 0 ? text.size() : mark + 1;
    if (begin == 0 && end == text.size()) return std::nullopt;
    std::optional<QString> words;
    if (begin > 0) words = as_one(text.sliced(begin), true, depth + 1);  // a template may be two sentences
    if (words) {
      end = text.size();
    } else {
      words = translated(text.sliced(begin, end - begin), depth + 1);
    }
    if (begin > 0 && !(words && ends_in_chinese(out))) out += u' ';
    out += words.value_or(text.sliced(begin, end - begin).toString());
    known = known || words;
    begin = end + 1;
  }
  return known ? std::optional(out) : std::nullopt;
}

std::optional<QString> SentenceTable::behind_colon(QStringView text, int depth) const {
  qsizetype at = text.indexOf(kColon);
  for (int tries = 0; at >= 0 && tries < kMostColons; ++tries, at = text.indexOf(kColon, at + 1)) {
    const auto rest = translated(text.sliced(at + kColon.size()), depth + 1);
    if (rest) return text.first(at + kColon.size()).toString() + *rest;
  }
  return std::nullopt;
}

}  // namespace fovea::ui
