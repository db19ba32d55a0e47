#pragma once

#include <QCoreApplication>
#include <QString>

namespace fovea::ui {

/// Translates a text of a free function; a class with Q_OBJECT uses its own tr().
inline QString tr(const char* text) {
  return QCoreApplication::translate("fovea::ui", text);
}

}  // namespace fovea::ui
