#include "ui/core_words.h"

#include "ui/sentence_table.h"
#include "ui/words.h"

#include <memory>
#include <mutex>
#include <utility>

namespace fovea::ui {
namespace {

std::shared_ptr<const SentenceTable> table() {
  static std::mutex mutex;
  static QString read;
  static auto sentences = std::make_shared<const SentenceTable>();
  //: The table of core's sentences in this language: "core_zh_CN" for Simplified Chinese.
  const QString wanted = tr("core_en");
  const std::lock_guard lock(mutex);
  if (std::exchange(read, wanted) != wanted)
    sentences = std::make_shared<const SentenceTable>(QStringLiteral(":/translations/%1.json").arg(wanted));
  return sentences;
}

}  // namespace

QString core_words(const QString& english) {
  return table()->translated(english).value_or(english);
}

QString core_words(const std::string& english) {
  return core_words(QString::fromStdString(english));
}

QString core_words(const Error& error) {
  QString message = core_words(error.message);
  if (error.remedy.empty()) return message;
  const QString remedy = core_words(error.remedy);
  const bool chinese_end = message.endsWith(u'。') || message.endsWith(u'？');
  return chinese_end ? message + remedy : message + u' ' + remedy;
}

}  // namespace fovea::ui
