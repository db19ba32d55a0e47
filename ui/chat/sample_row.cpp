#include "ui/chat/sample_row.h"

#include "ui/core_words.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QFileInfo>
#include <QPainter>
#include <QPixmap>
#include <QToolButton>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kBesidePicture = 24;   // pixels of a button that are none of its picture's
constexpr int kPictureRatio = 176;   // width of a picture …
constexpr int kPictureHeight = 100;  // … to its height

QSize picture_size(int button) {
  const int width = button - kBesidePicture;
  return {width, width * kPictureHeight / kPictureRatio};
}

/// The picture in the middle of a transparent one, so that what stands under pictures is on one line.
QPixmap on_one_size(const QPixmap& picture, const QSize& size) {
  QPixmap out(size);
  out.fill(Qt::transparent);
  const QPixmap small = picture.scaled(size, Qt::KeepAspectRatio, Qt::SmoothTransformation);
  QPainter painter(&out);
  painter.drawPixmap((size.width() - small.width()) / 2, (size.height() - small.height()) / 2, small);
  return out;
}

}  // namespace

SampleRow::SampleRow(const std::vector<SamplePicture>& samples, QWidget* parent) : QWidget(parent) {
  for (const SamplePicture& sample : samples) {
    auto* button = new QToolButton(this);
    const QString path = QString::fromStdString(sample.path);
    const QString question = QString::fromStdString(sample.question);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setIcon(on_one_size(QPixmap(path), picture_size(kWidest) * devicePixelRatioF()));
    // The model in the box reads English alone: elsewhere the question is shown translated, and asked as it
    // is.
    const QString label = core_words(question);
    button->setAccessibleName(tr("Sample: %1, %2").arg(QFileInfo(path).completeBaseName(), label));
    button->setToolTip(label == question ? tr("Take this sample picture and its question: %1").arg(question)
                                         : tr("Take this sample picture and its question, in English, which "
                                              "the model in the box reads: %1")
                                               .arg(question));
    connect(button, &QToolButton::clicked, this, [this, path, question] { Q_EMIT chosen(path, question); });
    buttons_.push_back(button);
    labels_.push_back(label);
  }
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  policy.setHeightForWidth(false);
  setSizePolicy(policy);
}

QSize SampleRow::size_of(int button) const {
  return {button, picture_size(button).height() + scaled(kTextSize) + kSpace4 + 20};
}

QSize SampleRow::row_of(int button) const {
  const int count = int(buttons_.size());
  return {count * button + std::max(0, count - 1) * kSpace3, size_of(kWidest).height()};
}

QSize SampleRow::sizeHint() const {
  return row_of(kWidest);
}
QSize SampleRow::minimumSizeHint() const {
  return row_of(kNarrowest);
}

void SampleRow::resizeEvent(QResizeEvent* /*event*/) {
  const int count = int(buttons_.size());
  if (count == 0) return;
  const int width = std::clamp((this->width() - (count - 1) * kSpace3) / count, kNarrowest, kWidest);
  const QSize size = size_of(width);
  int left = std::max(0, (this->width() - row_of(width).width()) / 2);
  for (int i = 0; i < count; ++i) {
    QToolButton* button = buttons_[std::size_t(i)];
    button->setIconSize(picture_size(width));
    button->setText(
        button->fontMetrics().elidedText(labels_[std::size_t(i)], Qt::ElideRight, width - kSpace4));
    button->setGeometry(left, (height() - size.height()) / 2, size.width(), size.height());
    left += width + kSpace3;
  }
}

}  // namespace fovea::ui
