#pragma once

#include <QColor>
#include <QRectF>
#include <QTextBlock>

class QPainter;
class QTextDocument;

namespace fovea::ui {

// Code in a document that was read from Markdown. Qt makes each of its lines a block of its own and can give
// those a ground, but no room around the text; so the lines are set off and the grounds painted here.

/// Marks the first lines of the pieces of code of a document that was just read.
void mark_code(QTextDocument& document);

/// Makes code that a document begins with the rest of a piece of code before it.
void unmark_code(QTextDocument& document);

/// Whether a block is a line of code.
bool is_code(const QTextBlock& block);

/// Whether a piece of code begins with this line. Of two pieces that follow each other the second is told by
/// the mark that mark_code() leaves: where its language or its fence is another.
bool begins_code(const QTextBlock& block);

/// Whether a piece of code ends with this line.
bool ends_code(const QTextBlock& block);

/// A line of code's format, with the space that its place in its piece needs for the ground around it.
QTextBlockFormat set_off_code(const QTextBlock& block);

/// The ground of the piece of code that begins with this line, in the laid out document's pixels.
QRectF code_ground(const QTextBlock& begin);

/// Draws the grounds of the pieces of code that touch `clip`, below their text. Linear in the lines of those.
void paint_code_grounds(QPainter& painter, const QTextDocument& document, const QRectF& clip,
                        const QColor& ground);

/// The lines of a piece of code, one of which is `line`; empty if that is no code.
QString code_text(QTextBlock line);

}  // namespace fovea::ui
