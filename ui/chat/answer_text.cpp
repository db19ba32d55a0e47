#include "ui/chat/answer_text.h"

#include "ui/chat/markdown_view.h"
#include "ui/controls.h"

#include <QTextDocument>
#include <QVBoxLayout>

namespace fovea::ui {

AnswerText::AnswerText(const QString& name, QWidget* parent)
    : QWidget(parent), name_(name), layout_(column(this, 0, 0)) {
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
}

void AnswerText::set_text(const QString& markdown) {
  for (std::size_t i = 1; i < views_.size(); ++i) {
    views_[i]->hide();
    views_[i]->deleteLater();
  }
  views_.resize(1);
  views_.front()->set_text(markdown);
}

void AnswerText::append(const QString& markdown) {
  views_.back()->append(markdown);
}

QString AnswerText::plain_text() const {
  QStringList parts;
  for (const MarkdownView* view : views_) parts.append(view->document()->toPlainText());
  return parts.join(u'\n');
}

}  // namespace fovea::ui
