#include "ui/models/upload_fields.h"

#include "ui/controls.h"
#include "ui/tokens.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>
#include <QVBoxLayout>

namespace fovea::ui {
namespace {

constexpr int kUsualSide = 1024;  // pixels, where nothing was chosen before

}  // namespace

UploadFields::UploadFields(const UploadReduction& before, QWidget* parent) : QWidget(parent) {
  QVBoxLayout* all = column(this, 0, kSpace2);
  wanted_ = new QCheckBox(tr("Make pictures smaller before they are sent"), this);
  wanted_->setAccessibleName(wanted_->text());
  wanted_->setToolTip(tr("Less to send over a slow line; the model sees less of small things"));
  wanted_->setChecked(before.wanted());
  side_ = number(tr("Longest side"), UploadReduction::kLeastSide, UploadReduction::kMostSide,
                 before.wanted() ? before.longest_side : kUsualSide);
  side_->setSuffix(tr(" pixels"));
  quality_ = number(tr("JPEG quality"), UploadReduction::kLeastQuality, UploadReduction::kMostQuality,
                    before.jpeg_quality);
  all->addWidget(wanted_);
  auto* numbers = row(nullptr, 0, kSpace2);
  for (QSpinBox* box : {side_, quality_}) {
    auto* label = new QLabel(box->accessibleName(), this);
    label->setBuddy(box);
    label->setEnabled(before.wanted());
    connect(wanted_, &QCheckBox::toggled, label, &QWidget::setEnabled);
    numbers->addWidget(label);
    numbers->addWidget(box);
  }
  numbers->addStretch(1);
  all->addLayout(numbers);
}

QSpinBox* UploadFields::number(const QString& name, int least, int most, int value) {
  auto* box = new QSpinBox(this);
  box->setRange(least, most);
  box->setValue(value);
  box->setAccessibleName(name);
  box->setEnabled(wanted_->isChecked());
  connect(wanted_, &QCheckBox::toggled, box, &QWidget::setEnabled);
  return box;
}

UploadReduction UploadFields::reduction() const {
  return {wanted_->isChecked() ? side_->value() : 0, quality_->value()};
}

}  // namespace fovea::ui
