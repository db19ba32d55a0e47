#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <vector>

class QVBoxLayout;

namespace fovea::ui {

class MarkdownView;

/// A text of any length as Markdown: one view after the other, so that what is added costs the same however
/// much stands above it. Of another width the views that are in sight are laid out at once, the others a few
/// at a time.
class AnswerText : public QWidget {
 public:
  AnswerText(const QString& name, QWidget* parent = nullptr);

  void set_text(const QString& markdown);
  void append(const QString& markdown);
  QString plain_text() const;

 private:
  void add_view();
  void fit_some();

  QString name_;
  QVBoxLayout* layout_;
  std::vector<QPointer<MarkdownView>> views_;  // discard() takes them one by one
  QTimer fit_timer_;
};

}  // namespace fovea::ui
