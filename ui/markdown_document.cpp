#include "ui/markdown_document.h"

#include "ui/code_pieces.h"
#include "ui/math_markdown.h"
#include "ui/tokens.h"

#include <QTextDocument>
#include <QTextTable>

namespace fovea::ui {
void set_markdown(QTextDocument& document, const QString& markdown) {
  const std::u16string text = with_readable_math(
      std::u16string_view(QStringView(markdown).utf16(), static_cast<std::size_t>(markdown.size())));
  document.setMarkdown(
      QString::fromStdU16String(text),
      QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) | QTextDocument::MarkdownNoHTML);
  mark_code(document);
}

void style_table(QTextTable& table, const QColor& line, const QColor& head) {
  QTextTableFormat style = table.format();
  style.setBorder(1);
  style.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);  // Qt's own would be lit from a side
  style.setBorderCollapse(true);
  style.setBorderBrush(line);
  style.setCellPadding(kSpace1);
  style.setCellSpacing(0);
  style.setTopMargin(kSpace1);
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
