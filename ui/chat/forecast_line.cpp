#include "ui/chat/forecast_line.h"

#include "ui/controls.h"
#include "ui/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace fovea::ui {

ForecastLine::ForecastLine(QWidget* parent) : QWidget(parent) {
  auto* all = row(this, 0, kSpace2);
  text_ = muted_label({}, this);
  text_->setTextFormat(Qt::PlainText);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  fit_ = flat_button(tr("Make it fit"), this);
  fit_->setToolTip(tr("Show the model smaller pictures in this chat"));
  all->addWidget(text_, 1);
  all->addWidget(fit_, 0, Qt::AlignBottom);
  connect(fit_, &QPushButton::clicked, this, [this] { Q_EMIT fitWanted(fitting_pixels_); });
  hide();
}

void ForecastLine::set_words(const ForecastWords& words) {
  setVisible(!words.text.isEmpty());
  text_->setText(words.text);
  text_->setAccessibleName(tr("Forecast: %1").arg(words.text));
  text_->setToolTip(words.details);
  set_style_flag(text_, "muted", !words.warns);
  fitting_pixels_ = words.fitting_pixels;
  fit_->setVisible(words.fitting_pixels > 0);
}

}  // namespace fovea::ui
