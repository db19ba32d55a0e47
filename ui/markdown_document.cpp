#include "ui/markdown_document.h"

#include "ui/code_pieces.h"
#include "ui/math_markdown.h"
#include "ui/tokens.h"

#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextTable>

namespace fovea::ui {
namespace {

/// Of a table behind code Qt's reader begins with an empty line, and takes its first word for none of the
/// head.
void mend_first_cell(QTextTable& table) {
  const QTextTableCell first = table.cellAt(0, 0);
  QTextCursor cursor = first.firstCursorPosition();
  if (cursor.block() == first.lastCursorPosition().block() || !cursor.block().text().isEmpty()) return;
  cursor.deleteChar();
  cursor.setPosition(first.lastCursorPosition().position(), QTextCursor::KeepAnchor);
  QTextCharFormat head;
  head.setFontWeight(QFont::Bold);
  cursor.mergeCharFormat(head);
}

}  // namespace

void set_markdown(QTextDocument& document, const QString& markdown) {
  const std::u16string text = with_readable_math(
      std::u16string_view(QStringView(markdown).utf16(), static_cast<std::size_t>(markdown.size())));
  document.setMarkdown(
      QString::fromStdU16String(text),
      QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) | QTextDocument::MarkdownNoHTML);
  mark_code(document);
  for (QTextFrame* frame : document.rootFrame()->childFrames()) {
    if (auto* table = qobject_cast<QTextTable*>(frame)) mend_first_cell(*table);
  }
}

void style_table(QTextTable& table, const QColor& line, const QColor& head) {
  QTextTableFormat style = table.format();
  style.setBorder(1);
  style.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);  // Qt's own would be lit from a side
  style.setBorderCollapse(true);
  style.setBorderBrush(line);
  style.setCellPadding(kSpace1);
  style.setCellSpacing(0);
  // Of a block before a table Qt leaves the margin out.
  const bool below_code = is_code(table.firstCursorPosition().block().previous());
  style.setTopMargin(below_code ? 2 * kSpace2 : kSpace1);
  style.setBottomMargin(kSpace2);
  table.setFormat(style);
  for (int column = 0; column < table.columns(); ++column) {
    QTextTableCell cell = table.cellAt(0, column);
    QTextCharFormat format = cell.format();
    format.setBackground(head);
    cell.setFormat(format);
  }
}

}  // namespace fovea::ui
