#pragma once

#include <QtGui/qrgb.h>

class QIcon;
class QString;

namespace fovea::ui {

/// An icon of resources/icons by its file's name, in the current theme's text colour (muted where disabled,
/// accent where chosen). GUI thread.
QIcon icon(const QString& name);
/// The same in one colour.
QIcon icon(const QString& name, QRgb color);
/// Path of the recoloured icon as a file for a style sheet, written once into the cache folder; empty if that
/// cannot be written.
QString icon_file(const QString& name, QRgb color);

}  // namespace fovea::ui
