#pragma once

#include <QTextBrowser>
#include <QTimer>

namespace fovea::ui {

/// Shows an answer as Markdown, as high as its text. Text may grow: finished blocks are rendered once, only
/// the open end is rendered again. Raw HTML is shown as text, and nothing is ever loaded, neither files nor
/// addresses. Another width is told by outdated(): laying out anew is for its owner to do, when there is
/// time. GUI thread.
class MarkdownView : public QTextBrowser {
  Q_OBJECT

 public:
  explicit MarkdownView(QWidget* parent = nullptr);

  void set_text(const QString& markdown);
  void append(const QString& markdown);
  /// Whether the text is laid out for another width than the view has.
  bool is_outdated() const { return lineWrapColumnOrWidth() != viewport()->width(); }
  /// Lays the text out for the width that the view has, and takes the height that it needs.
  void fit();

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 Q_SIGNALS:
  /// The view has all it takes; the rest of the text belongs into another.
  void filled(const QString& rest);
  void outdated();

 protected:
  QVariant loadResource(int type, const QUrl& name) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void render_slice();
  /// Renders open_ anew; true if the view has all it takes.
  bool render_open();
  void insert_at_end(const QString& markdown);
  void style_from(int position);
  QString code_at(const QPoint& position) const;

  QString waiting_;  // Markdown that is not rendered yet: much at once is done in slices
  QTimer slice_timer_;
  QString open_;                     // Markdown that is rendered again when more comes
  int tail_begin_ = 0;               // its place in the document
  bool tail_in_empty_block_ = true;  // as behind a table, which Qt follows with a block
  int fitted_height_ = 0;
};

}  // namespace fovea::ui
