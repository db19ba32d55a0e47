#include "ui/chat/answer_text.h"

#include "ui/chat/discard.h"
#include "ui/chat/markdown_view.h"
#include "ui/controls.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTextDocument>
#include <QVBoxLayout>

namespace fovea::ui {
namespace {

constexpr int kFitSliceMs = 8;

}  // namespace

AnswerText::AnswerText(const QString& name, QWidget* parent)
    : QWidget(parent), name_(name), layout_(column(this, 0, 0)) {
  fit_timer_.setInterval(0);
  connect(&fit_timer_, &QTimer::timeout, this, &AnswerText::fit_some);
  add_view();
}

void AnswerText::add_view() {
  auto* view = new MarkdownView(this);
  view->setAccessibleName(name_);
  layout_->addWidget(view);
  views_.push_back(view);
  connect(view, &MarkdownView::filled, this, [this](const QString& rest) {
    add_view();
    views_.back()->append(rest);
  });
  connect(view, &MarkdownView::outdated, this, [this, view] {
    if (view->visibleRegion().isEmpty()) {
      fit_timer_.start();
    } else {
      view->fit();
    }
  });
}

void AnswerText::fit_some() {
  QElapsedTimer spent;
  spent.start();
  for (const QPointer<MarkdownView>& view : views_) {
    if (view == nullptr || !view->is_outdated()) continue;
    if (spent.elapsed() >= kFitSliceMs) return;
    view->fit();
  }
  fit_timer_.stop();
}

void AnswerText::set_text(const QString& markdown) {
  if (views_.size() > 1) {
    auto* gone = new QWidget(this);
    for (std::size_t i = 1; i < views_.size(); ++i) {
      layout_->removeWidget(views_[i]);
      views_[i]->disconnect(this);
      views_[i]->setParent(gone);
    }
    views_.resize(1);
    discard(gone);
  }
  views_.front()->set_text(markdown);
}

void AnswerText::append(const QString& markdown) {
  views_.back()->append(markdown);
  QCoreApplication::sendPostedEvents(this, QEvent::LayoutRequest);  // painted once, at its new height
}

QString AnswerText::plain_text() const {
  QStringList parts;
  for (const QPointer<MarkdownView>& view : views_) {
    if (view != nullptr) parts.append(view->document()->toPlainText());
  }
  return parts.join(u'\n');
}

}  // namespace fovea::ui
