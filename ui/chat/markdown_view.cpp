#include "ui/chat/markdown_view.h"

#include "ui/chat/markdown_split.h"
#include "ui/code_pieces.h"
#include "ui/controls.h"
#include "ui/icons.h"
#include "ui/markdown_document.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QAbstractTextDocumentLayout>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QDesktopServices>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QImage>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextDocumentFragment>
#include <QTextList>
#include <QTextTable>
#include <QToolButton>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kMostCharacters = 24'000;  // a longer document takes ever longer to lay out
constexpr qsizetype kSlice = 2500;       // characters that are rendered in one turn of the event loop

/// Whether a block is empty and means nothing, so that text can go into it.
bool is_free(const QTextBlock& block) {
  return block.text().isEmpty() && !is_code(block) && block.textList() == nullptr;
}

}  // namespace

MarkdownView::MarkdownView(QWidget* parent) : QTextBrowser(parent) {
  setFrameShape(QFrame::NoFrame);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setOpenLinks(false);
  setUndoRedoEnabled(false);
  setLineWrapMode(QTextEdit::FixedPixelWidth);  // or each resizing would lay out all of the text at once
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAutoFillBackground(false);
  viewport()->setAutoFillBackground(false);
  setFocusPolicy(Qt::ClickFocus);
  setAccessibleName(tr("Answer"));
  document()->setDocumentMargin(0);
  slice_timer_.setSingleShot(true);
  connect(&slice_timer_, &QTimer::timeout, this, &MarkdownView::render_slice);
  connect(this, &QTextBrowser::anchorClicked, this, [](const QUrl& url) {
    if (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http"))
      QDesktopServices::openUrl(url);
  });
}

QVariant MarkdownView::loadResource(int type, const QUrl& /*name*/) {
  // Not nothing: of nothing Qt would look for a file itself.
  if (type == QTextDocument::ImageResource) return QImage(1, 1, QImage::Format_ARGB32_Premultiplied);
  return QByteArray(" ");
}

void MarkdownView::set_text(const QString& markdown) {
  document()->clear();
  open_.clear();
  waiting_.clear();
  slice_timer_.stop();
  tail_begin_ = 0;
  tail_in_empty_block_ = true;
  cut_code_ = false;
  append(markdown);
}

void MarkdownView::append(const QString& markdown) {
  waiting_ += markdown;
  if (!slice_timer_.isActive()) render_slice();
}

void MarkdownView::render_slice() {
  qsizetype length = waiting_.size();
  if (length > kSlice) {
    const qsizetype line = waiting_.lastIndexOf(u'\n', kSlice);
    length = line > 0 ? line + 1 : kSlice;
  }
  open_ += waiting_.left(length);
  waiting_.remove(0, length);
  if (!waiting_.isEmpty()) slice_timer_.start(0);
  const bool full = render_open();
  fit();
  if (!full) return;
  const QString rest = std::exchange(open_, {}) + std::exchange(waiting_, {});
  slice_timer_.stop();
  Q_EMIT filled(rest);
}

bool MarkdownView::render_open() {
  QTextCursor tail(document());
  tail.setPosition(std::min(tail_begin_, document()->characterCount() - 1));
  tail.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
  tail.removeSelectedText();
  if (tail_in_empty_block_) tail.setBlockFormat(QTextBlockFormat());
  const MarkdownSplit split = split_markdown(open_);
  if (!split.finished.isEmpty()) {
    insert_at_end(split.finished, cut_code_);
    cut_code_ = split.cut_code;
    open_ = split.tail;
    tail_begin_ = document()->characterCount() - 1;
    tail_in_empty_block_ = is_free(document()->lastBlock());
    if (document()->characterCount() > kMostCharacters) return true;
  }
  if (!open_.isEmpty()) insert_at_end(open_, cut_code_);
  return false;
}

void MarkdownView::insert_at_end(const QString& markdown, bool goes_on) {
  QTextDocument part;
  part.setDefaultFont(document()->defaultFont());
  set_markdown(part, markdown);
  if (part.isEmpty()) return;
  if (goes_on) unmark_code(part);
  QTextCursor end(document());
  end.movePosition(QTextCursor::End);
  end.beginEditBlock();  // laid out once; before it is styled, since a table is one only then
  if (!is_free(end.block())) end.insertBlock(QTextBlockFormat(), QTextCharFormat());
  const int from = end.position();
  end.insertFragment(QTextDocumentFragment(&part));
  QTextCursor into(document());
  into.setPosition(from);
  const QTextBlock next = into.block().next();
  if (into.block().text().isEmpty() && next.isValid() && next.textList() != nullptr) {
    // A list leaves the block that it was put into empty above it.
    const QTextBlockFormat item = next.blockFormat();
    into.deleteChar();
    into.setBlockFormat(item);
  } else if (into.block().textList() == nullptr && part.begin().textList() == nullptr) {
    // The first block took on the format of the one that it was put into.
    into.setBlockFormat(part.begin().blockFormat());
  }
  end.endEditBlock();
  style_from(from);
  const QTextBlock before = document()->findBlock(from).previous();
  if (goes_on && is_code(before)) QTextCursor(before).setBlockFormat(set_off_code(before));
}

void MarkdownView::style_from(int position) {
  const Colors& colors = current_colors();
  const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  QTextCursor edit(document());
  edit.beginEditBlock();  // laid out once, not after each format
  for (QTextBlock block = document()->findBlock(position); block.isValid(); block = block.next()) {
    QTextCursor cursor(block);
    QTextBlockFormat format = block.blockFormat();
    const int level = format.headingLevel();
    if (is_code(block)) {
      format = set_off_code(block);
    } else if (QTextCursor(block).currentTable() != nullptr) {
      format.setTopMargin(0);
      format.setBottomMargin(0);
    } else {
      format.setTopMargin(level > 0 && block.blockNumber() > 0 ? kSpace3 : 0);
      format.setBottomMargin(block.textList() != nullptr ? kSpace1 / 2 : kSpace2);
      format.setLineHeight(135, QTextBlockFormat::ProportionalHeight);
    }
    cursor.setBlockFormat(format);
    cursor.select(QTextCursor::BlockUnderCursor);
    if (level > 0) {
      QTextCharFormat heading;
      heading.setProperty(QTextFormat::FontSizeAdjustment, 0);
      heading.setProperty(QTextFormat::FontPixelSize, scaled(level <= 1   ? kTitleText + 2
                                                             : level == 2 ? kTitleText
                                                                          : kTextSize));
      heading.setFontWeight(QFont::DemiBold);
      cursor.mergeCharFormat(heading);
    }
    for (auto it = block.begin(); !it.atEnd(); ++it) {
      const QTextFragment fragment = it.fragment();
      if (!fragment.charFormat().fontFixedPitch() && !is_code(block)) continue;
      QTextCursor run(document());
      run.setPosition(fragment.position());
      run.setPosition(fragment.position() + fragment.length(), QTextCursor::KeepAnchor);
      QTextCharFormat code;
      code.setFontFamilies({fixed.family()});
      code.setProperty(QTextFormat::FontPixelSize, scaled(kTextSize - 1));
      if (!is_code(block)) code.setBackground(QColor(colors.bubble));
      run.mergeCharFormat(code);
    }
    if (QTextTable* table = QTextCursor(block).currentTable();
        table != nullptr && block == table->firstCursorPosition().block()) {
      style_table(*table, QColor(colors.line), QColor(colors.bubble));
    }
  }
  edit.endEditBlock();
}

void MarkdownView::fit() {
  if (is_outdated()) setLineWrapColumnOrWidth(viewport()->width());
  // The space below the last line, which the ground of code needs, is none of the document's.
  const int below = is_code(document()->lastBlock()) ? kSpace2 : 0;
  const int height = int(std::ceil(document()->documentLayout()->documentSize().height())) + below + 2;
  if (height == fitted_height_) return;
  fitted_height_ = height;
  setFixedHeight(height);
}

QSize MarkdownView::sizeHint() const {
  return {300, std::max(fitted_height_, 20)};
}
QSize MarkdownView::minimumSizeHint() const {
  return {60, std::max(fitted_height_, 20)};
}
int MarkdownView::heightForWidth(int /*width*/) const {
  return std::max(fitted_height_, 20);
}

void MarkdownView::resizeEvent(QResizeEvent* event) {
  QTextBrowser::resizeEvent(event);
  if (is_outdated()) Q_EMIT outdated();
}

void MarkdownView::changeEvent(QEvent* event) {
  QTextBrowser::changeEvent(event);
  if (event->type() == QEvent::FontChange) fit();
}

void MarkdownView::wheelEvent(QWheelEvent* event) {
  event->ignore();
}  // the conversation scrolls

void MarkdownView::paintEvent(QPaintEvent* event) {
  {
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const QPoint scrolled(horizontalScrollBar()->value(), verticalScrollBar()->value());
    painter.translate(-scrolled);
    paint_code_grounds(painter, *document(), QRectF(event->rect().translated(scrolled)),
                       QColor(current_colors().bubble));
  }
  QTextBrowser::paintEvent(event);
}

void MarkdownView::mouseMoveEvent(QMouseEvent* event) {
  QTextBrowser::mouseMoveEvent(event);
  if (event->buttons() == Qt::NoButton) offer_copy(event->position().toPoint());
}

bool MarkdownView::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::Leave && copy_code_ != nullptr) copy_code_->hide();
  return QTextBrowser::viewportEvent(event);
}

void MarkdownView::offer_copy(const QPoint& at) {
  QTextBlock line = cursorForPosition(at).block();
  while (is_code(line) && !begins_code(line)) line = line.previous();
  const QRect ground = is_code(line) ? code_ground(line).toAlignedRect() : QRect();
  if (!ground.contains(at)) {
    if (copy_code_ != nullptr) copy_code_->hide();
    return;
  }
  if (copy_code_ == nullptr) {
    copy_code_ = tool_button(QStringLiteral("copy"), tr("Copy this code"), viewport());
    copy_code_->setCursor(Qt::ArrowCursor);
    copy_code_->setFocusPolicy(Qt::NoFocus);  // keys have the menu
    connect(copy_code_, &QToolButton::clicked, this, [this] {
      const QPoint below = copy_code_->geometry().center();
      QGuiApplication::clipboard()->setText(code_text(cursorForPosition(below).block()));
    });
  }
  copy_code_->adjustSize();
  copy_code_->move(ground.right() - copy_code_->width() - 2, ground.top() + 2);
  copy_code_->show();
}

void MarkdownView::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  QAction* copy = menu.addAction(icon(QStringLiteral("copy")), tr("Copy"), this, &QTextEdit::copy);
  copy->setEnabled(textCursor().hasSelection());
  if (const QString code = code_text(cursorForPosition(event->pos()).block()); !code.isEmpty()) {
    menu.addAction(tr("Copy this code"), this, [code] { QGuiApplication::clipboard()->setText(code); });
  }
  menu.addAction(tr("Select all"), this, &QTextEdit::selectAll);
  menu.exec(event->globalPos());
}

}  // namespace fovea::ui
