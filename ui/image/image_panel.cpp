#include "ui/image/image_panel.h"

#include "ui/attachment_loader.h"
#include "ui/controls.h"
#include "ui/core_words.h"
#include "ui/forecast_words.h"
#include "ui/image/picture_view.h"
#include "ui/quantities.h"
#include "ui/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace fovea::ui {
namespace {

// The slider's steps: sixths of a doubling from 16 tokens on; the last one is the model's own budget.
constexpr int kBudgetSteps = 60;
constexpr double kLeastTokens = 16.0;
constexpr int kBudgetAfterMs = 150;

double tokens_at(int step) {
  return kLeastTokens * std::exp2(step / 6.0);
}

}  // namespace

ImagePanel::ImagePanel(AttachmentLoader& loader, QWidget* parent) : QWidget(parent), loader_(loader) {
  QVBoxLayout* all = column(this, 0, 0);
  pages_ = new QStackedWidget(this);
  all->addWidget(pages_);
  auto* empty = new QWidget(pages_);
  QVBoxLayout* empty_layout = column(empty, kSpace4, kSpace2);
  auto* words = muted_label(tr("What the model sees of a picture stands here: its size, its patches, its "
                               "tokens. Add a picture, or click one in the chat."),
                            empty);
  words->setAlignment(Qt::AlignHCenter);
  empty_layout->addStretch(1);
  empty_layout->addWidget(words);
  empty_layout->addStretch(2);
  pages_->addWidget(empty);

  auto* page = new QWidget(pages_);
  QVBoxLayout* layout = column(page, kSpace3, kSpace2);
  auto* top = row(nullptr, 0, kSpace1);
  name_ = new QLabel(page);
  name_->setTextFormat(Qt::PlainText);
  name_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  grid_button_ = tool_button(QStringLiteral("grid"), tr("Show the model's patches and tokens"), page);
  grid_button_->setCheckable(true);
  grid_button_->setChecked(true);
  seen_button_ =
      tool_button(QStringLiteral("eye"), tr("Show beside it the picture that the model sees"), page);
  seen_button_->setCheckable(true);
  QToolButton* fit = tool_button(QStringLiteral("fit"), tr("Fit the picture"), page, QStringLiteral("0"));
  top->addWidget(name_, 1);
  for (QToolButton* button : {grid_button_, seen_button_, fit}) top->addWidget(button);
  layout->addLayout(top);
  view_ = new PictureView(page);
  seen_view_ = new PictureView(page);
  seen_view_->setToolTip(tr("As the model sees it"));
  seen_view_->hide();
  pictures_ = new QBoxLayout(QBoxLayout::TopToBottom);
  pictures_->setSpacing(kSpace1);
  for (PictureView* view : {view_, seen_view_}) pictures_->addWidget(view, 1);
  layout->addLayout(pictures_, 1);
  facts_ = new QLabel(page);
  facts_->setWordWrap(true);
  facts_->setTextFormat(Qt::PlainText);
  facts_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  layout->addWidget(facts_);
  layout->addWidget(line(page));
  budget_text_ = muted_label({}, page);
  budget_ = new QSlider(Qt::Horizontal, page);
  budget_->setRange(0, kBudgetSteps);
  budget_->setValue(kBudgetSteps);
  budget_->setAccessibleName(tr("Tokens a picture may take"));
  layout->addWidget(budget_text_);
  layout->addWidget(budget_);
  forecast_ = muted_label({}, page);
  forecast_->setTextFormat(Qt::PlainText);
  forecast_->hide();
  layout->addWidget(forecast_);
  pages_->addWidget(page);
  budget_timer_.setSingleShot(true);
  budget_timer_.setInterval(kBudgetAfterMs);

  connect(grid_button_, &QToolButton::toggled, this, &ImagePanel::show_seen);
  connect(seen_button_, &QToolButton::toggled, this, &ImagePanel::show_seen);
  connect(fit, &QToolButton::clicked, view_, &PictureView::fit);
  connect(view_, &PictureView::looked, seen_view_, &PictureView::look);
  connect(seen_view_, &PictureView::looked, view_, &PictureView::look);
  connect(view_, &PictureView::regionHovered, this, &ImagePanel::regionHovered);
  connect(view_, &PictureView::regionMenuWanted, this, &ImagePanel::show_menu);
  connect(budget_, &QSlider::valueChanged, this, [this] {
    show_facts();
    // Not from the last step on: figures follow the slider while it moves.
    if (!budget_timer_.isActive()) budget_timer_.start();
  });
  connect(&budget_timer_, &QTimer::timeout, this, [this] {
    const std::int64_t side = std::int64_t(patch_) * merge_;
    Q_EMIT budgetChanged(budget_tokens() * side * side);
  });
  connect(&loader_, &AttachmentLoader::decoded, this, [this](quint64 ticket, const QImage& picture) {
    if (ticket != ticket_) return;
    original_ = picture;
    show_seen();
  });
  connect(&loader_, &AttachmentLoader::resized, this, [this](quint64 ticket, const QImage& picture) {
    if (ticket != ticket_) return;
    resized_ = picture;
    show_seen();
  });
  show_facts();
}

std::int64_t ImagePanel::budget_tokens() const {
  return budget_->value() >= kBudgetSteps ? 0 : std::llround(tokens_at(budget_->value()));
}

void ImagePanel::show_picture(const Attachment& picture, const std::optional<VisionInput>& seen) {
  const bool same = picture.hash == picture_.hash &&
                    (!picture.hash.isEmpty() || (picture.clip && picture.path == picture_.path));
  picture_ = picture;
  seen_ = seen;
  prompt_tokens_ = 0;
  problem_ = picture.problem;
  if (!same) {
    ++ticket_;
    original_ = picture.thumbnail;
    resized_ = {};
    regions_.clear();
    view_->set_regions({});
    loader_.decode(picture, ticket_);
  }
  pages_->setCurrentIndex(1);
  name_->setText(picture.name);
  name_->setToolTip(picture.name);
  view_->setAccessibleName(tr("Picture %1").arg(picture.name));
  seen_view_->setAccessibleName(tr("Picture %1 as the model sees it").arg(picture.name));
  show_seen();
}

void ImagePanel::clear() {
  ++ticket_;
  picture_ = {};
  original_ = resized_ = {};
  seen_.reset();
  regions_.clear();
  view_->set_regions({});
  view_->set_picture({}, false);
  seen_view_->set_picture({}, true);
  pages_->setCurrentIndex(0);
}

void ImagePanel::set_preview(const VisionInput& seen, std::int64_t prompt_tokens) {
  const bool other =
      !seen_ || seen_->resized_width != seen.resized_width || seen_->resized_height != seen.resized_height;
  seen_ = seen;
  prompt_tokens_ = prompt_tokens;
  problem_.clear();
  if (other) resized_ = {};
  show_seen();
}

void ImagePanel::set_problem(const QString& problem) {
  problem_ = problem;
  show_facts();
}

void ImagePanel::set_forecast(const ForecastWords& words) {
  forecast_->setVisible(!words.text.isEmpty());
  forecast_->setText(words.text);
  forecast_->setAccessibleName(tr("Forecast: %1").arg(words.text));
  forecast_->setToolTip(words.details);
  set_style_flag(forecast_, "muted", !words.warns);
}

void ImagePanel::set_model(int patch_size, int merge_size, const QString& why_none) {
  patch_ = patch_size;
  merge_ = merge_size;
  set_enabled_or_why(
      budget_, patch_ > 0, tr("How many tokens a picture may take: fewer are faster, more show finer print"),
      why_none.isEmpty() ? tr("The budget depends on the model, and none is loaded") : why_none);
  show_facts();
}

void ImagePanel::set_budget(std::int64_t max_pixels) {
  const QSignalBlocker quiet(budget_);
  const double side = double(patch_) * merge_;
  const double tokens = side > 0.0 ? double(max_pixels) / (side * side) : 0.0;
  budget_->setValue(tokens <= 0.0 ? kBudgetSteps
                                  : std::clamp(int(std::lround(6.0 * std::log2(tokens / kLeastTokens))), 0,
                                               kBudgetSteps - 1));
  show_facts();
}

void ImagePanel::show_seen() {
  const bool as_seen = seen_button_->isChecked() && seen_ && !original_.isNull();
  if (as_seen && resized_.isNull()) {
    loader_.resize(original_, QSize(seen_->resized_width, seen_->resized_height), ticket_);
  }
  view_->set_picture(original_, false);
  seen_view_->setVisible(as_seen);
  if (as_seen) seen_view_->set_picture(resized_, true);
  const bool grid = grid_button_->isChecked() && seen_;
  for (PictureView* view : {view_, seen_view_})
    view->set_grid(grid ? seen_->grid_w : 0, grid ? seen_->grid_h : 0, grid ? merge_ : 1);
  arrange_pictures();
  show_facts();
}

void ImagePanel::arrange_pictures() {
  if (original_.isNull()) return;
  const QSizeF room = pictures_->geometry().size();
  const QSizeF picture = original_.size();
  const double beside = std::min(room.width() / 2.0 / picture.width(), room.height() / picture.height());
  const double below = std::min(room.width() / picture.width(), room.height() / 2.0 / picture.height());
  pictures_->setDirection(beside > below ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void ImagePanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  arrange_pictures();
}

void ImagePanel::show_facts() {
  QStringList lines;
  if (!problem_.isEmpty()) lines.append(core_words(problem_));
  if (seen_) {
    lines.append(QStringLiteral("%1 → %2").arg(size_text(seen_->source_width, seen_->source_height),
                                               size_text(seen_->resized_width, seen_->resized_height)));
    if (seen_->video)
      lines.append(tr("Clip: %1 frames are looked at, which are not shown here")
                       .arg(count_text(std::int64_t(seen_->frame_indices.size()))));
    lines.append(
        tr("%1 patches, %2 tokens").arg(size_text(seen_->grid_w, seen_->grid_h), count_text(seen_->tokens)));
    if (prompt_tokens_ > 0) lines.append(tr("The whole prompt: %1 tokens").arg(count_text(prompt_tokens_)));
    if (!seen_->note.empty()) lines.append(core_words(seen_->note));
  } else if (picture_.clip) {
    lines.append(tr("A clip: what is seen of it is known once a model reads it"));
  } else if (picture_.size.isValid() && problem_.isEmpty()) {
    lines.append(size_text(picture_.size.width(), picture_.size.height()));
  }
  facts_->setText(lines.join(u'\n'));
  describe_picture();
  const std::int64_t tokens = budget_tokens();
  budget_text_->setText(tokens == 0 ? tr("Budget a picture: as the model says")
                                    : tr("Budget a picture: at most %1 tokens").arg(count_text(tokens)));
}

}  // namespace fovea::ui
