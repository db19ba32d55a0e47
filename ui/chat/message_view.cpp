#include "ui/chat/message_view.h"

#include "ui/chat/answer_foot.h"
#include "ui/chat/answer_text.h"
#include "ui/chat/picture_row.h"
#include "ui/chat/region_chips.h"
#include "ui/chat/structured_answer.h"
#include "ui/chat/version_switch.h"
#include "ui/controls.h"
#include "ui/core_words.h"
#include "ui/icons.h"
#include "ui/quantities.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QClipboard>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace fovea::ui {

MessageView::MessageView(const ChatMessage& message, QWidget* parent) : QWidget(parent), message_(message) {
  all_ = column(this, 0, kSpace1);
  if (message.role == Role::kUser) {
    build_question(message);
  } else {
    build_answer(message);
  }
}

void MessageView::build_question(const ChatMessage& message) {
  auto* bubble = new QFrame(this);
  bubble->setProperty("role", "bubble");
  QHBoxLayout* across = row(bubble, kSpace2, kSpace2);
  across->setContentsMargins(kSpace3, kSpace2, kSpace2, kSpace2);
  auto* content = new QWidget(bubble);
  QVBoxLayout* inside = column(content, 0, kSpace2);
  across->addWidget(content, 1, Qt::AlignVCenter);
  if (!message.attachments.empty()) {
    auto* pictures = new PictureRow(message.attachments, content);
    connect(pictures, &PictureRow::chosen, this, &MessageView::pictureChosen);
    connect(pictures, &PictureRow::copyWanted, this, &MessageView::pictureCopyWanted);
    inside->addWidget(pictures);
  }
  if (!message.text.isEmpty()) {
    auto* text = new QLabel(message.text, content);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->setAccessibleName(tr("Question: %1").arg(message.text));
    inside->addWidget(text);
  }
  across->addWidget(tools(), 0, Qt::AlignTop);
  all_->addWidget(bubble);
}

void MessageView::build_answer(const ChatMessage& message) {
  reasoning_toggle_ = flat_button(tr("Reasoning"), this);
  reasoning_toggle_->setCheckable(true);
  reasoning_toggle_->setToolTip(tr("What the model wrote before its answer"));
  reasoning_ = new AnswerText(tr("Reasoning"), this);
  text_ = new AnswerText(tr("Answer"), this);
  structured_ = new StructuredAnswer(this);
  region_chips_ = new RegionChips(this);
  progress_row_ = new QWidget(this);
  QHBoxLayout* progress = row(progress_row_, 0, kSpace2);
  progress_bar_ = new QProgressBar(progress_row_);
  progress_bar_->setTextVisible(false);
  progress_bar_->setFixedWidth(120);
  progress_text_ = muted_label({}, progress_row_);
  progress->addWidget(progress_bar_);
  progress->addWidget(progress_text_, 1);
  state_ = new QLabel(this);
  state_->setWordWrap(true);
  state_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  continue_ = flat_button({}, this);
  longer_ = flat_button({}, this);
  foot_ = new AnswerFoot(this);
  auto* under = row(nullptr, 0, kSpace1);
  under->addWidget(foot_, 1);
  under->addWidget(tools(), 0, Qt::AlignTop | Qt::AlignRight);
  for (QWidget* part : std::initializer_list<QWidget*>{reasoning_toggle_, reasoning_, text_, structured_,
                                                       region_chips_, progress_row_, state_})
    all_->addWidget(part);
  auto* ways_on = row(nullptr, 0, kSpace1);
  ways_on->addWidget(continue_);
  ways_on->addWidget(longer_);
  ways_on->addStretch(1);
  all_->addLayout(ways_on);
  all_->addLayout(under);
  const auto show_fold = [this](bool open) {
    reasoning_->setVisible(open);
    reasoning_toggle_->setIcon(icon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"),
                                    current_colors().muted));
  };
  connect(reasoning_toggle_, &QPushButton::toggled, this, show_fold);
  connect(structured_, &StructuredAnswer::switched, this, &MessageView::show_state);
  connect(continue_, &QPushButton::clicked, this, &MessageView::continuationWanted);
  connect(longer_, &QPushButton::clicked, this, &MessageView::longerWanted);
  connect(region_chips_, &RegionChips::hovered, this, &MessageView::regionHovered);
  connect(region_chips_, &RegionChips::chosen, this, &MessageView::regionsWanted);
  connect(region_chips_, &RegionChips::menuWanted, this, &MessageView::regionMenuWanted);
  connect(foot_, &AnswerFoot::unfolded, this, &MessageView::figuresWanted);
  show_fold(false);
  text_->set_text(without_box_marks(message.text));
  reasoning_->set_text(message.reasoning);
  show_regions();
  show_state();
}

QWidget* MessageView::tools() {
  tools_ = new QWidget(this);
  QHBoxLayout* layout = row(tools_, 0, 0);
  versions_ = new VersionSwitch(tools_);
  connect(versions_, &VersionSwitch::wanted, this, &MessageView::versionWanted);
  layout->addWidget(versions_);
  QToolButton* copy = tool_button(QStringLiteral("copy"), tr("Copy"), tools_);
  auto* menu = new QMenu(copy);
  connect(copy, &QToolButton::clicked, this, [this] {
    QGuiApplication::clipboard()->setText(text_ != nullptr ? text_->plain_text() : message_.text);
  });
  layout->addWidget(copy);
  if (message_.role == Role::kUser) {
    QToolButton* edit = tool_button(QStringLiteral("edit"), tr("Edit and ask again"), tools_);
    connect(edit, &QToolButton::clicked, this, &MessageView::editWanted);
    layout->addWidget(edit);
  } else {
    menu->addAction(tr("Copy as text"), copy, &QToolButton::click);
    menu->addAction(tr("Copy as Markdown"), this,
                    [this] { QGuiApplication::clipboard()->setText(message_.text); });
    copy->setMenu(menu);
    copy->setPopupMode(QToolButton::DelayedPopup);
    QToolButton* again = tool_button(QStringLiteral("redo"), tr("Answer again"), tools_);
    connect(again, &QToolButton::clicked, this, &MessageView::againWanted);
    layout->addWidget(again);
  }
  return tools_;
}

void MessageView::set_version(VersionPlace place, bool can_switch) {
  versions_->set_place(place.number, place.count, can_switch);
}

void MessageView::focus_version(int step) {
  versions_->focus(step);
}

void MessageView::update_message(const ChatMessage& message) {
  const bool text_same = message.text == message_.text;
  message_ = message;
  if (text_ == nullptr) return;
  if (!text_same) text_->set_text(without_box_marks(message.text));
  show_regions();
  show_state();
}

void MessageView::grow(const QString& text, const QString& reasoning) {
  if (text_ == nullptr) return;
  message_.text += text;
  message_.reasoning += reasoning;
  if (!text.isEmpty()) text_->append(text);
  if (!reasoning.isEmpty()) reasoning_->append(reasoning);
  reasoning_toggle_->setVisible(!message_.reasoning.isEmpty());
  text_->setVisible(!message_.text.isEmpty());
  progress_row_->setVisible(message_.text.isEmpty());
}

void MessageView::show_progress(const AnswerProgress& progress) {
  if (progress_row_ == nullptr) return;
  using Step = AnswerProgress::Step;
  QString text;
  switch (progress.step) {
    case Step::kReading:
      text = tr("Reading the pictures");
      break;
    case Step::kQueued:
      text = tr("%1 questions before this one").arg(progress.done);
      break;
    case Step::kPreparing:
      text = tr("Preparing the pictures");
      break;
    case Step::kVision:
      text = progress.total > 0
                 ? tr("Looking: %1 of %2 patches").arg(count_text(progress.done), count_text(progress.total))
                 : tr("Looking at the pictures");
      break;
    case Step::kPrefill:
      text = progress.total > 0 ? tr("Reading the prompt: %1 of %2 tokens")
                                      .arg(count_text(progress.done), count_text(progress.total))
                                : tr("Reading the prompt");
      break;
    case Step::kWriting:
      text = message_.reasoning.isEmpty() ? tr("Writing") : tr("Reasoning");
      break;
  }
  progress_text_->setText(text);
  const bool known = progress.total > 0 && progress.step >= Step::kVision;
  progress_bar_->setRange(0, known ? 1000 : 0);
  if (known) progress_bar_->setValue(int(1000 * progress.done / progress.total));
}

void MessageView::show_state() {
  const bool running = message_.state == MessageState::kRunning;
  reasoning_toggle_->setVisible(!message_.reasoning.isEmpty());
  structured_->set_answer(running ? QString() : message_.text);
  text_->setVisible(!message_.text.isEmpty() && !structured_->shows_table());
  progress_row_->setVisible(running && message_.text.isEmpty());
  tools_->setVisible(!running);
  foot_->set_answer(message_);
  QString text;
  switch (message_.state) {
    case MessageState::kStopped:
      text = tr("Stopped.");
      break;
    case MessageState::kCut:
      text = tr("Cut off at the token limit of this chat.");
      break;
    case MessageState::kInterrupted:
      text = message_.problem.isEmpty() ? tr("Interrupted: the program ended while this was written.")
                                        : tr("Interrupted: the engine ended while this was written. %1")
                                              .arg(core_words(message_.problem));
      break;
    case MessageState::kFailed:
      text = core_words(message_.problem);
      break;
    case MessageState::kComplete:
      if (message_.text.isEmpty()) text = tr("The model answered with nothing.");
      break;
    case MessageState::kRunning:
      break;
  }
  state_->setText(text);
  state_->setVisible(!text.isEmpty());
  set_style_flag(state_, "bad", message_.state == MessageState::kFailed);
  set_style_flag(state_, "muted", message_.state != MessageState::kFailed);
  continue_->setText(tr("Continue"));
  continue_->setToolTip(tr("The model reads its answer so far and goes on where it ends"));
  continue_->setVisible(can_be_continued(message_));
  longer_->setText(tr("Answer again with twice the limit"));
  longer_->setToolTip(tr("The limit of this chat is doubled from now on"));
  longer_->setVisible(message_.state == MessageState::kCut);
}

void MessageView::show_regions() {
  if (message_.state == MessageState::kRunning) return region_chips_->hide();
  regions_ = find_regions(message_.text);
  region_chips_->setVisible(!regions_.empty());
  region_chips_->set(regions_);
}

void MessageView::highlight_region(int region) {
  if (region_chips_ != nullptr) region_chips_->highlight(region);
}

}  // namespace fovea::ui
