#include "ui/models/model_delegate.h"

#include "ui/models/model_list_model.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QPainter>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kLineHeight = 18;
constexpr double kBarHeight = 2.0;

/// A rail, and on it the part that is done.
void paint_share(QPainter& painter, const QRectF& rail, double share) {
  const Colors& colors = current_colors();
  painter.setPen(Qt::NoPen);
  painter.setBrush(QColor(colors.line));
  painter.drawRoundedRect(rail, kBarHeight / 2, kBarHeight / 2);
  if (share <= 0.0) return;
  QRectF done = rail;
  done.setWidth(std::max(kBarHeight, rail.width() * std::min(1.0, share)));
  painter.setBrush(QColor(colors.accent));
  painter.drawRoundedRect(done, kBarHeight / 2, kBarHeight / 2);
}

}  // namespace

QSize ModelDelegate::sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& /*index*/) const {
  return {160, scaled(3 * kLineHeight) + kSpace2};
}

void ModelDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
  const Colors& colors = current_colors();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const bool chosen = option.state.testFlag(QStyle::State_Selected);
  if (chosen || option.state.testFlag(QStyle::State_MouseOver)) {
    painter->setPen(option.state.testFlag(QStyle::State_HasFocus) ? QPen(QColor(colors.accent))
                                                                  : QPen(Qt::NoPen));
    painter->setBrush(QColor(chosen ? colors.accent_soft : colors.hover));
    painter->drawRoundedRect(QRectF(option.rect).adjusted(0.5, 1.5, -0.5, -1.5), kRadius, kRadius);
  }
  const int height = scaled(kLineHeight);
  QRect at(option.rect.left() + kSpace2, option.rect.top() + kSpace1, option.rect.width() - 2 * kSpace2,
           height);
  QFont name = option.font;
  name.setWeight(QFont::DemiBold);
  painter->setFont(name);
  painter->setPen(QColor(colors.text));
  painter->drawText(at, Qt::AlignVCenter,
                    QFontMetrics(name).elidedText(index.data().toString(), Qt::ElideMiddle, at.width()));
  QFont small = option.font;
  small.setPixelSize(scaled(kSmallText));
  painter->setFont(small);
  const QFontMetrics metrics(small);
  at.translate(0, height);
  painter->setPen(QColor(colors.muted));
  painter->drawText(
      at, Qt::AlignVCenter,
      metrics.elidedText(index.data(ModelListModel::kFactsRole).toString(), Qt::ElideRight, at.width()));
  at.translate(0, height);
  const bool loading = index.data(ModelListModel::kLoadingRole).toBool();
  const bool good = index.data(ModelListModel::kGoodRole).toBool();
  painter->setPen(QColor(loading ? colors.text : good ? colors.good : colors.warning));
  const QString verdict = index.data(ModelListModel::kSignRole).toString() + u' ' +
                          index.data(ModelListModel::kVerdictRole).toString();
  painter->drawText(at, Qt::AlignVCenter, metrics.elidedText(verdict, Qt::ElideRight, at.width()));
  if (loading)
    paint_share(*painter, QRectF(at.left(), option.rect.bottom() - kSpace1 + 0.5, at.width(), kBarHeight),
                index.data(ModelListModel::kShareRole).toDouble());
  painter->restore();
}

}  // namespace fovea::ui
