#include "ui/chat/transcript_view.h"

#include "ui/chat/discard.h"
#include "ui/chat/message_column.h"
#include "ui/chat/message_view.h"
#include "ui/chat_session.h"
#include "ui/controls.h"
#include "ui/tokens.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollBar>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kBatch = 30;  // messages that are built back from the end, or on one wish
constexpr int kBuildSliceMs = 8;
constexpr int kNearEnd = 24;  // pixels

}  // namespace

TranscriptView::TranscriptView(ChatSession& session, QWidget* parent)
    : QScrollArea(parent), session_(session) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setAccessibleName(tr("Conversation"));
  auto* content = new QWidget;
  content->setProperty("role", "surface");
  auto* across = row(content, 0, 0);
  across->setContentsMargins(kSpace5, kSpace4, kSpace5, kSpace4);
  column_ = new QWidget(content);
  column_->setMaximumWidth(kColumnWidth);
  layout_ = new MessageColumn(column_, kSpace4);
  earlier_ = flat_button(tr("Show earlier messages"), column_);
  layout_->insert(0, earlier_, Qt::AlignHCenter);
  across->addStretch(1);
  across->addWidget(column_, 1000);
  across->addStretch(1);
  setWidget(content);
  build_timer_.setInterval(0);

  connect(&build_timer_, &QTimer::timeout, this, &TranscriptView::build_some);
  connect(earlier_, &QPushButton::clicked, this, [this] {
    wanted_first_ = std::max(0, first_ - kBatch);
    build_timer_.start();
  });
  connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int, int most) {
    if (at_end_) verticalScrollBar()->setValue(most);
  });
  connect(verticalScrollBar(), &QScrollBar::valueChanged, this,
          [this](int value) { at_end_ = value >= verticalScrollBar()->maximum() - kNearEnd; });
  connect(&session_, &ChatSession::reset, this, &TranscriptView::rebuild);
  connect(&session_, &ChatSession::versionShown, this, [this](int index, int step) {
    at_end_ = false;
    version_to_show_ = index;
    version_step_ = step;
    wanted_first_ = std::min(wanted_first_, index);
    if (first_ > wanted_first_) build_timer_.start();
    if (view_of(index) != nullptr) show_version();
  });
  connect(&session_, &ChatSession::runningChanged, this, [this] {
    for (std::size_t i = 0; i < views_.size(); ++i)
      views_[i]->set_version(session_.version_of(first_ + int(i)), !session_.running());
  });
  connect(&session_, &ChatSession::appended, this, [this](int index) {
    MessageView* view = make_view(index);
    views_.push_back(view);
    layout_->insert(layout_->count(), view);
    at_end_ = true;
    stick_to_end();
  });
  connect(&session_, &ChatSession::changed, this, [this](int index) {
    if (MessageView* view = view_of(index)) view->update_message(session_.messages()[std::size_t(index)]);
  });
  connect(&session_, &ChatSession::grew, this,
          [this](int index, const QString& text, const QString& reasoning) {
            MessageView* view = view_of(index);
            if (view == nullptr) return;
            view->grow(text, reasoning);
            settle(view);
          });
  connect(&session_, &ChatSession::progressed, this, [this] {
    if (MessageView* view = view_of(session_.running_index())) view->show_progress(session_.progress());
  });
  rebuild();
}

MessageView* TranscriptView::view_of(int index) const {
  const int at = index - first_;
  return index < 0 || at < 0 || at >= int(views_.size()) ? nullptr : views_[std::size_t(at)];
}

MessageView* TranscriptView::make_view(int index) {
  auto* view = new MessageView(session_.messages()[std::size_t(index)], column_);
  // The place of a message never changes while it has a view.
  connect(view, &MessageView::pictureChosen, this, [this, index](int a) { Q_EMIT pictureChosen(index, a); });
  connect(view, &MessageView::pictureCopyWanted, this,
          [this, index](int a) { Q_EMIT pictureCopyWanted(index, a); });
  connect(view, &MessageView::editWanted, this, [this, index] { Q_EMIT editWanted(index); });
  for (const auto wanted :
       {&MessageView::againWanted, &MessageView::continuationWanted, &MessageView::longerWanted})
    connect(view, wanted, this, &TranscriptView::answerWanted);
  // Later: the message's own button is still in its click when its view goes.
  connect(
      view, &MessageView::againWanted, &session_, [this, index] { session_.regenerate(index); },
      Qt::QueuedConnection);
  connect(
      view, &MessageView::continuationWanted, &session_, [this, index] { session_.continue_answer(index); },
      Qt::QueuedConnection);
  connect(
      view, &MessageView::longerWanted, &session_, [this, index] { session_.regenerate_longer(index); },
      Qt::QueuedConnection);
  connect(view, &MessageView::figuresWanted, this, [this, index] { Q_EMIT figuresWanted(index); });
  connect(view, &MessageView::regionsWanted, this, [this, index] { Q_EMIT regionsWanted(index); });
  view->set_version(session_.version_of(index), !session_.running());
  connect(
      view, &MessageView::versionWanted, &session_,
      [this, index](int step) { session_.show_version(index, step); }, Qt::QueuedConnection);
  connect(view, &MessageView::regionHovered, this, [this, index](int r) { Q_EMIT regionHovered(index, r); });
  connect(view, &MessageView::regionMenuWanted, this,
          [this, index](int region, const QPoint& at) { Q_EMIT regionMenuWanted(index, region, at); });
  return view;
}

void TranscriptView::rebuild() {
  keys_were_here_ = column_->isAncestorOf(QApplication::focusWidget());
  version_to_show_ = -1;
  for (MessageView* view : views_) {
    layout_->removeWidget(view);
    discard(view);
  }
  views_.clear();
  first_ = int(session_.messages().size());
  wanted_first_ = std::max(0, first_ - kBatch);
  at_end_ = true;
  build_some();
  if (first_ > wanted_first_) build_timer_.start();
}

void TranscriptView::release_views() {
  build_timer_.stop();
  session_.disconnect(this);
  for (MessageView* view : views_) {
    layout_->removeWidget(view);
    view->disconnect(this);
    view->disconnect(&session_);
    view->setParent(nullptr);
    discard(view);
  }
  views_.clear();
}

void TranscriptView::build_some() {
  QElapsedTimer spent;
  spent.start();
  const int from_end = verticalScrollBar()->maximum() - verticalScrollBar()->value();
  while (first_ > wanted_first_ && spent.elapsed() < kBuildSliceMs) {
    MessageView* view = make_view(first_ - 1);
    --first_;
    views_.insert(views_.begin(), view);
    layout_->insert(1, view);
  }
  if (first_ <= wanted_first_) build_timer_.stop();
  earlier_->setVisible(first_ > 0 && first_ <= wanted_first_);
  if (view_of(version_to_show_) != nullptr) {
    show_version();
  } else if (at_end_) {
    stick_to_end();
  } else {
    column_->parentWidget()->layout()->activate();
    verticalScrollBar()->setValue(verticalScrollBar()->maximum() - from_end);
  }
}

void TranscriptView::show_version() {
  MessageView* view = view_of(version_to_show_);
  if (keys_were_here_) view->focus_version(version_step_);
  // Once the layout knows its height.
  QTimer::singleShot(0, view, [this, view] {
    at_end_ = false;
    ensureWidgetVisible(view, 0, kSpace4);
  });
  version_to_show_ = -1;
}

void TranscriptView::stick_to_end() {
  QTimer::singleShot(0, this, [this] {
    if (at_end_) verticalScrollBar()->setValue(verticalScrollBar()->maximum());
  });
}

void TranscriptView::settle(QWidget* message) {
  for (QWidget* at = message; at != this; at = at->parentWidget())
    QCoreApplication::sendPostedEvents(at, QEvent::LayoutRequest);
}

void TranscriptView::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  if (at_end_) stick_to_end();
}

void TranscriptView::highlight_region(int message, int region) {
  if (MessageView* view = view_of(message)) view->highlight_region(region);
}

}  // namespace fovea::ui
