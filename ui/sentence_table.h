#pragma once

#include <QString>
#include <QStringList>
#include <QStringView>
#include <optional>
#include <vector>

namespace fovea::ui {

/// Sentences of one language with their translations. A sentence is a template: "%1" … "%9" stand for any
/// text but none, in this order.
class SentenceTable {
 public:
  SentenceTable() = default;
  /// Of a JSON object, template to translation. Empty if there is no such file.
  explicit SentenceTable(const QString& file);

  bool empty() const { return templates_.empty(); }
  /// Nothing where no template fits. Of several the one with most words of its own; what stands in its
  /// places is translated too. Texts of several sentences are translated sentence by sentence, what follows a
  /// colon by itself where the whole is not known. Texts of over 1,000 characters or 20 sentences stay.
  std::optional<QString> translated(QStringView text) const;

 private:
  struct Template {
    QStringList pieces;  ///< what stands before, between and behind its places
    QString translation;
    qsizetype words = 0;  ///< characters of its own
  };
  using Places = std::vector<QStringView>;

  static std::optional<Places> places(const Template& sentence, QStringView text);
  std::optional<QString> translated(QStringView text, int depth) const;
  std::optional<QString> as_one(QStringView text, bool of_one_sentence, int depth) const;
  std::optional<QString> by_sentences(QStringView text, int depth) const;
  std::optional<QString> behind_colon(QStringView text, int depth) const;

  std::vector<Template> templates_;  ///< most words first
};

}  // namespace fovea::ui
