#include "ui/chat/attachment_strip.h"

#include "ui/chat/attachment_model.h"
#include "ui/core_words.h"
#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QStyledItemDelegate>
#include <QTextOption>

namespace fovea::ui {
namespace {

constexpr int kCross = 18;

QRect cross_of(const QRect& tile) {
  return {tile.right() - kCross - 2, tile.top() + 3, kCross, kCross};
}
QRect tile_of(const QRect& item) {
  return item.adjusted(0, 0, -kSpace2, 0);
}

/// Fills the tile, unless less than half of the picture would be seen: a line of text, a panorama.
QSize shown_size(QSize picture, QSize tile) {
  const QSize filling = picture.scaled(tile, Qt::KeepAspectRatioByExpanding);
  const bool cropped = filling.width() > 2 * tile.width() || filling.height() > 2 * tile.height();
  return cropped ? picture.scaled(tile, Qt::KeepAspectRatio) : filling;
}

class TileDelegate : public QStyledItemDelegate {
 public:
  TileDelegate(const AttachmentModel& model, QObject* parent) : QStyledItemDelegate(parent), model_(model) {}

  QSize sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& index) const override {
    const Attachment& a = model_.attachments()[std::size_t(index.row())];
    return {(a.problem.isEmpty() ? kThumbnailSide : 3 * kThumbnailSide) + kSpace2, kThumbnailSide};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Attachment& a = model_.attachments()[std::size_t(index.row())];
    const Colors& colors = current_colors();
    const QRect tile = tile_of(option.rect);
    painter->save();
    painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    QPainterPath path;
    path.addRoundedRect(QRectF(tile).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
    painter->fillPath(path, QColor(colors.bubble));
    QFont small = option.font;
    small.setPixelSize(scaled(kSmallText));
    painter->setFont(small);
    if (!a.thumbnail.isNull()) {
      painter->setClipPath(path);
      QRect place(QPoint(), shown_size(a.thumbnail.size(), tile.size()));
      place.moveCenter(tile.center());
      painter->drawImage(place, a.thumbnail);
      painter->setClipping(false);
    } else {
      QRect words = tile.adjusted(kSpace2, kSpace1, -kSpace2 - (a.problem.isEmpty() ? 0 : kCross), -kSpace1);
      if (a.clip && a.problem.isEmpty()) {
        const QPoint middle = tile.center() - QPoint(kIconSize / 2, kIconSize);
        icon(QStringLiteral("clip"), colors.muted).paint(painter, QRect(middle, QSize(kIconSize, kIconSize)));
        words.setTop(tile.center().y() + kSpace1);
      }
      painter->setPen(QColor(a.problem.isEmpty() ? colors.muted : colors.bad));
      const QString text = a.loading || a.clip ? a.name : core_words(a.problem);
      QTextOption wrapped(Qt::AlignCenter);
      wrapped.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
      painter->drawText(words, text, wrapped);
    }
    const bool current = option.state.testFlag(QStyle::State_HasFocus);
    painter->setPen(QPen(QColor(current               ? colors.accent
                                : a.problem.isEmpty() ? colors.line
                                                      : colors.bad),
                         current ? 2 : 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(path);
    const QRect cross = cross_of(tile);
    painter->setPen(Qt::NoPen);
    painter->setBrush(QColor(colors.raised));
    painter->drawEllipse(cross);
    icon(QStringLiteral("close"), colors.text).paint(painter, cross.adjusted(3, 3, -3, -3));
    painter->restore();
  }

 private:
  const AttachmentModel& model_;
};

}  // namespace

AttachmentStrip::AttachmentStrip(AttachmentModel& model, QWidget* parent) : QListView(parent), model_(model) {
  setModel(&model);
  setItemDelegate(new TileDelegate(model, this));
  setFlow(QListView::LeftToRight);
  setWrapping(false);
  setUniformItemSizes(false);
  setHorizontalScrollMode(ScrollPerPixel);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFrameShape(NoFrame);
  setFixedHeight(kThumbnailSide + 12);
  setAccessibleName(tr("Pictures of the question"));
  setToolTip(tr("Delete removes a picture, Ctrl+Z brings it back, Ctrl+Left and Ctrl+Right move it"));
  viewport()->setAutoFillBackground(false);
  setSelectionMode(SingleSelection);
}

void AttachmentStrip::keyPressEvent(QKeyEvent* event) {
  const int row = currentIndex().row();
  if (event->matches(QKeySequence::Undo)) {
    if (const int back = model_.bring_back(); back >= 0) setCurrentIndex(model_.index(back));
    return;
  }
  if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace) {
    model_.remove(row);
  } else if (event->modifiers() & Qt::ControlModifier &&
             (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)) {
    model_.shift(row, event->key() == Qt::Key_Left ? -1 : 1);
  } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Space) && row >= 0) {
    Q_EMIT chosen(row);
  } else {
    QListView::keyPressEvent(event);
  }
}

void AttachmentStrip::mousePressEvent(QMouseEvent* event) {
  const QModelIndex index = indexAt(event->pos());
  if (!index.isValid() || event->button() != Qt::LeftButton) return;
  const QRect tile = tile_of(visualRect(index));
  if (cross_of(tile).adjusted(-3, -3, 3, 3).contains(event->pos())) {
    model_.remove(index.row());
    return;
  }
  setCurrentIndex(index);
  dragged_ = index.row();
  Q_EMIT chosen(index.row());
}

void AttachmentStrip::mouseMoveEvent(QMouseEvent* event) {
  const QModelIndex over = indexAt(event->pos());
  if (dragged_ < 0 || !(event->buttons() & Qt::LeftButton) || !over.isValid() || over.row() == dragged_)
    return;
  if (model_.shift(dragged_, over.row() - dragged_)) dragged_ = over.row();
}

void AttachmentStrip::mouseReleaseEvent(QMouseEvent* /*event*/) {
  dragged_ = -1;
}

}  // namespace fovea::ui
