#pragma once

#include <QTextBrowser>
#include <QTimer>

class QToolButton;

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
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  bool viewportEvent(QEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void render_slice();
  /// Renders open_ anew; true if the view has all it takes.
  bool render_open();
  /// `goes_on`: it begins with code that belongs to the piece before.
  void insert_at_end(const QString& markdown, bool goes_on);
  void style_from(int position);
  /// Shows a button on the piece of code below the pointer, hides it elsewhere.
  void offer_copy(const QPoint& at);

  QString waiting_;  // Markdown that is not rendered yet: much at once is done in slices
  QTimer slice_timer_;
  QString open_;                     // Markdown that is rendered again when more comes
  int tail_begin_ = 0;               // its place in the document
  bool tail_in_empty_block_ = true;  // as behind a table, which Qt follows with a block
  bool cut_code_ = false;            // it goes on with the code before it
  int fitted_height_ = 0;
  QToolButton* copy_code_ = nullptr;  // made when the pointer first comes to code
};

}  // namespace fovea::ui
