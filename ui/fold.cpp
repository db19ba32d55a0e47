#include "ui/fold.h"

#include "ui/controls.h"
#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace fovea::ui {

Fold::Fold(const QString& title, QWidget* parent) : QWidget(parent) {
  QVBoxLayout* all = column(this, 0, kSpace1);
  title_ = flat_button(title, this);
  title_->setProperty("fold", true);
  title_->setCheckable(true);
  title_->setToolTip(tr("Show or hide"));
  body_ = new QWidget(this);
  all->addWidget(title_, 0, Qt::AlignLeft);
  all->addWidget(body_);
  const auto show = [this](bool open) {
    title_->setIcon(icon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"),
                         current_colors().muted));
    body_->setVisible(open);
  };
  connect(title_, &QPushButton::toggled, this, show);
  show(false);
}

void Fold::set_open(bool open) {
  title_->setChecked(open);
}

bool Fold::is_open() const {
  return title_->isChecked();
}

}  // namespace fovea::ui
