#include "ui/chat/answer_foot.h"

#include "ui/controls.h"
#include "ui/icons.h"
#include "ui/quantities.h"
#include "ui/stage_words.h"
#include "ui/theme.h"
#include "ui/tokens.h"
#include "ui/waterfall_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace fovea::ui {

AnswerFoot::AnswerFoot(QWidget* parent) : QWidget(parent) {
  QVBoxLayout* all = column(this, 0, kSpace1);
  summary_ = flat_button({}, this);
  summary_->setCheckable(true);
  summary_->setLayoutDirection(Qt::RightToLeft);  // the chevron stands behind the text
  summary_->setToolTip(tr("Where the time went"));
  all->addWidget(summary_, 0, Qt::AlignLeft | Qt::AlignAbsolute);
  details_ = new QWidget(this);
  details_->hide();
  all->addWidget(details_);
  connect(summary_, &QPushButton::toggled, this, &AnswerFoot::unfold);
  unfold(false);
}

void AnswerFoot::set_answer(const ChatMessage& answer) {
  setVisible(answer.figures.has_value());
  if (!answer.figures) return;
  figures_ = *answer.figures;
  const AnswerFigures& f = figures_;
  summary_->setText(foot_text(f));
  summary_->setAccessibleName(tr("Figures of the answer: %1").arg(foot_text(f)));
  QStringList facts = {tr("First token after %1").arg(seconds_text(f.ttft))};
  if (f.untold.tokens) {
    facts.append(tr("The server does not tell its tokens"));
  } else if (f.untold.vision) {
    facts.append(tr("%1 tokens in (how many of pictures is not told), %2 out")
                     .arg(count_text(f.prompt_tokens), count_text(f.completion_tokens)));
  } else {
    facts.append(
        tr("%1 tokens in (%2 of pictures), %3 out")
            .arg(count_text(f.prompt_tokens), count_text(f.vision_tokens), count_text(f.completion_tokens)));
  }
  if (f.tpot > 0.0) facts.append(tr("%1 a token").arg(seconds_text(f.tpot)));
  if (f.vision_reused > 0) facts.append(tr("Pictures seen before: %1").arg(f.vision_reused));
  if (f.prefix_reused > 0)
    facts.append(tr("%1 prompt tokens kept from before").arg(count_text(f.prefix_reused)));
  if (f.untold.reasoning) facts.append(tr("Tokens of reasoning are not told"));
  if (f.reasoning_tokens > 0) facts.append(tr("%1 tokens of reasoning").arg(count_text(f.reasoning_tokens)));
  if (f.peak_memory > 0 && f.forecast_memory == 0)
    facts.append(tr("Memory at its peak %1").arg(bytes_text(f.peak_memory)));
  facts += forecast_notes(f);
  facts += answer_notes(f);
  if (!answer.model.isEmpty()) facts.append(answer.model);
  facts_text_ = facts.join(QStringLiteral(" · "));
  if (waterfall_ != nullptr) {
    waterfall_->set_figures(figures_);
    facts_->setText(facts_text_);
  }
}

void AnswerFoot::unfold(bool open) {
  summary_->setIcon(
      icon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"), current_colors().muted));
  if (open && waterfall_ == nullptr) {
    QVBoxLayout* layout = column(details_, 0, kSpace2);
    layout->setContentsMargins(kSpace1, 0, 0, kSpace2);
    waterfall_ = new WaterfallView(details_);
    facts_ = muted_label({}, details_);
    facts_->setTextFormat(Qt::PlainText);
    QPushButton* table = flat_button(tr("Copy as table"), details_);
    QPushButton* picture = flat_button(tr("Copy as picture"), details_);
    QPushButton* json = flat_button(tr("Copy as JSON"), details_);
    connect(table, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(figures_as_table(figures_)); });
    connect(picture, &QPushButton::clicked, this, [this] {
      QGuiApplication::clipboard()->setImage(
          grab(waterfall_->geometry().united(facts_->geometry()).translated(details_->pos())).toImage());
    });
    connect(json, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(figures_as_json(figures_)); });
    layout->addWidget(waterfall_);
    layout->addWidget(facts_);
    QHBoxLayout* copies = row(nullptr, 0, kSpace1);
    for (QPushButton* copy : {table, picture, json}) copies->addWidget(copy);
    copies->addStretch(1);
    layout->addLayout(copies);
    waterfall_->set_figures(figures_);
    facts_->setText(facts_text_);
  }
  details_->setVisible(open);
  if (open) Q_EMIT unfolded();
}

}  // namespace fovea::ui
