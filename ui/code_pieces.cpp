#include "ui/code_pieces.h"

#include "ui/tokens.h"

#include <QAbstractTextDocumentLayout>
#include <QPainter>
#include <QTextCursor>
#include <QTextDocument>
#include <algorithm>
#include <iterator>

namespace fovea::ui {
namespace {

constexpr int kBeginsCode = QTextFormat::UserProperty + 1;
constexpr int kQuoteIndent = 40;  // a level, as Qt reads Markdown
/// By what a piece is told from one that follows it.
constexpr int kTold[] = {QTextFormat::BlockCodeLanguage, QTextFormat::BlockCodeFence};

}  // namespace

void mark_code(QTextDocument& document) {
  bool code_before = false;
  QTextBlockFormat before;
  for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
    QTextBlockFormat format = block.blockFormat();
    const bool code = format.hasProperty(QTextFormat::BlockCodeLanguage);
    const bool goes_on = code_before && format.indent() == before.indent() &&
                         std::all_of(std::begin(kTold), std::end(kTold), [&](int told) {
                           return format.property(told) == before.property(told);
                         });
    code_before = code;
    before = format;
    if (!code) continue;
    if (!format.hasProperty(QTextFormat::BlockCodeFence))
      format.setProperty(QTextFormat::BlockCodeFence, QStringLiteral("`"));  // written by indentation
    if (!goes_on) format.setProperty(kBeginsCode, true);
    QTextCursor(block).setBlockFormat(format);
  }
}

bool is_code(const QTextBlock& block) {
  return block.blockFormat().hasProperty(QTextFormat::BlockCodeFence);
}

bool begins_code(const QTextBlock& block) {
  return is_code(block) && (block.blockFormat().hasProperty(kBeginsCode) || !is_code(block.previous()));
}

void unmark_code(QTextDocument& document) {
  QTextBlockFormat format = document.begin().blockFormat();
  format.clearProperty(kBeginsCode);
  QTextCursor(document.begin()).setBlockFormat(format);
}

bool ends_code(const QTextBlock& block) {
  return is_code(block) && (!is_code(block.next()) || begins_code(block.next()));
}

QTextBlockFormat set_off_code(const QTextBlock& block) {
  QTextBlockFormat format = block.blockFormat();
  const int quoted = kQuoteIndent * format.intProperty(QTextFormat::BlockQuoteLevel);
  format.setLeftMargin(quoted + kSpace3);
  format.setRightMargin(quoted + kSpace3);
  // Of two margins that meet the larger counts: room for the ground, and as much beside it.
  const int above = is_code(block.previous()) ? 3 * kSpace2 : 2 * kSpace2;
  format.setTopMargin(begins_code(block) ? above : 0);
  format.setBottomMargin(ends_code(block) ? 2 * kSpace2 : 0);
  format.setNonBreakableLines(false);
  return format;
}

QRectF code_ground(const QTextBlock& begin) {
  const QAbstractTextDocumentLayout* layout = begin.document()->documentLayout();
  QTextBlock last = begin;
  while (!ends_code(last) && last.next().isValid()) last = last.next();
  QRectF lines = layout->blockBoundingRect(begin) | layout->blockBoundingRect(last);
  // Qt leaves the margins out.
  const QTextDocument& document = *begin.document();
  const QTextBlockFormat format = begin.blockFormat();
  lines.setLeft(document.documentMargin() + document.indentWidth() * format.indent() + format.leftMargin());
  lines.setRight(document.size().width() - document.documentMargin() - format.rightMargin());
  return lines.adjusted(-kSpace3, -kSpace2, kSpace3, kSpace2);
}

void paint_code_grounds(QPainter& painter, const QTextDocument& document, const QRectF& clip,
                        const QColor& ground) {
  const QAbstractTextDocumentLayout* layout = document.documentLayout();
  // A ground reaches beyond its lines.
  const int above = layout->hitTest(clip.topLeft() - QPointF(0.0, kSpace2), Qt::FuzzyHit);
  QTextBlock block = document.findBlock(std::max(0, above));
  while (is_code(block) && !begins_code(block)) block = block.previous();
  painter.setPen(Qt::NoPen);
  painter.setBrush(ground);
  for (; block.isValid(); block = block.next()) {
    if (layout->blockBoundingRect(block).top() - kSpace2 > clip.bottom()) return;
    if (begins_code(block)) painter.drawRoundedRect(code_ground(block), kRadius, kRadius);
  }
}

QString code_text(QTextBlock line) {
  if (!is_code(line)) return {};
  while (!begins_code(line)) line = line.previous();
  QString code = line.text() + u'\n';
  while (!ends_code(line)) {
    line = line.next();
    code += line.text() + u'\n';
  }
  return code;
}

}  // namespace fovea::ui
