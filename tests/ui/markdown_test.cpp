#include "suites.h"
#include "ui/chat/answer_foot.h"
#include "ui/chat/answer_text.h"
#include "ui/chat/discard.h"
#include "ui/chat/markdown_split.h"
#include "ui/chat/markdown_view.h"
#include "ui/chat/message_view.h"
#include "ui/code_pieces.h"
#include "ui/palette.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QAbstractTextDocumentLayout>
#include <QApplication>
#include <QClipboard>
#include <QGuiApplication>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QScrollArea>
#include <QTest>
#include <QTextBlock>
#include <QTextTable>
#include <QToolButton>
#include <cmath>
#include <vector>

using namespace fovea::ui;

namespace {

const QString kAnswer = QStringLiteral(
    "# Receipt\n\nThe **total** is `42.10`.\n\n- one\n- two\n\n  still two\n- three\n\nAfter the list.\n\n"
    "```python\nprint(1)\n\nprint(2)\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n1. first\n2. second\n\nThe "
    "end.\n");

/// Without empty lines: Qt's importer leaves some between blocks of different kinds.
QString lines(QString text) {
  return text.replace(QRegularExpression(QStringLiteral("\n+")), QStringLiteral("\n"));
}

QString streamed(const QString& text, int step) {
  MarkdownView view;
  view.resize(600, 10);
  for (qsizetype at = 0; at < text.size(); at += step) view.append(text.mid(at, step));
  return lines(view.document()->toPlainText());
}

}  // namespace

class MarkdownTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void streaming_shows_what_the_whole_shows() {
    MarkdownView whole;
    whole.set_text(kAnswer);
    for (const int step : {1, 3, 7, 50})
      QCOMPARE(streamed(kAnswer, step), lines(whole.document()->toPlainText()));
    QTextDocument reference;
    reference.setMarkdown(kAnswer);
    QCOMPARE(whole.document()->toPlainText().simplified(), reference.toPlainText().simplified());
  }

  void formulas_are_readable_and_copied_as_they_were_written() {
    const QString source = QStringLiteral(
        "The area is $\\pi r^2$, for $5 and $6.\n\n$$\n\\frac{a}{b} \\ge 1\n$$\n\n`$x^2$` stays.\n");
    const QString shown = QStringLiteral("The area is πr², for $5 and $6.\na/b ≥ 1\n$x^2$ stays.");
    for (const int step : {1, 5, 200}) QCOMPARE(streamed(source, step).trimmed(), shown);
    ChatMessage answer;
    answer.role = fovea::Role::kAssistant;
    answer.text = source;
    MessageView view(answer);
    const auto copy = [&view](const QString& name) {
      for (QMenu* menu : view.findChildren<QMenu*>()) {
        for (QAction* action : menu->actions()) {
          if (action->text() == name) action->trigger();
        }
      }
      return QGuiApplication::clipboard()->text();
    };
    QCOMPARE(copy(QStringLiteral("Copy as Markdown")), source);
    QCOMPARE(lines(copy(QStringLiteral("Copy as text"))).trimmed(), shown);
  }

  void finished_blocks_are_not_rendered_again() {
    const MarkdownSplit split = split_markdown(QStringLiteral("First.\n\nSecond.\n\nThi"));
    QCOMPARE(split.finished, QStringLiteral("First.\n\n"));
    QCOMPARE(split.tail, QStringLiteral("Second.\n\nThi"));
    QCOMPARE(split_markdown(QStringLiteral("First.\n\nSecond is here\n")).finished,
             QStringLiteral("First.\n\n"));
  }

  void fences_and_lists_stay_whole() {
    QVERIFY(split_markdown(QStringLiteral("```\na\n\nb here\n\nc and d\n")).finished.isEmpty());
    QVERIFY(split_markdown(QStringLiteral("- a\n\n- b here\n\n  c and d\n")).finished.isEmpty());
    QCOMPARE(split_markdown(QStringLiteral("- a\n- b\n\nText here\n")).finished,
             QStringLiteral("- a\n- b\n\n"));
  }

  void long_tails_are_cut_inside() {
    const QString line = QStringLiteral("int x = 1;\n");
    MarkdownSplit split = split_markdown(QStringLiteral("```cpp\n") + line.repeated(2000));
    QVERIFY(split.tail.size() < 100);
    QVERIFY(split.finished.endsWith(QStringLiteral("```")));
    split = split_markdown(QStringLiteral("word ").repeated(3000));
    QVERIFY(split.tail.size() < 10);
  }

  void a_long_text_goes_on_in_further_views() {
    QString text;
    for (int i = 0; i < 3000; ++i) text += QStringLiteral("Paragraph %1 of a long answer.\n\n").arg(i);
    AnswerText streamed(QStringLiteral("Answer"));
    streamed.resize(600, 10);
    for (qsizetype at = 0; at < text.size(); at += 999) streamed.append(text.mid(at, 999));
    QTRY_COMPARE(lines(streamed.plain_text()), lines(QString(text).trimmed()));
    QVERIFY(streamed.findChildren<MarkdownView*>().size() > 2);
    streamed.set_text(QStringLiteral("short"));
    QCOMPARE(streamed.plain_text(), QStringLiteral("short"));
  }

  void another_width_lays_out_all_views_in_the_end() {
    QString text;
    for (int i = 0; i < 3000; ++i) text += QStringLiteral("Paragraph %1 of a long answer.\n\n").arg(i);
    QScrollArea area;
    area.setWidgetResizable(true);
    auto* answer = new AnswerText(QStringLiteral("Answer"));
    area.setWidget(answer);
    area.resize(500, 400);
    area.show();
    answer->set_text(text);
    const auto views = [answer] { return answer->findChildren<MarkdownView*>(); };
    const auto laid_out = [&views](int* height) {
      *height = 0;
      for (const MarkdownView* view : views()) {
        const double needed = view->document()->documentLayout()->documentSize().height();
        if (view->is_outdated() || view->height() != int(std::ceil(needed)) + 2) return false;
        *height += view->height();
      }
      return true;
    };
    int wide = 0;
    QTRY_COMPARE(lines(answer->plain_text()), lines(QString(text).trimmed()));
    QTRY_VERIFY(laid_out(&wide));
    QVERIFY(views().size() > 3 && wide > 10'000);
    area.resize(140, 400);
    QCoreApplication::sendPostedEvents();
    QVERIFY2(views().back()->is_outdated(), "what is out of sight waits");
    int narrow = 0;
    QTRY_VERIFY(laid_out(&narrow) && narrow > wide);
  }

  void figures_are_copied_as_table_picture_and_json() {
    ChatMessage answer;
    answer.role = fovea::Role::kAssistant;
    answer.figures.emplace();
    answer.figures->ttft = 0.5;
    answer.figures->total = 1.0;
    answer.figures->prompt_tokens = 12;
    answer.figures->stages[fovea::Stage::kVision] = 0.5;
    AnswerFoot foot;
    foot.set_answer(answer);
    foot.resize(500, 400);
    foot.show();
    foot.findChild<QPushButton*>()->click();
    const auto click = [&foot](const char* name) {
      for (auto* button : foot.findChildren<QPushButton*>()) {
        if (button->text() == QLatin1String(name)) button->click();
      }
      return QGuiApplication::clipboard();
    };
    QVERIFY(click("Copy as table")->text().contains(QStringLiteral("Vision\t0.5")));
    const QJsonObject json = QJsonDocument::fromJson(click("Copy as JSON")->text().toUtf8()).object();
    QCOMPARE(json[QLatin1String("stages")].toObject()[QLatin1String("vision")].toDouble(), 0.5);
    QCOMPARE(json[QLatin1String("prompt_tokens")].toInt(), 12);
    QVERIFY2(!json.contains(QLatin1String("forecast_ttft")), "what is not known is not said");
    const QImage picture = click("Copy as picture")->image();
    QVERIFY(picture.width() > 200 && picture.height() > 20);
    int coloured = 0;
    for (int x = 0; x < picture.width(); ++x) {
      for (int y = 0; y < picture.height(); ++y)
        coloured += picture.pixel(x, y) == stage_color(fovea::Stage::kVision) ? 1 : 0;
    }
    QVERIFY2(coloured > 50, "the waterfall is in it");
  }

  void what_is_discarded_goes_view_by_view() {
    QWidget parent;
    QPointer<QWidget> widget = new QWidget(&parent);
    for (int i = 0; i < 4; ++i) new MarkdownView(widget);
    const QPointer<MarkdownView> last = widget->findChildren<MarkdownView*>().back();
    parent.show();
    discard(widget);
    QVERIFY(widget && last && !widget->isVisible());
    QTRY_VERIFY(!widget);
    QVERIFY(!last);
  }

  void html_is_text_and_nothing_is_loaded() {
    MarkdownView view;
    view.set_text(
        QStringLiteral("<b>bold</b> <img src=\"file:///etc/hostname\"> ![x](file:///etc/hostname) "
                       "![y](http://127.0.0.1:9/y.png)"));
    QVERIFY(view.document()->toPlainText().contains(QStringLiteral("<b>bold</b>")));
    const QVariant file =
        view.document()->resource(QTextDocument::ImageResource, QUrl(QStringLiteral("file:///etc/hostname")));
    QCOMPARE(file.value<QImage>().size(), QSize(1, 1));  // stands for what was not read
  }

  void tables_and_code_keep_their_form() {
    MarkdownView view;
    view.resize(600, 10);
    for (const QChar c : kAnswer) view.append(QString(c));
    std::vector<const QTextTable*> tables;
    for (QTextFrame* frame : view.document()->rootFrame()->childFrames()) {
      if (const auto* table = qobject_cast<QTextTable*>(frame)) tables.push_back(table);
    }
    QCOMPARE(tables.size(), std::size_t(1));
    QVERIFY(tables[0]->format().borderCollapse() && tables[0]->format().cellPadding() > 0);
    QCOMPARE(tables[0]->firstCursorPosition().blockFormat().bottomMargin(), 0.0);
    QCOMPARE(tables[0]->format().borderStyle(), QTextFrameFormat::BorderStyle_Solid);
    QVERIFY(tables[0]->cellAt(0, 1).format().background() != tables[0]->cellAt(1, 1).format().background());
    int code = 0;
    for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next())
      code += block.blockFormat().hasProperty(QTextFormat::BlockCodeFence) ? 1 : 0;
    QCOMPARE(code, 3);
  }

  void code_has_room_on_its_ground_in_every_theme() {
    const auto undo = qScopeGuard([] { apply_theme(*qApp, Theme::kLight, 1.0); });
    for (const Theme theme : {Theme::kLight, Theme::kDark}) {
      apply_theme(*qApp, theme, 1.0);
      MarkdownView view;
      view.resize(600, 10);
      view.set_text(QStringLiteral("Before.\n\n```\nHHHH\n\nHH\n```\n\n    HH\n\nAfter."));
      view.show();
      view.fit();
      const QImage picture = view.grab().toImage();
      const QRgb ground = current_colors().bubble;
      int pieces = 0;
      for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next()) {
        if (!begins_code(block)) continue;
        ++pieces;
        const QRect area = code_ground(block).toRect();
        QVERIFY2(view.rect().contains(area.adjusted(0, 0, -1, -1)), qPrintable(QStringLiteral("%1 %2 %3 %4")
                                                                                   .arg(area.left())
                                                                                   .arg(area.right())
                                                                                   .arg(area.top())
                                                                                   .arg(area.bottom())));
        const QRect text = area.adjusted(kSpace3, kSpace2, -kSpace3, -kSpace2);
        int written = 0;
        for (int y = area.top() + 3; y < area.bottom() - 3; ++y) {
          for (int x = area.left() + 3; x < area.right() - 3; ++x) {
            const bool bare = picture.pixel(x, y) == ground;
            written += bare ? 0 : 1;
            if (!text.contains(x, y)) QVERIFY2(bare, qPrintable(QStringLiteral("%1, %2").arg(x).arg(y)));
          }
        }
        QVERIFY(written > 20);
      }
      QCOMPARE(pieces, 2);
    }
  }

  void a_table_behind_code_is_as_any_other() {
    for (const char* code : {"```\nx\n```\n\n", "    x\n\n"}) {
      MarkdownView view;
      view.resize(600, 10);
      view.set_text(QString::fromLatin1(code) + QStringLiteral("| a | b |\n|---|---|\n| 1 | 2 |\n\nAfter."));
      view.show();
      view.fit();
      const auto* table = qobject_cast<QTextTable*>(view.document()->rootFrame()->childFrames().value(0));
      QVERIFY(table != nullptr);
      const QTextBlock first = table->cellAt(0, 0).lastCursorPosition().block();
      const QTextBlock second = table->cellAt(0, 1).lastCursorPosition().block();
      QCOMPARE(first.text(), QStringLiteral("a"));
      QCOMPARE(first.begin().fragment().charFormat().fontWeight(),
               second.begin().fragment().charFormat().fontWeight());
      const QAbstractTextDocumentLayout* layout = view.document()->documentLayout();
      QCOMPARE(layout->blockBoundingRect(first).top(), layout->blockBoundingRect(second).top());
      QTextBlock line = view.document()->begin();
      while (line.isValid() && !begins_code(line)) line = line.next();
      QVERIFY(layout->blockBoundingRect(first).top() >= code_ground(line).bottom() + kSpace2);
    }
  }

  void code_is_copied_piece_by_piece() {
    MarkdownView view;
    view.resize(600, 10);
    QString answer = QStringLiteral("```python\na = 1\n\nb\n```\n\n```json\n{}\n```\n\n```\n");
    QString longest;  // so long that its end is rendered apart
    for (int i = 0; i < 400; ++i) longest += QStringLiteral("line %1 of many\n").arg(i);
    answer += longest + QStringLiteral("```\n\nAfter.");
    for (qsizetype at = 0; at < answer.size(); at += 500) view.append(answer.mid(at, 500));
    view.show();
    view.fit();
    QStringList pieces;
    for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next()) {
      if (!begins_code(block)) continue;
      // The button comes where the pointer is, and goes.
      const QPoint inside = code_ground(block).toRect().topLeft() + QPoint(30, 12);
      QTest::mouseMove(view.viewport(), inside);
      auto* button = view.findChild<QToolButton*>();
      QTRY_VERIFY((button = view.findChild<QToolButton*>()) != nullptr && button->isVisible());
      QVERIFY(!button->accessibleName().isEmpty());
      QTest::mouseClick(button, Qt::LeftButton);
      pieces.append(QGuiApplication::clipboard()->text());
    }
    QCOMPARE(pieces, QStringList({QStringLiteral("a = 1\n\nb\n"), QStringLiteral("{}\n"), longest}));
    QTest::mouseMove(view.viewport(), QPoint(30, view.height() - 4));
    QTRY_VERIFY(!view.findChild<QToolButton*>()->isVisible());
  }
};

std::unique_ptr<QObject> markdown_suite() {
  return std::make_unique<MarkdownTest>();
}

#include <markdown_test.moc>
