#include "ui/chat/markdown_view.h"

#include "ui/chat/markdown_split.h"
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
#include <QScrollBar>
#include <QTextBlock>
#include <QTextDocumentFragment>
#include <QTextList>
#include <QTextTable>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kMostCharacters = 24'000;  // a longer document takes ever longer to lay out
constexpr qsizetype kSlice = 2500;       // characters that are rendered in one turn of the event loop

bool is_code(const QTextBlock& block) {
  return block.blockFormat().hasProperty(QTextFormat::BlockCodeFence);
}

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
    insert_at_end(split.finished);
    open_ = split.tail;
    tail_begin_ = document()->characterCount() - 1;
    tail_in_empty_block_ = is_free(document()->lastBlock());
    if (document()->characterCount() > kMostCharacters) return true;
  }
  if (!open_.isEmpty()) insert_at_end(open_);
  return false;
}

void MarkdownView::insert_at_end(const QString& markdown) {
  QTextDocument part;
  part.setDefaultFont(document()->defaultFont());
  set_markdown(part, markdown);
  if (part.isEmpty()) return;
  QTextCursor end(document());
  end.movePosition(QTextCursor::End);
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
  style_from(from);
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
      const bool first = !is_code(block.previous());
      const bool last = !is_code(block.next());
      format.setBackground(QColor(colors.bubble));
      format.setLeftMargin(0);
      format.setTopMargin(first ? kSpace2 : 0);
      format.setBottomMargin(last ? kSpace2 : 0);
      format.setNonBreakableLines(false);
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
  const int height = int(std::ceil(document()->documentLayout()->documentSize().height())) + 2;
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

QString MarkdownView::code_at(const QPoint& position) const {
  QTextBlock block = cursorForPosition(position).block();
  if (!is_code(block)) return {};
  while (is_code(block.previous())) block = block.previous();
  QString code;
  for (; is_code(block); block = block.next()) code += block.text() + u'\n';
  return code;
}

void MarkdownView::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  QAction* copy = menu.addAction(icon(QStringLiteral("copy")), tr("Copy"), this, &QTextEdit::copy);
  copy->setEnabled(textCursor().hasSelection());
  if (const QString code = code_at(event->pos()); !code.isEmpty()) {
    menu.addAction(tr("Copy this code"), this, [code] { QGuiApplication::clipboard()->setText(code); });
  }
  menu.addAction(tr("Select all"), this, &QTextEdit::selectAll);
  menu.exec(event->globalPos());
}

}  // namespace fovea::ui
