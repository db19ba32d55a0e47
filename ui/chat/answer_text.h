#pragma once

#include <QWidget>
#include <vector>

class QVBoxLayout;

namespace fovea::ui {

class MarkdownView;

/// A text of any length as Markdown: one view after the other, so that what is added costs the same however
/// much stands above it.
class AnswerText : public QWidget {
 public:
  AnswerText(const QString& name, QWidget* parent = nullptr);

  void set_text(const QString& markdown);
  void append(const QString& markdown);
  QString plain_text() const;

 private:
  void add_view();

  QString name_;
  QVBoxLayout* layout_;
  std::vector<MarkdownView*> views_;
};

}  // namespace fovea::ui
