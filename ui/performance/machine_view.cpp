#include "ui/performance/machine_view.h"

#include "ui/controls.h"
#include "ui/steady_text.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

namespace fovea::ui {

/// A share as a bar, in the colour of warnings where it is about to be full.
class MachineView::ShareBar : public QWidget {
 public:
  explicit ShareBar(QWidget* parent) : QWidget(parent) { setFixedHeight(4); }

  void set(double share, bool full) {
    if (share == share_ && full == full_) return;
    share_ = share;
    full_ = full;
    update();
  }
  QSize sizeHint() const override { return {60, 4}; }

 protected:
  void paintEvent(QPaintEvent* /*event*/) override {
    if (share_ < 0.0) return;
    const Colors& colors = current_colors();
    QPainter painter(this);
    painter.fillRect(rect(), QColor(colors.line));
    const int filled = int(double(width()) * std::clamp(share_, 0.0, 1.0));
    painter.fillRect(QRect(0, 0, filled, height()), QColor(full_ ? colors.warning : colors.accent));
  }

 private:
  double share_ = -1.0;
  bool full_ = false;
};

MachineView::MachineView(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("What the machine uses"));
  QVBoxLayout* all = column(this, 0, kSpace2);
  alert_ = new QLabel(this);
  alert_->setWordWrap(true);
  alert_->setTextFormat(Qt::PlainText);
  set_style_flag(alert_, "bad", true);
  alert_->hide();
  all->addWidget(alert_);
  grid_ = new QGridLayout;
  grid_->setHorizontalSpacing(kSpace3);
  grid_->setVerticalSpacing(kSpace1);
  grid_->setColumnStretch(0, 1);
  all->addLayout(grid_);
  absent_ = muted_label({}, this);
  absent_->hide();
  all->addWidget(absent_);
}

void MachineView::set_table(const MachineTable& table) {
  while (lines_.size() < table.rows.size()) {
    const int at = int(lines_.size());
    auto* value = new QLabel(this);
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    Line line{muted_label({}, this), value, new SteadyText(value, this), new ShareBar(this)};
    line.name->setWordWrap(false);
    value->setTextFormat(Qt::PlainText);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    grid_->addWidget(line.name, at, 0);
    grid_->addWidget(line.value_place, at, 1, Qt::AlignRight);
    grid_->addWidget(line.share, at, 2, Qt::AlignVCenter);
    lines_.push_back(line);
  }
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const bool used = i < table.rows.size();
    const Line& line = lines_[i];
    for (QWidget* part : std::initializer_list<QWidget*>{line.name, line.value_place, line.share})
      part->setVisible(used);
    if (!used) continue;
    const MachineRow& row = table.rows[i];
    line.name->setText(row.name);
    line.value->setText(row.value);
    line.value->setAccessibleName(QStringLiteral("%1: %2").arg(row.name, row.value));
    line.share->set(row.share, row.full);
  }
  alert_->setText(QStringLiteral("⚠ ") + table.alert);
  alert_->setVisible(!table.alert.isEmpty());
  absent_->setText(table.absent.join(u'\n'));
  absent_->setVisible(!table.absent.isEmpty());
}

}  // namespace fovea::ui
