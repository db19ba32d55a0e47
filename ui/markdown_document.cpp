#include "ui/markdown_document.h"

#include "ui/math_markdown.h"

#include <QTextDocument>

namespace fovea::ui {

void set_markdown(QTextDocument& document, const QString& markdown) {
  const std::u16string text = with_readable_math(
      std::u16string_view(QStringView(markdown).utf16(), static_cast<std::size_t>(markdown.size())));
  document.setMarkdown(
      QString::fromStdU16String(text),
      QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) | QTextDocument::MarkdownNoHTML);
}

}  // namespace fovea::ui
