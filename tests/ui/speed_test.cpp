// The panel of speed, worked with: the scheduler's mode and what it costs, an answer's stages and their
// formulas.
#include "opened_window.h"
#include "seen.h"
#include "suites.h"
#include "ui/chat/markdown_view.h"
#include "ui/performance/speed_panel.h"
#include "ui/stage_words.h"
#include "ui/waterfall_view.h"

#include <QComboBox>
#include <QHelpEvent>
#include <QSpinBox>
#include <QTest>
#include <QTextDocument>
#include <QToolTip>

using namespace fovea;
using namespace fovea::ui;

namespace {

AnswerFigures figures() {
  RequestMetrics metrics;
  metrics.stages[Stage::kQueue] = 0.5;
  metrics.stages[Stage::kPrefill] = 1.0;
  metrics.stages[Stage::kDecode] = 0.5;
  metrics.token_times = {1.5, 2.0};
  metrics.total_seconds = 2.0;
  metrics.forecast_ttft = 0.9;
  return figures_of(metrics);
}

}  // namespace

class SpeedTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void the_mode_is_a_choice_that_says_what_it_costs() {
    test::Opened o(test::answer_of(1, 0));
    QApplication::setActiveWindow(&o.window);
    QTest::keyClick(&o.window, Qt::Key_2, Qt::AltModifier);
    QComboBox* mode = nullptr;
    for (auto* box : o.window.speed().findChildren<QComboBox*>()) {
      if (box->accessibleName() == QLatin1String("How questions share the engine")) mode = box;
    }
    QVERIFY(mode != nullptr && mode->isVisible());
    QVERIFY(!mode->isEnabled());  // while nothing is loaded
    QVERIFY(mode->toolTip().contains(QStringLiteral("none is loaded")));
    QTRY_VERIFY(o.bench.bridge.ready() && mode->isEnabled());
    const auto choose = [&](SchedulingMode wanted) {
      mode->setCurrentIndex(mode->findData(int(wanted)));
      Q_EMIT mode->activated(mode->currentIndex());
    };
    QTRY_VERIFY(test::shows(o.window.speed(), QStringLiteral("Many at once take longer in all.")));
    choose(SchedulingMode::kHighThroughput);
    QTRY_COMPARE(int(o.bench.bridge.scheduling().mode), int(SchedulingMode::kHighThroughput));
    QTRY_VERIFY(test::shows(o.window.speed(), QStringLiteral("waits for the others and takes more memory")));
    QSpinBox* batch = nullptr;
    for (auto* box : o.window.speed().findChildren<QSpinBox*>()) {
      if (box->accessibleName() == QLatin1String("Questions together, at most")) batch = box;
    }
    QVERIFY(batch != nullptr && !batch->isVisible());
    choose(SchedulingMode::kCustom);
    QTRY_VERIFY(batch->isVisible());
    batch->setValue(3);
    Q_EMIT batch->editingFinished();
    QTRY_COMPARE(o.bench.bridge.scheduling().max_batch, 3);
    o.window.speed().set_scheduling_problem(QStringLiteral("It can't."));
    QVERIFY(test::shows(o.window.speed(), QStringLiteral("It can't.")));
  }

  void what_the_machine_uses_is_there_at_once() {
    test::Opened o(test::answer_of(1, 0));
    QApplication::setActiveWindow(&o.window);
    QTest::keyClick(&o.window, Qt::Key_2, Qt::AltModifier);
    QVERIFY(test::shows(o.window.speed(), QStringLiteral(" cores")));
  }

  void a_stage_says_its_share_and_its_formula() {
    WaterfallView view;
    view.set_figures(figures());
    view.resize(view.sizeHint());
    view.show();
    const std::vector<StageRow> rows = stage_rows(figures());
    QVERIFY(rows.size() >= 3);
    const int height = view.height() / int(rows.size());
    for (int i = 0; i < int(rows.size()); ++i) {
      const StageRow& row = rows[std::size_t(i)];
      QVERIFY(!row.formula.isEmpty());
      const QPoint at(view.width() / 2, i * height + height / 2);
      QHelpEvent hover(QEvent::ToolTip, at, view.mapToGlobal(at));
      QApplication::sendEvent(&view, &hover);
      QVERIFY2(QToolTip::text().contains(row.formula), qPrintable(QToolTip::text()));
      QVERIFY2(QToolTip::text().startsWith(row.name), qPrintable(QToolTip::text()));
      QVERIFY(QToolTip::text().contains(QStringLiteral("when the first token was forecast")));
    }
    QToolTip::hideText();
  }

  void reasoning_is_folded_until_it_is_opened() {
    test::Script script = test::answer_of(1, 0);
    script.steps.insert(script.steps.end() - 1, test::says("First the sum.", {}, true));
    test::Opened o(script);
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(!o.bench.session.running());
    QPushButton* fold = nullptr;
    QTRY_VERIFY((fold = o.button(QStringLiteral("Reasoning"))) != nullptr);
    const auto seen = [&] {
      for (const auto* text : o.window.findChildren<MarkdownView*>()) {
        if (text->isVisible() && text->document()->toPlainText().contains(QStringLiteral("First the sum.")))
          return true;
      }
      return false;
    };
    QVERIFY(!seen());
    QTest::mouseClick(fold, Qt::LeftButton);
    QVERIFY(seen());
    QTest::mouseClick(fold, Qt::LeftButton);
    QVERIFY(!seen());
  }
};

std::unique_ptr<QObject> speed_suite() {
  return std::make_unique<SpeedTest>();
}

#include <speed_test.moc>
