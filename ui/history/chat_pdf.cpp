#include "ui/history/chat_pdf.h"

#include "ui/code_pieces.h"
#include "ui/core_words.h"
#include "ui/history/chat_export.h"
#include "ui/history/database.h"
#include "ui/markdown_document.h"
#include "ui/words.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QLocale>
#include <QPageLayout>
#include <QPainter>
#include <QPalette>
#include <QPdfWriter>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextDocumentFragment>
#include <QTextTable>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kDotsPerInch = 96;  // the unit of all lengths below
constexpr double kMarginMm = 18.0;
constexpr double kFooter = 28.0;
constexpr int kHighestPicture = 360;
constexpr int kPicturePixelsPerDot = 3;  // sharp in print; what a picture has more only makes the file larger
constexpr double kTextPoints = 10.0;
constexpr double kSmallPoints = 8.0;
constexpr QRgb kMuted = 0xFF59636D;
constexpr QRgb kTableLine = 0xFFC9D1D6;
constexpr QRgb kGround = 0xFFEFF2F3;
constexpr QRgb kLine = 0xFFDADFE3;

/// A document that has its pictures given and asks nobody for others.
class ClosedDocument : public QTextDocument {
 protected:
  QVariant loadResource(int type, const QUrl& /*name*/) override {
    // Not nothing: of nothing Qt would look for a file itself.
    if (type == QTextDocument::ImageResource) return QImage(1, 1, QImage::Format_ARGB32_Premultiplied);
    return QByteArray(" ");
  }
};

QImage pixels_of(Database& database, const Attachment& attachment, const PictureDecoder& decode) {
  if (!decode || attachment.clip) return attachment.thumbnail;
  const auto bytes = database.picture(attachment.hash);
  if (!bytes) return attachment.thumbnail;
  const Result<DecodedPicture> decoded =
      decode(std::span((*bytes)->data(), (*bytes)->size()), attachment.name.toStdString());
  if (!decoded) return attachment.thumbnail;
  const RgbImage& rgb = *decoded->image;
  return QImage(rgb.pixels.data(), int(rgb.width), int(rgb.height), 3 * qsizetype(rgb.width),
                QImage::Format_RGB888)
      .copy();
}

class Pages {
 public:
  Pages(Database& database, const PictureDecoder& decode, QSize body)
      : database_(database), decode_(decode), body_(body), end_(&document_) {
    QFont font = document_.defaultFont();
    font.setPointSizeF(kTextPoints);
    font.setHintingPreference(QFont::PreferNoHinting);
    document_.setDefaultFont(font);
    document_.setUseDesignMetrics(true);  // letters stand where print wants them, not where 96 dots would
    document_.setDocumentMargin(0);
    document_.setUndoRedoEnabled(false);
  }

  void add_title(const QString& title) {
    QTextCharFormat large;
    large.setFontPointSize(1.6 * kTextPoints);
    large.setFontWeight(QFont::DemiBold);
    end_.insertText(title, large);
  }

  void add(const ChatMessage& message) {
    QTextBlockFormat head;
    head.setTopMargin(18);
    head.setBottomMargin(4);
    QTextCharFormat who;
    who.setFontPointSize(kSmallPoints);
    who.setFontWeight(QFont::DemiBold);
    who.setForeground(QColor(kMuted));
    end_.insertBlock(head, who);
    end_.insertText(speaker_name(message), who);
    for (const Attachment& attachment : message.attachments) add(attachment);
    if (message.role == Role::kUser) {
      end_.insertBlock(paragraph(), QTextCharFormat());
      end_.insertText(message.text, QTextCharFormat());
    } else if (!message.text.isEmpty()) {
      QTextDocument text;
      text.setDefaultFont(document_.defaultFont());
      set_markdown(text, message.text);
      for (QTextFrame* frame : text.rootFrame()->childFrames()) {
        if (auto* table = qobject_cast<QTextTable*>(frame))
          style_table(*table, QColor(kTableLine), QColor(kGround));
      }
      end_.insertBlock(paragraph(), QTextCharFormat());
      const int from = end_.position();
      end_.insertFragment(QTextDocumentFragment(&text));
      if (is_code(text.begin()))
        QTextCursor(document_.findBlock(from)).setBlockFormat(text.begin().blockFormat());
      set_off_from(from);
      end_.movePosition(QTextCursor::End);
    }
    if (!message.problem.isEmpty()) add_note(core_words(message.problem));
  }

  QTextDocument& document() { return document_; }

 private:
  static QTextBlockFormat paragraph() {
    QTextBlockFormat format;
    format.setBottomMargin(6);
    return format;
  }

  void set_off_from(int position) {
    for (QTextBlock block = document_.findBlock(position); block.isValid(); block = block.next()) {
      if (is_code(block)) QTextCursor(block).setBlockFormat(set_off_code(block));
    }
  }

  void add_note(const QString& text) {
    QTextCharFormat note;
    note.setFontItalic(true);
    note.setForeground(QColor(kMuted));
    end_.insertBlock(paragraph(), note);
    end_.insertText(text, note);
  }

  void add(const Attachment& attachment) {
    QImage pixels = pixels_of(database_, attachment, decode_);
    if (pixels.isNull()) return add_note(attachment.name);
    const QSize most(body_.width(), std::min(kHighestPicture, body_.height()));
    QSize size = pixels.size();
    if (size.width() > most.width() || size.height() > most.height()) size.scale(most, Qt::KeepAspectRatio);
    size = size.expandedTo(QSize(1, 1));
    if (pixels.width() > size.width() * kPicturePixelsPerDot)
      pixels = pixels.scaled(size * kPicturePixelsPerDot, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    const QUrl url(QStringLiteral("attachment:%1").arg(++pictures_));
    document_.addResource(QTextDocument::ImageResource, url, pixels);
    QTextImageFormat image;
    image.setName(url.toString());
    image.setWidth(size.width());
    image.setHeight(size.height());
    end_.insertBlock(paragraph(), QTextCharFormat());
    end_.insertImage(image);
  }

  Database& database_;
  const PictureDecoder& decode_;
  QSize body_;
  ClosedDocument document_;
  QTextCursor end_;
  int pictures_ = 0;
};

/// The line under a page.
void draw_footer(QPainter& painter, const QRectF& place, const QString& title, int page, int pages) {
  QFont small = painter.font();
  small.setPointSizeF(kSmallPoints);
  painter.setFont(small);
  painter.setPen(QColor(kLine));
  painter.drawLine(place.topLeft(), place.topRight());
  painter.setPen(QColor(kMuted));
  const QString number = tr("Page %1 of %2").arg(page).arg(pages);
  const double width = painter.fontMetrics().horizontalAdvance(number) + 12;
  painter.drawText(place, Qt::AlignRight | Qt::AlignBottom, number);
  painter.drawText(place, Qt::AlignLeft | Qt::AlignBottom,
                   painter.fontMetrics().elidedText(title, Qt::ElideRight, int(place.width() - width)));
}

}  // namespace

QByteArray chat_as_pdf(Database& database, const Chat& chat, const PictureDecoder& decode) {
  QByteArray file;
  QBuffer buffer(&file);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  const bool inches = QLocale().measurementSystem() == QLocale::ImperialUSSystem;
  writer.setPageSize(QPageSize(inches ? QPageSize::Letter : QPageSize::A4));
  writer.setPageMargins(QMarginsF(kMarginMm, kMarginMm, kMarginMm, kMarginMm), QPageLayout::Millimeter);
  writer.setResolution(kDotsPerInch);
  writer.setTitle(chat.summary.title);
  writer.setCreator(QStringLiteral("Fovea"));
  const QSize page(writer.width(), writer.height());
  const QSize body = page - QSize(0, int(kFooter));

  Pages pages(database, decode, body);
  pages.document().documentLayout()->setPaintDevice(&writer);
  pages.add_title(chat.summary.title);
  for (const ChatMessage& message : chat.messages) pages.add(message);
  pages.document().setPageSize(body);

  QPainter painter;
  if (!painter.begin(&writer)) return {};
  const int count = pages.document().pageCount();
  for (int i = 0; i < count; ++i) {
    if (i > 0 && !writer.newPage()) return {};
    painter.save();
    painter.translate(0, -i * body.height());
    QAbstractTextDocumentLayout::PaintContext context;
    context.clip = QRectF(0, i * body.height(), body.width(), body.height());
    context.palette.setColor(QPalette::Text, Qt::black);  // whatever the theme
    painter.setClipRect(context.clip);
    painter.setRenderHint(QPainter::Antialiasing);
    paint_code_grounds(painter, pages.document(), context.clip, QColor(kGround));
    pages.document().documentLayout()->draw(&painter, context);
    painter.restore();
    painter.setFont(pages.document().defaultFont());
    draw_footer(painter, QRectF(0, body.height() + kFooter / 2, page.width(), kFooter / 2),
                chat.summary.title, i + 1, count);
  }
  return painter.end() ? file : QByteArray();
}

}  // namespace fovea::ui
