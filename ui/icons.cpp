#include "ui/icons.h"

#include "ui/theme.h"

#include <QColor>
#include <QDir>
#include <QFile>
#include <QHash>
#include <QIcon>
#include <QPainter>
#include <QPair>
#include <QPixmap>
#include <QSaveFile>
#include <QStandardPaths>
#include <QSvgRenderer>

namespace fovea::ui {
namespace {

constexpr int kSizes[] = {16, 20, 32, 48};

QByteArray recoloured(const QString& name, QRgb color) {
  QFile file(QStringLiteral(":/icons/") + name + QStringLiteral(".svg"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  return file.readAll().replace("currentColor", QColor(color).name().toLatin1());
}

void add_pixmaps(QIcon& icon, const QByteArray& svg, QIcon::Mode mode, QIcon::State state) {
  QSvgRenderer renderer(svg);
  for (const int size : kSizes) {
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    painter.end();
    icon.addPixmap(pixmap, mode, state);
  }
}

}  // namespace

QIcon icon(const QString& name) {
  static QHash<QPair<int, QString>, QIcon> drawn;
  QIcon& out = drawn[{int(current_theme()), name}];
  if (!out.isNull()) return out;
  const Colors& colors = current_colors();
  add_pixmaps(out, recoloured(name, colors.text), QIcon::Normal, QIcon::Off);
  add_pixmaps(out, recoloured(name, colors.line), QIcon::Disabled, QIcon::Off);
  add_pixmaps(out, recoloured(name, colors.accent), QIcon::Normal, QIcon::On);
  return out;
}

QIcon icon(const QString& name, QRgb color) {
  static QHash<QPair<QRgb, QString>, QIcon> drawn;
  QIcon& out = drawn[{color, name}];
  if (!out.isNull()) return out;
  add_pixmaps(out, recoloured(name, color), QIcon::Normal, QIcon::Off);
  return out;
}

QString icon_file(const QString& name, QRgb color) {
  const QString folder =
      QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + QStringLiteral("/icons");
  if (!QDir().mkpath(folder)) return {};
  QString path = QStringLiteral("%1/%2-%3.svg").arg(folder, name, QColor(color).name().mid(1));
  if (QFile::exists(path)) return path;
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return {};
  file.write(recoloured(name, color));
  return file.commit() ? path : QString();
}

}  // namespace fovea::ui
