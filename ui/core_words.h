#pragma once

#include "core/api/error.h"

#include <QString>
#include <string>

namespace fovea::ui {

/// What core says (faults, remedies, notes, verdicts) in the window's language. core knows no languages: its
/// sentences are English, are kept in English in the history, and are put into the window's language when
/// they are shown, so that changing it changes them too. A sentence is found by its template
/// (resources/translations/core_zh_CN.json); one that has none stays English. On any thread.
QString core_words(const QString& english);
QString core_words(const std::string& english);
/// Message and remedy.
QString core_words(const Error& error);

/// A sentence of the window's own that is kept in English as core's are, with what it is about.
inline QString kept_words(const char* english) {
  return QString::fromUtf8(english);
}

}  // namespace fovea::ui
