// Cost in the window: inputs, formulas, the speed of a run, the answers of a chat.
#include "core/bench/queue/measured_speed.h"
#include "core/cost/inputs.h"
#include "lab_suites.h"
#include "test_services.h"
#include "ui/bench/bench_panel.h"
#include "ui/bench/bench_words.h"
#include "ui/bench/run_view.h"
#include "ui/cost/cost_form.h"
#include "ui/cost/cost_panel.h"
#include "ui/cost/cost_tables.h"
#include "ui/cost/cost_words.h"
#include "ui/fold.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopeGuard>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <mutex>

using namespace fovea;
using namespace fovea::ui;

namespace {

/// Two clients take two seconds each for ten tokens, one alone takes one.
bench::RunRecord closed_loop() {
  bench::RunRecord record;
  record.name = "load";
  record.axis = "requests under way at any time";
  record.model.name = "m";
  record.model.compute_type = "bf16";
  double sent = 0.0;
  for (int i = 0; i < 20; ++i) {
    const bool alone = i < 10;
    bench::RequestRecord request;
    request.number = i + 1;
    request.group = alone ? "1 at once" : "2 at once";
    const double takes = alone ? 1.0 : 1.6;
    request.sent_seconds = sent;
    request.ended_seconds = sent + takes;
    request.metrics.prompt_tokens = 100;
    request.metrics.completion_tokens = 10;
    request.metrics.token_times.assign(9, takes / 4.0);
    request.metrics.token_times.push_back(takes);
    request.metrics.total_seconds = takes;
    // The second client's requests run beside the first one's.
    if (alone || i % 2 == 1) sent += takes;
    record.group(request.group, alone ? 1.0 : 2.0);
    record.requests.push_back(std::move(request));
  }
  bench::settle(record);
  return record;
}

QString cell(const QTableView& table, const char* result, int column) {
  for (int row = 0; row < table.model()->rowCount(); ++row) {
    if (table.model()->index(row, 0).data().toString() == QLatin1String(result))
      return table.model()->index(row, column).data().toString();
  }
  return QStringLiteral("absent");
}

/// The field of an input, its section opened.
QLineEdit* field(CostPanel& panel, const char* input) {
  const QString name = cost_words(cost::find_field(input)->help);
  for (auto* edit : panel.form().findChildren<QLineEdit*>()) {
    if (edit->accessibleName() != name) continue;
    for (QWidget* above = edit; above != nullptr; above = above->parentWidget()) {
      if (auto* section = qobject_cast<Fold*>(above)) section->set_open(true);
    }
    return edit;
  }
  return nullptr;
}

void type(QLineEdit* edit, const char* text) {
  edit->clear();
  QTest::keyClicks(edit, QLatin1String(text));
}

struct Opened {
  Opened() {
    services.read_prices = [this]() -> Result<Prices> {
      const std::lock_guard lock(mutex);
      return kept;
    };
    services.write_prices = [this](const Prices& prices) -> Result<void> {
      const std::lock_guard lock(mutex);
      kept = prices;
      ++writes;
      return {};
    };
    kept.inputs.currency = "EUR";
    kept.inputs.rent_per_hour = 3.6;
    kept.apis = {{"remote", 1.0, 2.0, 0.0}};
    panel = std::make_unique<CostPanel>(services);
    panel->resize(900, 700);
    panel->show();
  }

  LabServices services;
  std::mutex mutex;
  Prices kept;
  int writes = 0;
  std::unique_ptr<CostPanel> panel;
};

}  // namespace

class CostTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void units_labels_and_notes_are_in_the_users_language() {
    QCOMPARE(cost_unit("money/h", QStringLiteral("EUR")), QStringLiteral("EUR/h"));
    QCOMPARE(cost_unit("requests/day", {}), QStringLiteral("requests/day"));
    QCOMPARE(group_words("4 at once, page"), QStringLiteral("4 at once, page"));
    QTranslator chinese;
    QVERIFY(chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    QCoreApplication::installTranslator(&chinese);
    const auto undo = qScopeGuard([&chinese] { QCoreApplication::removeTranslator(&chinese); });
    QCOMPARE(cost_unit("tokens/s", {}), QStringLiteral("词元/s"));
    QCOMPARE(group_words("4 at once, page"), QStringLiteral("同时 4 个，页面"));
    QCOMPARE(group_words("OCR, REST Base64"), QStringLiteral("OCR，REST Base64"));
    QCOMPARE(group_words("70 % of what it can"), QStringLiteral("所能承受的 70 %"));
    QCOMPARE(group_words("window 2, 5 to 10 min"), QStringLiteral("时间窗 2，5 至 10 分钟"));
    const QString units = QString::fromStdString(cost::CostInputs().currency);
    QVERIFY(currency_words(units) != units);
    for (const QString& named : {units, QStringLiteral("EUR")})
      QCOMPARE(named_currency(currency_words(named)), named);
    cost::CostReport report;
    report.sections.resize(1);
    report.sections[0].lines = {{"machine_per_hour", 0.0, "money/h", "0: no price of the machine is set"}};
    QCOMPARE(results_table(report).rows[0][3].text, QStringLiteral("0：没有设置机器的价格"));
    report.sections[0].notes = {"API prices need prompt-tokens and answer-tokens."};
    QVERIFY2(notes_of(report).contains(QStringLiteral("词元数")), qPrintable(notes_of(report)));
  }

  void every_input_can_be_seen_and_is_translated() {
    CostForm form;
    int edits = 0;
    for (const cost::InputField& input : cost::input_fields()) {
      QVERIFY2(knows_cost_words(input.help), input.help);
      QVERIFY2(knows_cost_words(input.section), input.section);
      for (auto* edit : form.findChildren<QLineEdit*>())
        edits += edit->accessibleName() == cost_words(input.help);
    }
    QCOMPARE(edits, int(cost::input_fields().size()));
  }

  void the_inputs_that_matter_are_seen_at_once() {
    QTemporaryDir folder;
    Workbench bench(test::scripted_services({}, folder.path()));
    MainWindow window(bench);
    window.resize(1280, 800);
    window.show();
    window.open_lab(true);
    auto* pages = qobject_cast<QTabWidget*>(window.centralWidget());
    QVERIFY(pages != nullptr);
    pages->setCurrentWidget(window.cost());
    const CostForm& form = window.cost()->form();
    const auto seen = [&] {
      int count = 0;
      for (const auto* edit : form.findChildren<QLineEdit*>())
        count += edit->visibleRegion().boundingRect() == edit->rect();
      return count;
    };
    QTRY_VERIFY2(seen() >= 14, qPrintable(QString::number(seen())));
    QTRY_VERIFY(window.cost()->results().model()->rowCount() > 6);
    QVERIFY(window.cost()->results().viewport()->height() >= 6 * window.cost()->results().rowHeight(0));
    // Two columns, read by rows; one where there is no room.
    const auto at = [&](const char* input) {
      const QLineEdit* edit = field(*window.cost(), input);
      return edit->mapTo(window.cost(), QPoint());
    };
    QCOMPARE(at("prompt-tokens").y(), at("answer-tokens").y());
    QVERIFY(at("prompt-tokens").x() < at("answer-tokens").x());
    QVERIFY(at("alone-tokens-per-second").y() > at("answer-tokens").y());
    window.resize(920, 800);
    QTRY_VERIFY(at("prompt-tokens").y() < at("answer-tokens").y());
    QCOMPARE(at("prompt-tokens").x(), at("answer-tokens").x());
  }

  void a_section_is_open_where_something_is_set() {
    CostForm form;
    const auto open = [&] {
      QStringList out;
      for (const auto* section : form.findChildren<Fold*>())
        if (section->is_open()) out.append(section->accessibleName());
      return out;
    };
    const QStringList always = {QStringLiteral("Measured, or meant"), QStringLiteral("The machine")};
    QCOMPARE(open(), always);
    Prices prices;
    prices.inputs.users = 100.0;
    form.set(prices);
    QCOMPARE(open(), always + QStringList{QStringLiteral("Capacity plan")});
  }

  void titles_are_translated() {
    cost::CostQuestion question;
    question.inputs.rent_per_hour = 1.0;
    question.inputs.interruptible_per_hour = 0.5;
    question.inputs.answer_tokens = 100.0;
    question.inputs.prompt_tokens = 100.0;
    question.inputs.alone_tokens_per_second = 50.0;
    question.inputs.requests_per_day = 100.0;
    question.inputs.serverless_per_second = 0.001;
    question.inputs.rate = 0.1;
    question.inputs.p99_seconds = 60.0;
    question.inputs.samples = 1000.0;
    question.inputs.users = 1000.0;
    question.api_prices = {{"remote", 1.0, 2.0, 0.0}};
    const Result<cost::CostReport> report = cost::cost_report(question);
    QVERIFY(report.has_value());
    QVERIFY(report->sections.size() >= 7);
    for (const cost::Section& section : report->sections)
      QVERIFY2(knows_cost_words(section.title), section.title.c_str());
  }

  void a_run_gives_its_speed() {
    const Result<cost::Measurement> speed = measured_speed(closed_loop());
    QVERIFY(speed.has_value());
    QCOMPARE(speed->curve.size(), std::size_t(2));
    QCOMPARE(speed->curve[1].seconds, 1.6);
    QCOMPARE(*speed->alone_tokens_per_second, 10.0);
    QVERIFY(std::abs(*speed->batched_tokens_per_second - 12.5) < 0.1);
    QCOMPARE(speed->batch, 2);
    QCOMPARE(speed->answer_tokens, 10.0);
    QCOMPARE(speed->first_token_share, 0.25);
    bench::RunRecord open_loop = closed_loop();
    open_loop.axis = "requests a second that arrive";
    QVERIFY(!measured_speed(open_loop));
    open_loop.name = "states";
    QVERIFY(!measured_speed(open_loop));
  }

  void results_follow_the_inputs() {
    Opened o;
    QTRY_COMPARE(cell(o.panel->results(), "load_per_hour", 1), QStringLiteral("3.6"));
    QCOMPARE(cell(o.panel->results(), "load_per_hour", 2), QStringLiteral("EUR/h"));
    QCOMPARE(cell(o.panel->results(), "cost_per_answer", 1), QStringLiteral("absent"));
    o.panel->set_run(closed_loop());
    // 10 tokens at 12.5 a second are 0.8 s of 0.001 a second.
    QTRY_COMPARE(cell(o.panel->results(), "cost_per_answer", 1), QStringLiteral("0.0008"));
    QVERIFY(cell(o.panel->results(), "cost_per_answer", 3).contains(QLatin1String("load_per_hour / 3600")));
    QVERIFY(field(*o.panel, "alone-tokens-per-second")->placeholderText().contains(QLatin1String("10")));
    type(field(*o.panel, "rent-per-hour"), "7.2");
    QTRY_COMPARE(cell(o.panel->results(), "cost_per_answer", 1), QStringLiteral("0.0016"));
    type(field(*o.panel, "rent-per-hour"), "much");
    bool said = false;
    const auto problem = [&] {
      said = false;
      for (const auto* label : o.panel->findChildren<QLabel*>())
        said = said ||
               (label->isVisible() && label->text().contains(QLatin1String("rent-per-hour takes a number")));
      return said;
    };
    QTRY_VERIFY(problem());
    type(field(*o.panel, "rent-per-hour"), "0.9");
    QTRY_VERIFY(!problem());
  }

  void a_run_gives_its_watts_or_says_that_it_has_none() {
    Opened o;
    const auto said = [&](const char* words) {
      for (const auto* label : o.panel->findChildren<QLabel*>()) {
        if (label->isVisible() && label->text().contains(QLatin1String(words))) return true;
      }
      return false;
    };
    QTRY_COMPARE(field(*o.panel, "rent-per-hour")->text(), QStringLiteral("3.6"));
    o.panel->set_run(closed_loop());
    QVERIFY(said("Power: unknown."));
    bench::RunRecord states = closed_loop();
    states.name = "states";
    for (const auto& [label, watts] : {std::pair("idle", 100.0), std::pair("1 at once", 300.0)}) {
      bench::RunFigure figure{"watts", "W", "", bench::Better::kLower, {watts}};
      states.group(label).sampled.push_back(std::move(figure));
    }
    bench::settle(states);
    o.panel->set_run(states);
    QVERIFY(said("idle 100.0 W, while it answers 300.0 W, of processors, memory and GPUs"));
    QVERIFY2(said("Speed from a run on m bf16"), "the speed of the run before stays");
    QVERIFY(field(*o.panel, "watts-idle")->placeholderText().contains(QLatin1String("100")));
    type(field(*o.panel, "electricity"), "1");
    QTRY_COMPARE(cell(o.panel->results(), "power_above_idle_per_hour", 1), QStringLiteral("0.2"));
    type(field(*o.panel, "watts-load"), "150");
    QTRY_COMPARE(cell(o.panel->results(), "power_above_idle_per_hour", 1), QStringLiteral("0.05"));
  }

  void inputs_are_kept_on_the_users_word() {
    Opened o;
    QTRY_COMPARE(field(*o.panel, "rent-per-hour")->text(), QStringLiteral("3.6"));
    type(field(*o.panel, "electricity"), "0.3");
    for (auto* button : o.panel->findChildren<QPushButton*>()) {
      if (button->text() == QLatin1String("Keep")) button->click();
    }
    const auto written = [&] {
      const std::lock_guard lock(o.mutex);
      return o.writes;
    };
    QTRY_COMPARE(written(), 1);
    QCOMPARE(o.kept.inputs.currency, std::string("EUR"));
    QCOMPARE(*o.kept.inputs.electricity, 0.3);
    QCOMPARE(*o.kept.inputs.rent_per_hour, 3.6);
    QVERIFY(!o.kept.inputs.watts_load);
  }

  void past_answers_have_a_price() {
    Opened o;
    ChatMessage question;
    question.role = Role::kUser;
    question.text = QStringLiteral("How much?");
    ChatMessage answer;
    answer.role = Role::kAssistant;
    answer.figures.emplace();
    answer.figures->total = 10.0;
    answer.figures->completion_tokens = 20;
    ChatMessage failed = answer;
    failed.figures.reset();
    o.panel->set_messages({question, answer, question, failed, question, answer});
    QTRY_COMPARE(o.panel->answers().model()->rowCount(), 3);
    const QAbstractItemModel& table = *o.panel->answers().model();
    QCOMPARE(table.index(0, 0).data().toString(), QStringLiteral("How much?"));
    QCOMPARE(table.index(0, 4).data().toString(), QStringLiteral("0.01"));
    QCOMPARE(table.index(2, 4).data().toString(), QStringLiteral("0.02"));
    QCOMPARE(table.index(0, 3).data().toString(), QStringLiteral("0"));
    type(field(*o.panel, "electricity"), "0.36");
    type(field(*o.panel, "watts-load"), "1000");
    // A kilowatt for ten seconds at 0.36 an hour.
    QTRY_COMPARE(table.index(0, 3).data().toString(), QStringLiteral("0.001"));
    QCOMPARE(table.index(0, 4).data().toString(), QStringLiteral("0.011"));
    QCOMPARE(table.index(2, 2).data().toString(), QStringLiteral("40"));
    // A server that does not tell its tokens took no 0 of them.
    ChatMessage untold = answer;
    untold.figures->completion_tokens = 0;
    untold.figures->untold.tokens = true;
    o.panel->set_messages({question, answer, question, untold});
    QTRY_COMPARE(table.index(1, 2).data().toString(), QStringLiteral("unknown"));
    QCOMPARE(table.index(0, 2).data().toString(), QStringLiteral("20"));
    QCOMPARE(table.index(2, 2).data().toString(), QStringLiteral("unknown"));
  }

  void a_run_in_the_window_leads_to_its_cost() {
    QTemporaryDir folder;
    Workbench bench(test::scripted_services({}, folder.path()));
    MainWindow window(bench);
    window.show();
    window.open_lab(true);
    window.lab()->view().set_run(std::make_shared<const bench::RunRecord>(closed_loop()), folder.path());
    Q_EMIT window.lab()->view().costWanted(window.lab()->view().run());
    QVERIFY(window.cost()->isVisible());
    QTRY_COMPARE(cell(window.cost()->results(), "answers_per_hour", 1).remove(u','), QStringLiteral("4500"));
    QTest::keyClick(&window, Qt::Key_Escape);
    QVERIFY(!window.cost()->isVisible());
  }
};

std::unique_ptr<QObject> cost_suite() {
  return std::make_unique<CostTest>();
}

#include <cost_test.moc>
