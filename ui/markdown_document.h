#pragma once

#include <QString>

class QTextDocument;

namespace fovea::ui {

/// Fills a document with an answer's Markdown as the window and its exports show it: GitHub's dialect, raw
/// HTML as text, formulas readable; see with_readable_math().
void set_markdown(QTextDocument& document, const QString& markdown);

}  // namespace fovea::ui
