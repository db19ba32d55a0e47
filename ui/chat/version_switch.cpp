#include "ui/chat/version_switch.h"

#include "ui/controls.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace fovea::ui {

VersionSwitch::VersionSwitch(QWidget* parent) : QWidget(parent) {
  QHBoxLayout* all = row(this, 0, 0);
  back_ =
      tool_button(QStringLiteral("chevron-left"), tr("Earlier version"), this, QStringLiteral("Alt+Left"));
  on_ = tool_button(QStringLiteral("chevron-right"), tr("Later version"), this, QStringLiteral("Alt+Right"));
  back_tip_ = back_->toolTip();
  on_tip_ = on_->toolTip();
  place_ = muted_label({}, this);
  place_->setWordWrap(false);
  all->addWidget(back_);
  all->addWidget(place_);
  all->addWidget(on_);
  connect(back_, &QToolButton::clicked, this, [this] { Q_EMIT wanted(-1); });
  connect(on_, &QToolButton::clicked, this, [this] { Q_EMIT wanted(1); });
  hide();
}

void VersionSwitch::set_place(int number, int count, bool can_switch) {
  setVisible(count > 1);
  if (count <= 1) return;
  const QString running = tr("Wait until the answer is there, or stop it");
  set_enabled_or_why(back_, can_switch && number > 1, back_tip_,
                     can_switch ? tr("This is the first version") : running);
  set_enabled_or_why(on_, can_switch && number < count, on_tip_,
                     can_switch ? tr("This is the last version") : running);
  place_->setText(QStringLiteral("%1/%2").arg(number).arg(count));
  place_->setAccessibleName(tr("Version %1 of %2").arg(number).arg(count));
}

void VersionSwitch::focus(int step) {
  QToolButton* wanted = step < 0 ? back_ : on_;
  if (!wanted->isEnabled()) wanted = step < 0 ? on_ : back_;
  wanted->setFocus(Qt::OtherFocusReason);
}

}  // namespace fovea::ui
