// The kinds of runs: what may be typed for them, which are greyed out, and a short run of those that
// bench_test.cpp does not measure.
#include "lab_suites.h"
#include "open_lab.h"
#include "ui/bench/bench_words.h"
#include "ui/bench/run_checks.h"
#include "ui/bench/run_tables.h"
#include "ui/bench/run_view.h"

#include <QComboBox>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;
using test::Lab;
using test::OpenLab;

class BenchKindsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void what_cannot_be_measured_is_said_before() {
    OpenLab o;
    QTRY_VERIFY(o.bench.bridge.ready());
    o.window.open_lab(true);
    o.set_load(QStringLiteral("5"));
    QPushButton* start = o.button(o.panel(), QStringLiteral("Measure"));
    QVERIFY(start->isEnabled());
    o.field(QStringLiteral("Requests"))->setText(QStringLiteral("many"));
    QVERIFY(!start->isEnabled());
    QVERIFY2(start->toolTip().startsWith(QLatin1String("Requests: a whole number")),
             qPrintable(start->toolTip()));
    o.field(QStringLiteral("Requests"))->setText({});
    QVERIFY2(start->isEnabled(), "what is left empty is as usual");
    o.panel().form().pick(test::kAccuracyKind);
    QVERIFY2(!start->isEnabled(), "no file is chosen");
    QTest::keyClick(o.field(QStringLiteral("Cases")), Qt::Key_Return);
    QVERIFY(!o.bench.runner.running());
  }

  void values_are_checked_as_the_verbs_do() {
    const auto wrong = [](const Allowed& allowed, const char* value) {
      return !fault_of(QStringLiteral("X"), allowed, QLatin1String(value)).isEmpty();
    };
    QVERIFY(!wrong(Allowed::whole(1, 10), " 10 ") && wrong(Allowed::whole(1, 10), "11"));
    QVERIFY(wrong(Allowed::whole(1, 10), "2.5") && !wrong(Allowed::number(1, 10), "2.5"));
    QVERIFY(!wrong(Allowed::whole_list(1, 8), "1,2,8") && wrong(Allowed::whole_list(1, 8), "1,,8"));
    QVERIFY(!wrong(Allowed::number_list(0, 8), "0.5,1") && wrong(Allowed::number_list(0, 8), "1;2"));
    QVERIFY(!wrong(Allowed::size(512), "512x16") && !wrong(Allowed::size(512), "64"));
    QVERIFY(wrong(Allowed::size(512), "513x16") && wrong(Allowed::size(512), "1x2x3"));
    const Allowed names = Allowed::of({QStringLiteral("int8"), QStringLiteral("int4")});
    QVERIFY(!wrong(names, "int4,int8") && wrong(names, "int4,int2"));
    QVERIFY(wrong(Allowed::file(), "/nowhere/at/all") && wrong(Allowed::file(), ""));
    QVERIFY(!wrong(Allowed::whole(1, 2), ""));
  }

  void a_page_needs_a_browser() {
    Lab l;
    BenchRunner runner(l.lab.measure_run, l.folder.filePath(QStringLiteral("runs")));
    const auto entry = [](BenchPanel& panel) {
      auto* kinds = panel.form().findChild<QComboBox*>();
      const QModelIndex index = kinds->model()->index(test::kWebKind, 0);
      return std::pair(kinds->model()->flags(index).testFlag(Qt::ItemIsEnabled), index.data().toString());
    };
    BenchPanel without(runner, [] { return false; });
    QTRY_VERIFY(entry(without).second.contains(QLatin1String("Chromium")));
    QVERIFY(!entry(without).first);
    BenchPanel with(runner, [] { return true; });
    QTRY_VERIFY(entry(with).first);
    QCOMPARE(entry(with).second, QStringLiteral("Page against API"));
  }

  void the_other_verbs_measure_too_data() {
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("groups");
    QTest::addColumn<QString>("figure");
    const auto add = [](const char* name, const char* arguments, int groups, const char* figure) {
      QTest::newRow(name) << QString::fromLatin1(arguments) << QString::fromLatin1(name) << groups
                          << QString::fromLatin1(figure);
    };
    add("prefill", "bench prefill --prompt-tokens 64 --repeat 2", 1, "prefill_tokens_per_s");
    add("batch", "bench batch --batches 1,2 --repeat 2", 2, "ttft_ms");
    add("formats", "bench formats --formats bf16,int8 --picture PNG --question Which? --repeat 2", 2,
        "answers_equal_percent");
    add("accuracy", "bench accuracy CASES", 2, "exact_percent");
  }
  void the_other_verbs_measure_too() {
    QFETCH(QString, arguments);
    QFETCH(QString, name);
    QFETCH(int, groups);
    QFETCH(QString, figure);
    OpenLab o;
    QTRY_VERIFY(o.bench.bridge.ready());
    o.window.open_lab(true);
    const auto written = [&](const char* file, const QByteArray& bytes) {
      QFile out(o.folder.filePath(QLatin1String(file)));
      if (out.open(QIODevice::WriteOnly)) out.write(bytes);
      return out.fileName();
    };
    arguments.replace(QStringLiteral("PNG"), written("a.png", test::png(16, 16)));
    arguments.replace(QStringLiteral("CASES"), written("cases.json", R"([
        {"file": "a.png", "question": "How many?", "answer": "3", "kind": "counts"},
        {"file": "a.png", "question": "How many?", "answer": "4", "kind": "counts"},
        {"file": "a.png", "question": "What?", "answer": "3", "kind": "names"}])"));
    std::vector<std::string> order;
    for (const QString& one : arguments.split(u' ')) order.push_back(one.toStdString());
    order.insert(order.end(), {"--model", o.services.bundled_model});
    QSignalSpy failed(&o.bench.runner, &BenchRunner::failed);
    o.bench.runner.start(order);
    QTRY_VERIFY_WITH_TIMEOUT(!o.bench.runner.running(), 60'000);
    QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : failed[0][0].value<Error>().text().c_str());
    RunView& view = o.panel().view();
    QTRY_VERIFY(view.run() != nullptr);
    const bench::RunRecord& run = *view.run();
    QCOMPARE(QString::fromStdString(run.name), name);
    QVERIFY(run.complete && !run.requests.empty());
    QCOMPARE(int(run.groups.size()), groups);
    const std::vector<std::string> figures = figures_in(run);
    QVERIFY2(std::find(figures.begin(), figures.end(), figure.toStdString()) != figures.end(),
             qPrintable(figure));
    QVERIFY2(figure_words(figure.toStdString()) != figure, "it has a name in the user's language");
    QCOMPARE(view.chart().bars().size(), run.groups.size());
    if (name != QLatin1String("accuracy")) return;
    QCOMPARE(figure_of(run.groups[0], "exact_percent")->value(), 50.0);
    QCOMPARE(figure_of(run.groups[1], "exact_percent")->value(), 100.0);
    QComboBox& figure_box = view.figure();
    figure_box.setFocus();
    QTest::keyClick(&figure_box, Qt::Key_End);
    QVERIFY2(figure_box.currentText().startsWith(QLatin1String("Table: By length")),
             qPrintable(figure_box.currentText()));
    QVERIFY(view.report_table().isVisible());
    QCOMPARE(view.report_table().model()->index(0, 0).data().toString(), QStringLiteral("0-4"));
    QVERIFY2(run.findings[0].starts_with("2 of 3 answers are exact"), run.findings[0].c_str());
    QStringList texts;
    for (const auto& row : requests_table(requests_of(run, "counts")).rows)
      texts.append(row[row.size() - 3].text + u' ' + row[row.size() - 2].text);
    texts.sort();
    QCOMPARE(texts, (QStringList{QStringLiteral("3 = 3"), QStringLiteral("3 ≠ 4")}));
  }
};

std::unique_ptr<QObject> bench_kinds_suite() {
  return std::make_unique<BenchKindsTest>();
}

#include <bench_kinds_test.moc>
