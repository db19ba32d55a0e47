#include "ui/chat/composer_edit.h"

#include "ui/dropped_files.h"
#include "ui/tokens.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QScrollBar>
#include <QTextDocument>
#include <QUrl>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kMostLines = 8;

}  // namespace

bool holds_media(const QMimeData* mime) {
  if (mime->hasImage()) return true;
  const QList<QUrl> urls = mime->urls();
  return std::any_of(urls.begin(), urls.end(),
                     [](const QUrl& url) { return url.isLocalFile() || holds_picture(url); });
}

ComposerEdit::ComposerEdit(QWidget* parent) : QPlainTextEdit(parent) {
  setFrameShape(QFrame::NoFrame);
  setAcceptDrops(false);  // the window takes drops
  setTabChangesFocus(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  viewport()->setAutoFillBackground(false);
  document()->setDocumentMargin(2);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(document(), &QTextDocument::contentsChanged, this, &ComposerEdit::fit_height);
  fit_height();
}

void ComposerEdit::fit_height() {
  // QPlainTextDocumentLayout counts in lines.
  const int lines = std::clamp(int(document()->size().height()), 1, kMostLines);
  setFixedHeight(lines * fontMetrics().lineSpacing() + 2 * int(document()->documentMargin()) + 4);
  setVerticalScrollBarPolicy(int(document()->size().height()) > kMostLines ? Qt::ScrollBarAsNeeded
                                                                           : Qt::ScrollBarAlwaysOff);
}

void ComposerEdit::keyPressEvent(QKeyEvent* event) {
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (enter && !(event->modifiers() & (Qt::ShiftModifier | Qt::AltModifier))) {
    Q_EMIT sent();
    event->accept();
    return;
  }
  if (event->matches(QKeySequence::Undo)) {
    // The document counts moves of the cursor among what it can undo.
    const QString before = toPlainText();
    QPlainTextEdit::keyPressEvent(event);
    if (toPlainText() == before) Q_EMIT undoWanted();
    return;
  }
  if (enter) {
    insertPlainText(QStringLiteral("\n"));
    ensureCursorVisible();
    event->accept();
    return;
  }
  QPlainTextEdit::keyPressEvent(event);
}

bool ComposerEdit::canInsertFromMimeData(const QMimeData* mime) const {
  return holds_media(mime) || mime->hasText();
}

void ComposerEdit::insertFromMimeData(const QMimeData* mime) {
  if (holds_media(mime)) {
    Q_EMIT pasted(mime);
  } else {
    insertPlainText(mime->text());
  }
}

void ComposerEdit::focusInEvent(QFocusEvent* event) {
  QPlainTextEdit::focusInEvent(event);
  Q_EMIT focused(true);
}

void ComposerEdit::focusOutEvent(QFocusEvent* event) {
  QPlainTextEdit::focusOutEvent(event);
  Q_EMIT focused(false);
}

void ComposerEdit::resizeEvent(QResizeEvent* event) {
  QPlainTextEdit::resizeEvent(event);
  fit_height();
}

}  // namespace fovea::ui
