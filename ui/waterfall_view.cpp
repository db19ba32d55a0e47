#include "ui/waterfall_view.h"

#include "ui/accessible_roles.h"
#include "ui/quantities.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kNameWidth = 92;
constexpr int kFigureWidth = 104;  // "1.24 s  53.7 %"
constexpr double kThinnest = 2.0;

}  // namespace

WaterfallView::WaterfallView(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  set_accessible_role(this, QAccessible::Chart);
  setAccessibleName(tr("Where the answer's time went"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void WaterfallView::set_figures(const AnswerFigures& figures) {
  rows_ = stage_rows(figures);
  forecast_ = figures.forecast_ttft > 0.0 ? figures.forecast_ttft + figures.stages[Stage::kQueue] : 0.0;
  QStringList words;
  for (const StageRow& row : rows_)
    words.append(QStringLiteral("%1 %2, %3 %")
                     .arg(row.name, seconds_text(row.seconds), fixed_text(100.0 * row.share, 1)));
  if (forecast_ > 0.0) words.append(tr("first token forecast after %1").arg(seconds_text(forecast_)));
  setAccessibleName(words.join(QStringLiteral("; ")));
  updateGeometry();
  update();
}

int WaterfallView::row_height() const {
  return scaled(18);
}

QSize WaterfallView::sizeHint() const {
  return {320, std::max(1, int(rows_.size())) * row_height()};
}
QSize WaterfallView::minimumSizeHint() const {
  return {220, sizeHint().height()};
}

void WaterfallView::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QFont font = this->font();
  font.setPixelSize(scaled(kSmallText));
  painter.setFont(font);
  const Colors& colors = current_colors();
  const int names = scaled(kNameWidth);
  const int figures = scaled(kFigureWidth);
  const double track = std::max(20, width() - names - figures);
  double whole = 0.0;
  for (const StageRow& row : rows_) whole += row.seconds;
  int y = 0;
  for (const StageRow& row : rows_) {
    painter.setPen(QColor(colors.text));
    painter.drawText(QRect(0, y, names - kSpace1, row_height()), Qt::AlignVCenter | Qt::AlignLeft, row.name);
    const QRectF rail(names, y + row_height() * 0.5 - 0.5, track, 1.0);
    painter.fillRect(rail, QColor(colors.line));
    const double left = names + track * row.begin / whole;
    const double wide = std::max(kThinnest, track * row.share);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(row.color));
    painter.drawRoundedRect(QRectF(std::min(left, names + track - wide), y + 4, wide, row_height() - 8), 2,
                            2);
    painter.setPen(QColor(colors.muted));
    const int half = figures * 55 / 100;
    painter.drawText(QRect(width() - figures, y, half, row_height()), Qt::AlignVCenter | Qt::AlignRight,
                     seconds_text(row.seconds));
    painter.drawText(QRect(width() - figures + half, y, figures - half, row_height()),
                     Qt::AlignVCenter | Qt::AlignRight,
                     fixed_text(100.0 * row.share, 1) + QStringLiteral(" %"));
    y += row_height();
  }
  if (forecast_ > 0.0 && forecast_ <= whole) {
    painter.setPen(QPen(QColor(colors.text), 1.0, Qt::DashLine));
    const double x = names + track * forecast_ / whole;
    painter.drawLine(QPointF(x, 0.0), QPointF(x, y));
  }
}

bool WaterfallView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto index = std::size_t(std::max(0, help->pos().y() / row_height()));
    if (index < rows_.size()) {
      const StageRow& row = rows_[index];
      QString text =
          QStringLiteral("%1: %2, %3 %\n%4")
              .arg(row.name, seconds_text(row.seconds), fixed_text(100.0 * row.share, 1), row.formula);
      if (forecast_ > 0.0)
        text +=
            u'\n' +
            tr("The dashed mark: when the first token was forecast, after %1.").arg(seconds_text(forecast_));
      QToolTip::showText(help->globalPos(), text);
    } else {
      QToolTip::hideText();
    }
    return true;
  }
  return QWidget::event(event);
}

}  // namespace fovea::ui
