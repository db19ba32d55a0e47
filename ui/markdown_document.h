#pragma once

#include <QColor>
#include <QString>

class QTextDocument;
class QTextTable;

namespace fovea::ui {

/// Fills a document with an answer's Markdown as the window and its exports show it: GitHub's dialect, raw
/// HTML as text, formulas readable, see with_readable_math(); its pieces of code marked, see
/// code_pieces.h.
void set_markdown(QTextDocument& document, const QString& markdown);

/// Gives a table thin lines of one colour all round and a first row on a ground of its own.
void style_table(QTextTable& table, const QColor& line, const QColor& head);

}  // namespace fovea::ui
