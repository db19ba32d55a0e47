#include "ui/chat/picture_row.h"

#include "ui/chat/attachment_model.h"
#include "ui/controls.h"
#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QToolButton>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kMostShown = 8;
constexpr int kThumbnailHeight = 64;
constexpr int kWidest = 128;

QPixmap rounded(const QImage& image, qreal ratio) {
  const QSize size =
      image.size().scaled(kWidest, kThumbnailHeight, Qt::KeepAspectRatio).expandedTo(QSize(24, 24));
  QPixmap pixmap(size * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  QPainterPath path;
  path.addRoundedRect(QRectF(QPointF(0.5, 0.5), QSizeF(size) - QSizeF(1, 1)), kRadius - 2, kRadius - 2);
  painter.setClipPath(path);
  painter.drawImage(QRect(QPoint(), size), image);
  painter.setClipping(false);
  painter.setPen(QColor(current_colors().line));
  painter.drawPath(path);
  return pixmap;
}

}  // namespace

PictureRow::PictureRow(const std::vector<Attachment>& attachments, QWidget* parent) : QWidget(parent) {
  QHBoxLayout* layout = row(this, 0, kSpace1);
  const int count = int(attachments.size());
  const int shown = count > kMostShown ? kMostShown - 1 : count;
  for (int i = 0; i < shown; ++i) {
    const Attachment& a = attachments[std::size_t(i)];
    auto* button = new QToolButton(this);
    button->setAccessibleName(QStringLiteral("%1, %2").arg(a.name, attachment_text(a)));
    button->setToolTip(QStringLiteral("%1\n%2").arg(a.name, attachment_text(a)));
    if (a.thumbnail.isNull()) {
      button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
      button->setIcon(icon(a.clip ? QStringLiteral("clip") : QStringLiteral("image")));
      button->setText(a.name);
    } else {
      const QPixmap pixmap = rounded(a.thumbnail, devicePixelRatioF());
      button->setIcon(pixmap);
      button->setIconSize(pixmap.deviceIndependentSize().toSize());
    }
    connect(button, &QToolButton::clicked, this, [this, i] { Q_EMIT chosen(i); });
    if (!a.clip) {
      auto* copy = new QAction(tr("Copy picture"), button);
      connect(copy, &QAction::triggered, this, [this, i] { Q_EMIT copyWanted(i); });
      button->addAction(copy);
      button->setContextMenuPolicy(Qt::ActionsContextMenu);
    }
    layout->addWidget(button);
  }
  if (shown < count) layout->addWidget(muted_label(tr("and %1 more").arg(count - shown), this));
  layout->addStretch(1);
}

}  // namespace fovea::ui
