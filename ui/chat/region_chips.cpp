#include "ui/chat/region_chips.h"

#include "ui/controls.h"
#include "ui/flow_layout.h"
#include "ui/tokens.h"

#include <QEvent>
#include <QPushButton>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kMostLetters = 24;

/// ① … ⑳, then (21).
QString number_text(int number) {
  return number <= 20 ? QString(QChar(0x2460 + number - 1)) : QStringLiteral("(%1)").arg(number);
}

}  // namespace

void RegionChips::set(const std::vector<Region>& regions) {
  if (layout() == nullptr) new FlowLayout(this, kSpace1);
  const int shown = std::min(int(regions.size()), kMost);
  // An answer only grows: those that are there stay.
  for (int i = int(chips_.size()); i < shown; ++i) {
    chips_.push_back(make_chip(i, regions[std::size_t(i)]));
    layout()->addWidget(chips_.back());
  }
}

QPushButton* RegionChips::make_chip(int index, const Region& region) {
  const QString label = region.label.isEmpty() ? tr("Place") : region.label;
  QPushButton* chip =
      push_button(QStringLiteral("%1 %2").arg(number_text(index + 1), label.left(kMostLetters)), this);
  chip->setAccessibleName(tr("Place %1: %2").arg(index + 1).arg(label));
  chip->setProperty("chip", true);
  chip->setCheckable(true);
  chip->setToolTip(tr("Show %1 in the picture").arg(label));
  chip->installEventFilter(this);
  chip->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(chip, &QPushButton::clicked, this, [this, index] {
    Q_EMIT chosen(index);
    Q_EMIT hovered(index);
  });
  connect(chip, &QWidget::customContextMenuRequested, this,
          [this, index, chip](const QPoint& at) { Q_EMIT menuWanted(index, chip->mapToGlobal(at)); });
  return chip;
}

bool RegionChips::eventFilter(QObject* watched, QEvent* event) {
  const auto type = event->type();
  const bool came = type == QEvent::Enter || type == QEvent::FocusIn;
  if (came || type == QEvent::Leave || type == QEvent::FocusOut) {
    const auto at = std::find(chips_.begin(), chips_.end(), watched);
    if (at != chips_.end()) Q_EMIT hovered(came ? int(at - chips_.begin()) : -1);
  }
  return QWidget::eventFilter(watched, event);
}

void RegionChips::highlight(int region) {
  for (std::size_t i = 0; i < chips_.size(); ++i) chips_[i]->setChecked(int(i) == region);
}

}  // namespace fovea::ui
