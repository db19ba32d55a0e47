#include "ui/history/chat_delegate.h"

#include "ui/history/chat_list_model.h"
#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QPainter>

namespace fovea::ui {
namespace {

constexpr int kRow = 30;
constexpr int kHitLine = 16;
constexpr int kSection = 26;

}  // namespace

QSize ChatDelegate::sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& index) const {
  const bool hit = !index.data(ChatListModel::kHitRole).toString().isEmpty();
  const bool tags = !index.data(ChatListModel::kTagsRole).toString().isEmpty();
  const bool section = index.data(ChatListModel::kBeginsSectionRole).toBool();
  return {100, scaled(kRow + (hit ? kHitLine : 0) + (tags ? kHitLine : 0) + (section ? kSection : 0))};
}

void ChatDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
  const Colors& colors = current_colors();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  QRect rect = option.rect;
  QFont small = option.font;
  small.setPixelSize(scaled(kSmallText));
  if (index.data(ChatListModel::kBeginsSectionRole).toBool()) {
    painter->setFont(small);
    painter->setPen(QColor(colors.muted));
    const QRect head(rect.left() + kSpace2, rect.top(), rect.width(), scaled(kSection) - kSpace1);
    painter->drawText(head, Qt::AlignBottom | Qt::AlignLeft,
                      index.data(ChatListModel::kSectionRole).toString());
    rect.setTop(rect.top() + scaled(kSection));
  }
  const bool chosen = option.state.testFlag(QStyle::State_Selected);
  const bool under_mouse = option.state.testFlag(QStyle::State_MouseOver);
  if (chosen || under_mouse) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(QColor(chosen ? colors.accent_soft : colors.hover));
    painter->drawRoundedRect(rect.adjusted(0, 1, 0, -1), kRadius, kRadius);
  }
  if (option.state.testFlag(QStyle::State_HasFocus)) {
    painter->setPen(QColor(colors.accent));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(QRectF(rect).adjusted(0.5, 1.5, -0.5, -1.5), kRadius, kRadius);
  }
  QRect text = rect.adjusted(kSpace2, 0, -kSpace2, 0);
  if (index.data(ChatListModel::kPinnedRole).toBool()) {
    const QRect pin(text.right() - 12, text.top() + (scaled(kRow) - 12) / 2, 12, 12);
    icon(QStringLiteral("pin"), colors.muted).paint(painter, pin);
    text.setRight(pin.left() - kSpace1);
  }
  painter->setFont(option.font);
  painter->setPen(QColor(colors.text));
  const QString title = option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, text.width());
  painter->drawText(QRect(text.left(), text.top(), text.width(), scaled(kRow)), Qt::AlignVCenter, title);
  painter->setFont(small);
  QRect below(text.left(), text.top() + scaled(kRow) - kSpace2, text.width(), scaled(kHitLine));
  const QFontMetrics metrics(small);
  if (const QString tags = index.data(ChatListModel::kTagsRole).toString(); !tags.isEmpty()) {
    painter->setPen(QColor(colors.accent));
    painter->drawText(below, Qt::AlignVCenter, metrics.elidedText(tags, Qt::ElideRight, text.width()));
    below.translate(0, scaled(kHitLine));
  }
  if (const QString hit = index.data(ChatListModel::kHitRole).toString(); !hit.isEmpty())
    paint_hit(*painter, below, metrics.elidedText(hit, Qt::ElideRight, text.width()));
  painter->restore();
}

void ChatDelegate::paint_hit(QPainter& painter, const QRect& place, const QString& words) const {
  const Colors& colors = current_colors();
  const QFont plain = painter.font();
  QFont bold = plain;
  bold.setWeight(QFont::DemiBold);
  int x = place.left();
  const auto write = [&](const QString& part, bool found) {
    painter.setFont(found ? bold : plain);
    painter.setPen(QColor(found ? colors.text : colors.muted));
    painter.drawText(QRect(x, place.top(), place.right() - x + 1, place.height()), Qt::AlignVCenter, part);
    x += painter.fontMetrics().horizontalAdvance(part);
  };
  for (qsizetype from = 0; from < words.size();) {
    const qsizetype found = query_.isEmpty() ? -1 : words.indexOf(query_, from, Qt::CaseInsensitive);
    write(words.mid(from, found < 0 ? -1 : found - from), false);
    if (found < 0) break;
    write(words.mid(found, query_.size()), true);
    from = found + query_.size();
  }
}

}  // namespace fovea::ui
