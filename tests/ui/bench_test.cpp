// Measuring in the window: the form, the tables, the chart, and a run against a scripted engine from its
// setting up to the waterfall of one request.
#include "accessible_tree.h"
#include "core/bench/report/conclusions.h"
#include "core/bench/report/run_bundle.h"
#include "core/bench/run_recorder.h"
#include "lab_suites.h"
#include "open_lab.h"
#include "ui/bench/bar_chart.h"
#include "ui/bench/bench_words.h"
#include "ui/bench/comparison_view.h"
#include "ui/bench/run_export.h"
#include "ui/bench/run_tables.h"
#include "ui/bench/run_view.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/waterfall_view.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScopeGuard>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

using namespace fovea;
using namespace fovea::ui;
using test::kLoadKind;
using test::Lab;
using test::OpenLab;

namespace {

bench::RunRecord made_up(double ttft) {
  bench::RunRecord record;
  record.name = "load";
  record.arguments = {"bench", "load"};
  for (int i = 0; i < 24; ++i) {
    bench::RequestRecord request;
    request.number = 24 - i;
    request.group = i % 2 == 0 ? "1 at once" : "2 at once";
    request.sent_seconds = double(24 - i);
    request.ended_seconds = request.sent_seconds + 1.0;
    request.metrics.stages[Stage::kVision] = ttft / 2.0;
    request.metrics.stages[Stage::kPrefill] = ttft / 2.0;
    request.metrics.token_times = {ttft + 0.001 * (i % 5), 1.0};
    request.metrics.completion_tokens = 2;
    request.metrics.total_seconds = 1.0;
    record.group(request.group, 1.0 + i % 2);
    record.requests.push_back(request);
  }
  bench::settle(record);
  return record;
}

}  // namespace

class BenchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_kind_becomes_the_arguments_of_its_verb() {
    const std::vector<RunKind> kinds = run_kinds();
    const auto words = [](const std::vector<std::string>& arguments) {
      QStringList out;
      for (const std::string& one : arguments) out.append(QString::fromStdString(one));
      return out.join(u' ');
    };
    for (const RunKind& kind : kinds) {
      std::vector<QString> usual;
      for (const RunParameter& one : kind.parameters) usual.push_back(one.usual);
      const std::vector<std::string> arguments = arguments_of(kind, usual, {"/m", "auto", 0});
      QVERIFY2(arguments.size() == kind.verb.size() + 2, qPrintable(words(arguments)));
    }
    const RunKind& load = kinds[kLoadKind];
    std::vector<QString> values(load.parameters.size());
    values[1] = QStringLiteral(" 0.5,1 ");
    values[4] = QStringLiteral("1");
    QCOMPARE(words(arguments_of(load, values, {"/m", "bf16", 3})),
             QStringLiteral("bench load --rate 0.5,1 --no-picture --model /m --dtype bf16 --threads 3"));
  }

  void the_tables_hold_to_the_rules_of_models() {
    const bench::RunRecord record = made_up(0.1);
    CellTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.set(groups_table(record));
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("1 at once"));
    QVERIFY(model.headerData(3, Qt::Horizontal, Qt::DisplayRole).toString().contains(QLatin1String("ms")));
    QVERIFY(model.index(0, 3).data(Qt::ToolTipRole).toString().contains(QLatin1String("95 %")));
    QCOMPARE(model.index(0, 3).data(Qt::TextAlignmentRole).toInt(), int(Qt::AlignRight | Qt::AlignVCenter));
    const auto requests = requests_of(record, "2 at once");
    QCOMPARE(requests.size(), std::size_t(12));
    QVERIFY(std::is_sorted(requests.begin(), requests.end(),
                           [](const auto* a, const auto* b) { return a->sent_seconds < b->sent_seconds; }));
    model.set(requests_table(requests));
    QCOMPARE(model.rowCount(), 12);
    const bench::RunRecord slower = made_up(0.2);
    model.set(comparison_table(bench::compare_runs(record, slower)));
    QVERIFY(model.rowCount() > 2);
    QStringList verdicts;
    for (int row = 0; row < model.rowCount(); ++row) {
      if (model.index(row, 2).data().toString().startsWith(QLatin1String("Time to first token")))
        verdicts.append(model.index(row, 0).data().toString());
    }
    QVERIFY(!verdicts.isEmpty());
    for (const QString& verdict : verdicts) QCOMPARE(verdict, QStringLiteral("▼ worse"));
    model.set({});
    QCOMPARE(model.rowCount() + model.columnCount(), 0);
  }

  void numbers_are_sorted_as_numbers() {
    CellTableModel model;
    CellTable table;
    table.columns = {{QStringLiteral("n"), {}}};
    for (const double n : {9.0, 100.0, 20.0}) table.rows.push_back({{QString::number(n), n, {}}});
    model.set(table);
    QTableView* view = cell_table_view(&model, QStringLiteral("numbers"), nullptr);
    const std::unique_ptr<QTableView> owner(view);
    view->sortByColumn(0, Qt::AscendingOrder);
    QCOMPARE(view->model()->index(0, 0).data().toString(), QStringLiteral("9"));
    QCOMPARE(view->model()->index(2, 0).data().toString(), QStringLiteral("100"));
    view->setCurrentIndex(view->model()->index(2, 0));
    QCOMPARE(chosen_rows(*view), std::vector<int>{1});
    // What fits has no bar below it, however often it is fitted anew.
    view->resize(600, 200);
    view->show();
    for (int i = 0; i < 3; ++i) {
      fit_columns(*view);
      QCoreApplication::processEvents();
      QCOMPARE(view->horizontalScrollBar()->maximum(), 0);
    }
  }

  void wide_columns_are_cut_so_that_all_are_seen() {
    CellTableModel model;
    CellTable table;
    table.columns = {
        {QStringLiteral("name"), {}}, {QStringLiteral("formula"), {}}, {QStringLiteral("part"), {}}};
    const QString wide(80, u'w');
    table.rows.push_back(
        {{QStringLiteral("n"), {}, {}}, {wide, {}, {}}, {QStringLiteral("of the whole"), {}, {}}});
    model.set(table);
    const std::unique_ptr<QTableView> view(cell_table_view(&model, QStringLiteral("formulas"), nullptr));
    view->resize(360, 200);
    view->show();
    QCoreApplication::processEvents();
    fit_columns(*view);
    QCoreApplication::processEvents();
    QCOMPARE(view->horizontalScrollBar()->maximum(), 0);
    QVERIFY(view->columnWidth(2) >= view->fontMetrics().horizontalAdvance(QStringLiteral("of the whole")));
    // Where there is no room for all of them they are scrolled, and stay legible.
    view->resize(120, 200);
    QCoreApplication::processEvents();
    fit_columns(*view);
    QVERIFY(view->columnWidth(1) > 140);
  }

  void parts_of_a_run_are_said_in_the_windows_language() {
    QCOMPARE(part_words("4 at once, batch 1 of 5"), QStringLiteral("4 at once, batch 1 of 5"));
    QTranslator chinese;
    QVERIFY(chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    QCoreApplication::installTranslator(&chinese);
    const auto undo = qScopeGuard([&chinese] { QCoreApplication::removeTranslator(&chinese); });
    QCOMPARE(part_words("4 at once, batch 1 of 5"), QStringLiteral("同时 4 个，第 1 批，共 5 批"));
    QCOMPARE(part_words("idle, round 2"), QStringLiteral("空闲，第 2 轮"));
    QCOMPARE(part_words("loading int8"), QStringLiteral("正在加载 int8"));
    QCOMPARE(part_words("128 x 128"), QStringLiteral("128 x 128"));
  }

  void findings_formulas_and_tables_are_said_in_the_windows_language() {
    auto record = std::make_shared<bench::RunRecord>();
    record->name = "long run";
    for (int i = 0; i < 12; ++i) {
      bench::RequestRecord request;
      request.group = i < 6 ? "window 1, 0 to 5 min" : "window 2, 5 to 10 min";
      request.metrics.token_times = {0.5, 0.6};
      request.metrics.completion_tokens = 2;
      request.metrics.total_seconds = 0.6;
      record->group(request.group);
      record->requests.push_back(std::move(request));
    }
    bench::settle(*record);
    bench::conclude(*record);
    QVERIFY(!record->findings.empty() && !record->tables.empty());
    QTranslator chinese;
    QVERIFY(chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    QCoreApplication::installTranslator(&chinese);
    const auto undo = qScopeGuard([&chinese] { QCoreApplication::removeTranslator(&chinese); });
    RunView view;
    view.set_run(record, {});
    view.show();
    const auto says = [&](const QString& words) {
      for (const auto* label : view.findChildren<QLabel*>()) {
        if (label->isVisible() && label->text().contains(words)) return true;
      }
      return false;
    };
    QVERIFY(says(QStringLiteral("系统没有告知处理器是否因过热而降速。")));
    auto* figure = view.findChild<QComboBox*>();
    const auto choose = [&](const QString& name) {
      figure->setCurrentIndex(figure->findText(name));
      Q_EMIT figure->activated(figure->currentIndex());
    };
    choose(QStringLiteral("首词元时间"));
    QVERIFY(says(QStringLiteral("ttft_ms = 首词元 - 提交")));
    choose(QStringLiteral("表：按时间窗"));
    QVERIFY(says(QStringLiteral("中位数，重要之处附 95 % 区间。")));
    const QAbstractItemModel* table = nullptr;
    for (const auto* one : view.findChildren<QTableView*>()) {
      if (one->isVisible()) table = one->model();
    }
    QVERIFY(table != nullptr);
    QCOMPARE(table->headerData(0, Qt::Horizontal).toString(), QStringLiteral("时间窗"));
    QCOMPARE(table->index(0, 0).data().toString(), QStringLiteral("时间窗 1，0 至 5 分钟"));
    const CellTable groups = groups_table(*record);
    for (const CellTable::Column& column : groups.columns)
      QVERIFY2(!column.tip.contains(QLatin1String("token")), qPrintable(column.tip));
  }

  void bars_are_gone_through_and_chosen_by_keys() {
    BarChart chart;
    chart.set(QStringLiteral("Time, ms"),
              {{QStringLiteral("a"), {{QStringLiteral("x"), 1.0}}, 0, 0, QStringLiteral("1")},
               {QStringLiteral("b"), {{QStringLiteral("x"), 3.0}}, 2, 4, QStringLiteral("3")}});
    chart.resize(600, 200);
    chart.show();
    QSignalSpy chosen(&chart, &BarChart::activated);
    QTest::keyClick(&chart, Qt::Key_Down);
    QTest::keyClick(&chart, Qt::Key_Down);
    QCOMPARE(chart.current(), 1);
    QVERIFY(chart.accessibleDescription().contains(QLatin1String("b: 3, bar 2 of 2")));
    QTest::keyClick(&chart, Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen[0][0].toInt(), 1);
    QTest::mouseClick(&chart, Qt::LeftButton, {}, QPoint(300, 5));
    QCOMPARE(chosen.size(), 2);
    QCOMPARE(chosen[1][0].toInt(), 0);
    // The longer bar is longer: in the middle of the track only the second row has one.
    const QImage picture = chart.grab().toImage();
    QCOMPARE(picture.pixel(350, 8), picture.pixel(440, 8));
    QVERIFY(picture.pixel(350, 26 + 8) != picture.pixel(440, 26 + 8));
  }

  void a_run_is_set_up_measured_opened_and_looked_into() {
    OpenLab o;
    QTRY_VERIFY(o.bench.bridge.ready());
    QTest::keyClick(&o.window, Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(o.window.lab() != nullptr && o.panel().isVisible() && !o.window.chat().isVisible());
    o.set_load(QStringLiteral("6"));
    QPushButton* start = o.button(o.panel(), QStringLiteral("Measure"));
    QVERIFY(start != nullptr && start->isEnabled());
    QTest::keyClick(o.field(QStringLiteral("Requests")), Qt::Key_Return);
    QVERIFY(o.bench.runner.running());
    QVERIFY(!start->isEnabled() && !start->toolTip().isEmpty());
    QVERIFY2(!o.bench.bridge.ready() && o.bench.asleep(), "the chat's model makes room");
    QTRY_VERIFY_WITH_TIMEOUT(!o.bench.runner.running(), 60'000);
    RunView& view = o.panel().view();
    QTRY_VERIFY(view.isVisible() && view.run() != nullptr);
    QCOMPARE(view.chart().bars().size(), std::size_t(2));
    QVERIFY(view.chart().hasFocus());
    QCOMPARE(view.run()->requests.size(), std::size_t(12));
    QVERIFY(view.run()->complete);
    QVERIFY(QFile::exists(view.folder() + QStringLiteral("/report.html")));
    // Down to the second bar, its requests, the second of them.
    QTest::keyClick(&view.chart(), Qt::Key_Down);
    QTest::keyClick(&view.chart(), Qt::Key_Return);
    QVERIFY(view.requests().isVisible() && view.requests().model()->rowCount() == 6);
    QTest::keyClick(&view.requests(), Qt::Key_Down);
    auto* waterfall = view.findChild<QWidget*>(QStringLiteral("waterfall"));
    QVERIFY(waterfall != nullptr && waterfall->isVisible());
    QVERIFY2(waterfall->accessibleName().contains(QLatin1String("Prefill")),
             qPrintable(waterfall->accessibleName()));
    const QStringList nameless = test::nameless_in(o.panel());
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    // The same as a table, and step by step out again.
    QTest::keyClick(&view, Qt::Key_T, Qt::ControlModifier);
    QVERIFY(view.groups().isVisible() && !view.chart().isVisible());
    QTest::keyClick(&o.window, Qt::Key_Escape);
    QVERIFY(!view.requests().isVisible() && view.isVisible());
    QTest::keyClick(&o.window, Qt::Key_Escape);
    QVERIFY(!view.isVisible() && o.panel().isVisible());
    QTRY_COMPARE(o.panel().runs().model()->rowCount(), 1);
    QTest::keyClick(&o.window, Qt::Key_Escape);
    QVERIFY(o.window.chat().isVisible());
    // The model comes back with the next question.
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(!o.bench.session.running() && o.bench.session.messages().size() == 2);
    QCOMPARE(o.bench.session.messages().back().state, MessageState::kComplete);
  }

  void a_stopped_run_keeps_what_was_measured() {
    OpenLab o(60);
    QTRY_VERIFY(o.bench.bridge.ready());
    o.window.open_lab(true);
    o.set_load(QStringLiteral("500"), QStringLiteral("1"));
    o.button(o.panel(), QStringLiteral("Measure"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(
        !o.bench.runner.state().groups.empty() && o.bench.runner.state().groups[0].requests >= 3, 60'000);
    QVERIFY(o.bench.runner.state().left_seconds > 0.0);
    // Meanwhile nothing can be asked.
    o.window.open_lab(false);
    QTest::keyClicks(o.window.chat().composer().findChild<QPlainTextEdit*>(), QStringLiteral("?"));
    QVERIFY(!o.button(o.window.chat(), QStringLiteral("Ask"))->isEnabled());
    o.window.open_lab(true);
    o.button(o.panel(), QStringLiteral("Stop"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!o.bench.runner.running(), 30'000);
    QTRY_VERIFY(o.panel().view().run() != nullptr);
    const bench::RunRecord& run = *o.panel().view().run();
    QVERIFY(run.stopped && !run.complete);
    QVERIFY(run.requests.size() >= 3 && run.requests.size() < 500);
  }

  void what_the_verb_refuses_is_said() {
    OpenLab o;
    QTRY_VERIFY(o.bench.bridge.ready());
    o.window.open_lab(true);
    o.set_load(QStringLiteral("5"));
    o.field(QStringLiteral("Limits"))->setText(QStringLiteral("soon"));
    QSignalSpy failed(&o.bench.runner, &BenchRunner::failed);
    o.button(o.panel(), QStringLiteral("Measure"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 30'000);
    bool said = false;
    for (const auto* label : o.panel().findChildren<QLabel*>())
      said = said ||
             (label->isVisible() && label->text().contains(QLatin1String("takes limits in milliseconds")));
    QVERIFY(said);
    QVERIFY(QDir(o.bench.runner.folder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());
  }

  void a_narrow_window_shows_the_verdict() {
    ComparisonView view;
    const bench::RunRecord before = made_up(0.1);
    const bench::RunRecord after = made_up(0.3);
    view.set(before, after, bench::compare_runs(before, after));
    view.resize(720, 600);
    view.show();
    QTableView& table = view.table();
    int column = -1;
    for (int i = 0; i < table.model()->columnCount(); ++i) {
      if (table.model()->headerData(i, Qt::Horizontal).toString() == QLatin1String("Verdict")) column = i;
    }
    QVERIFY(column >= 0);
    const QRect cell = table.visualRect(table.model()->index(0, column));
    QVERIFY2(table.viewport()->rect().contains(cell),
             qPrintable(QStringLiteral("%1 to %2").arg(cell.left()).arg(cell.right())));
  }

  void two_kept_runs_are_compared_and_exported() {
    OpenLab o;
    for (const auto& [name, ttft] : {std::pair{"a", 0.1}, std::pair{"b", 0.3}}) {
      bench::RunRecord record = made_up(ttft);
      const std::vector<bench::RequestRecord> requests = std::move(record.requests);
      record.requests.clear();
      bench::RunRecorder recorder(std::move(record));
      const QString folder = o.bench.runner.folder() + u'/' + QLatin1String(name);
      QVERIFY(recorder.keep_in(folder.toStdString()).has_value());
      for (const bench::RequestRecord& request : requests) recorder.add(request);
      recorder.record().begun = name == std::string("a") ? "2026-01-01T00:00:00Z" : "2026-01-02T00:00:00Z";
      recorder.finish(false);
    }
    o.window.open_lab(true);
    QTRY_COMPARE(o.panel().runs().model()->rowCount(), 2);
    QVERIFY(!o.button(o.panel(), QStringLiteral("Compare"))->isEnabled());
    o.panel().runs().selectAll();
    o.button(o.panel(), QStringLiteral("Compare"))->click();
    QTRY_VERIFY(o.panel().comparison().isVisible());
    const QAbstractItemModel& table = *o.panel().comparison().table().model();
    bool worse = false;
    for (int row = 0; row < table.rowCount(); ++row)
      worse = worse || table.index(row, 0).data().toString() == QStringLiteral("▼ worse");
    QVERIFY2(worse, "the later run has the longer time to the first token");
    const bench::RunRecord record = made_up(0.1);
    const std::string run = (o.bench.runner.folder() + QStringLiteral("/a")).toStdString();
    const auto target = [&](const char* name) { return o.folder.filePath(QLatin1String(name)); };
    for (const auto& [name, format, holds] : {std::tuple{"r.html", RunFormat::kHtml, "<!doctype html>"},
                                              std::tuple{"r.md", RunFormat::kMarkdown, "ttft_ms"},
                                              std::tuple{"r.csv", RunFormat::kCsv, "2 at once"}}) {
      QVERIFY(export_run(record, run, format, target(name).toStdString()).has_value());
      QFile file(target(name));
      QVERIFY(file.open(QIODevice::ReadOnly) && file.readAll().contains(holds));
    }
    QVERIFY(export_run(record, run, RunFormat::kBundle, target("copy").toStdString()).has_value());
    QVERIFY(bench::read_bundle(target("copy").toStdString()).has_value());
    QVERIFY2(!export_run(record, run, RunFormat::kBundle, target("copy").toStdString()),
             "nothing is overwritten");
  }

  void the_panel_speaks_chinese_and_survives_another_window() {
    OpenLab o;
    QTRY_VERIFY(o.bench.bridge.ready());
    o.window.open_lab(true);
    QTranslator chinese;
    QVERIFY(chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    QApplication::installTranslator(&chinese);
    {
      MainWindow second(o.bench);
      second.show();
      QVERIFY(second.lab() != nullptr && second.lab()->isVisible());
      QVERIFY(second.lab()->findChild<QComboBox*>()->itemText(kLoadKind) != QLatin1String("Load"));
      QVERIFY(verdict_words(bench::Verdict::kWorse).startsWith(u'▼'));
      QVERIFY(verdict_words(bench::Verdict::kWorse) != QStringLiteral("▼ worse"));
    }
    QApplication::removeTranslator(&chinese);
  }
};

std::unique_ptr<QObject> bench_suite() {
  return std::make_unique<BenchTest>();
}

#include <bench_test.moc>
