// What a question would take, told before it is sent: when it is counted, what is said, and what came beside
// it.
#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/forecast_line.h"
#include "ui/forecast_words.h"
#include "ui/history/chat_json.h"
#include "ui/main_window.h"
#include "ui/stage_words.h"
#include "ui/workbench.h"

#include <QFile>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;

namespace {

using Verdict = AdmissionForecast::Verdict;

test::Script planned(Verdict verdict = Verdict::kAtOnce) {
  test::Script script;
  script.model = test::scripted_model();
  script.model.patch_size = 16;
  script.model.merge_size = 2;
  VisionInput seen;
  seen.source_width = seen.resized_width = 640;
  seen.source_height = seen.resized_height = 480;
  seen.grid_w = 40;
  seen.grid_h = 30;
  seen.tokens = 300;
  script.preview.vision = {seen};
  script.preview.prompt_tokens = 321;
  script.preview.ttft_seconds = 0.9;
  script.preview.memory = MemoryForecast{1'000'000'000, 100'000'000, 50'000'000, 150'000'000, 8'000'000'000};
  script.admission = AdmissionForecast{verdict, 200'000'000, 120'000'000, 4095, 0};
  if (verdict != Verdict::kAtOnce) script.admission->fitting_pixels = 200'000;
  script.steps = {test::says("Yes."), test::finishes(3)};
  return script;
}

Forecast told(const test::Script& script, int pictures = 1) {
  Forecast forecast;
  forecast.state = Forecast::State::kTold;
  forecast.counted = true;
  forecast.plan = {script.preview, script.admission};
  forecast.pictures = pictures;
  return forecast;
}

struct Opened {
  explicit Opened(const test::Script& script)
      : bench(test::scripted_services(script, folder.path(), record)), window(bench) {
    window.resize(1280, 800);
    window.show();
    bench.load_usual_model();
  }

  Composer& composer() { return window.chat().composer(); }
  QPlainTextEdit* question() { return composer().findChild<QPlainTextEdit*>(); }
  QString said() {
    auto* line = composer().findChild<ForecastLine*>();
    return line->isVisible() ? line->findChild<QLabel*>()->text() : QString();
  }
  QPushButton* fit() {
    for (auto* b : composer().findChildren<QPushButton*>()) {
      if (b->isVisible() && b->text() == QStringLiteral("Make it fit")) return b;
    }
    return nullptr;
  }
  void add_picture(int width = 640, int height = 480) {
    QFile file(folder.filePath(QStringLiteral("%1.png").arg(composer().attachments().size())));
    if (file.open(QIODevice::WriteOnly)) file.write(test::png(width, height));
    file.close();
    composer().add_files({file.fileName()});
  }
  std::vector<GenerationRequest> asked() {
    const std::lock_guard lock(record->mutex);
    return record->requests;
  }

  std::shared_ptr<test::ScriptedEngine::Record> record = std::make_shared<test::ScriptedEngine::Record>();
  QTemporaryDir folder;
  Workbench bench;
  MainWindow window;
};

bool has_text(const GenerationRequest& request, const std::string& text) {
  for (const ContentPart& part : request.messages.back().content) {
    const auto* piece = std::get_if<TextPart>(&part);
    if (piece != nullptr && piece->text == text) return true;
  }
  return false;
}

std::size_t pictures_of(const GenerationRequest& request) {
  std::size_t pictures = 0;
  for (const Message& message : request.messages) {
    for (const ContentPart& part : message.content) pictures += std::holds_alternative<ImagePart>(part);
  }
  return pictures;
}

}  // namespace

class ForecastTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void tokens_time_and_memory_are_said() {
    const ForecastWords words = forecast_words(told(planned()));
    QCOMPARE(words.text, QStringLiteral("300 image tokens, 321 in all · first token in about 900 ms · memory "
                                        "1.30 GB of 8.00 GB"));
    QVERIFY(words.details.contains(QStringLiteral("1.00 GB held now")));
    QVERIFY(!words.warns);
    QCOMPARE(words.fitting_pixels, 0);
    test::Script unknown = planned();
    unknown.preview.ttft_seconds.reset();
    unknown.preview.memory.reset();
    unknown.admission.reset();
    QCOMPARE(forecast_words(told(unknown)).text,
             QStringLiteral("300 image tokens, 321 in all · time known after the first answer"));
    unknown.preview.vision.clear();
    QVERIFY(forecast_words(told(unknown, 0)).text.startsWith(QStringLiteral("321 tokens · ")));
  }

  void only_the_questions_own_pictures_count_as_its_image_tokens() {
    test::Script script = planned();
    script.preview.vision.insert(script.preview.vision.begin(), script.preview.vision.front());
    script.preview.vision.front().tokens = 5000;
    QVERIFY(forecast_words(told(script)).text.startsWith(QStringLiteral("300 image tokens")));
  }

  void what_stands_in_the_way_is_said_with_the_size_that_fits() {
    QVERIFY(forecast_words(told(planned(Verdict::kWaits)))
                .text.endsWith(QStringLiteral(
                    "\n⚠ Waits for other questions. At once with pictures of 0.20 megapixels in all.")));
    const ForecastWords large = forecast_words(told(planned(Verdict::kTooLarge)));
    QVERIFY(large.text.endsWith(
        QStringLiteral("\n⚠ Too large: takes 200 MB, and 120 MB are left beside the model. 0.20 megapixels "
                       "in all would fit.")));
    QVERIFY(large.warns);
    QVERIFY(large.fitting_pixels > 0 && large.fitting_pixels < 200'000);
    QVERIFY(forecast_words(told(planned(Verdict::kTooLong)))
                .text.contains(QStringLiteral("⚠ Too long: at most 4,095 tokens are read.")));
    test::Script hopeless = planned(Verdict::kTooLarge);
    hopeless.admission->fitting_pixels = 0;
    QCOMPARE(forecast_words(told(hopeless)).fitting_pixels, 0);
    QVERIFY(!forecast_words(told(hopeless)).text.contains(QStringLiteral("would fit")));
  }

  void a_question_is_forecast_once_it_pauses_as_it_would_be_sent() {
    Opened o(planned());
    QTRY_VERIFY(o.bench.bridge.ready());
    QCOMPARE(o.said(), QString());
    o.add_picture();
    QTRY_VERIFY(o.said().startsWith(QStringLiteral("300 image tokens, 321 in all")));
    const std::size_t before = o.asked().size();
    QTest::keyClicks(o.question(), QStringLiteral("What is on the table?"));
    QTRY_VERIFY(o.asked().size() > before && has_text(o.asked().back(), "What is on the table?"));
    QVERIFY2(o.asked().size() <= before + 3, "a forecast for each letter");
    QCOMPARE(pictures_of(o.asked().back()), std::size_t(1));
    // A second question carries the chat before it.
    QTest::keyClick(o.question(), Qt::Key_Return);
    QTRY_VERIFY(!o.bench.session.running() && o.bench.session.messages().size() == 2);
    QCOMPARE(o.said(), QString());
    QTest::keyClicks(o.question(), QStringLiteral("And under it?"));
    QTRY_VERIFY(has_text(o.asked().back(), "And under it?"));
    QCOMPARE(o.asked().back().messages.size(), std::size_t(3));
    QCOMPARE(pictures_of(o.asked().back()), std::size_t(1));
    QTRY_VERIFY(o.said().startsWith(QStringLiteral("321 tokens")));
  }

  void figures_of_other_pictures_are_gone_at_once() {
    Opened o(planned());
    QTRY_VERIFY(o.bench.bridge.ready());
    o.add_picture();
    QTRY_VERIFY(o.said().startsWith(QStringLiteral("300 image tokens")));
    o.add_picture(320, 240);
    QVERIFY2(!o.said().startsWith(QStringLiteral("300")), qPrintable(o.said()));
    QTRY_VERIFY(o.said().startsWith(QStringLiteral("300 image tokens")));
    QCOMPARE(pictures_of(o.asked().back()), std::size_t(2));
  }

  void it_follows_the_slider_while_that_moves() {
    Opened o(planned());
    QTRY_VERIFY(o.bench.bridge.ready());
    o.add_picture();
    QTRY_VERIFY(!o.said().isEmpty());
    auto* budget = o.window.findChild<QSlider*>();
    const std::size_t before = o.asked().size();
    // It never rests for as long as a pause in typing takes.
    for (int step = 40; step > 20; --step) {
      budget->setValue(step);
      QTest::qWait(40);
    }
    QVERIFY2(o.asked().size() > before + 1, "nothing was counted while it moved");
    QTRY_COMPARE(o.asked().back().image_budget.max_pixels, o.bench.session.options().max_pixels);
    QVERIFY(o.bench.session.options().max_pixels > 0);
  }

  void what_is_too_large_can_be_made_to_fit() {
    Opened o(planned(Verdict::kTooLarge));
    QTRY_VERIFY(o.bench.bridge.ready());
    o.add_picture();
    QTRY_VERIFY(o.fit() != nullptr);
    QTest::mouseClick(o.fit(), Qt::LeftButton);
    QCOMPARE(o.bench.session.options().max_pixels, std::int64_t(190'000));
    QTRY_COMPARE(o.asked().back().image_budget.max_pixels, std::int64_t(190'000));
  }

  void nothing_is_counted_while_an_answer_runs() {
    test::Script script = planned();
    script.steps = {test::says("and so on ")};
    Opened o(script);
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(o.bench.session.running() && !o.asked().empty());
    const std::size_t before = o.asked().size();
    QTest::keyClicks(o.question(), QStringLiteral("next"));
    QTest::qWait(600);
    QCOMPARE(o.asked().size(), before);
    QCOMPARE(o.said(), QString());
    o.bench.session.stop();
    QTRY_VERIFY(o.said().startsWith(QStringLiteral("321 tokens")));
  }

  void too_many_pictures_are_not_prepared_for_a_forecast() {
    Opened o(planned());
    QTRY_VERIFY(o.bench.bridge.ready());
    for (int i = 0; i <= QuestionForecast::kMostPictures; ++i) o.add_picture(32, 32);
    QTRY_VERIFY(o.said().startsWith(QStringLiteral("No forecast: too many pictures")));
    for (const GenerationRequest& request : o.asked())
      QVERIFY(pictures_of(request) <= std::size_t(QuestionForecast::kMostPictures));
  }

  void a_slow_forecast_blocks_nothing() {
    test::Script script = planned();
    script.before_preview = [] { QThread::msleep(400); };
    Opened o(script);
    QTRY_VERIFY(o.bench.bridge.ready());
    o.add_picture();
    QTRY_VERIFY(o.said() == QStringLiteral("Forecasting"));
    QTest::qWait(100);
    const test::Watchdog watchdog;
    QTest::keyClicks(o.question(), QStringLiteral("a question that is typed meanwhile"));
    QTRY_VERIFY(o.said().startsWith(QStringLiteral("300 image tokens")));
    watchdog.check();
  }

  void forecasts_stand_beside_what_came() {
    RequestMetrics metrics;
    metrics.stages[Stage::kQueue] = 0.5;
    metrics.token_times = {1.5, 1.6};
    metrics.total_seconds = 2.0;
    metrics.peak_memory_bytes = 1'200'000'000;
    metrics.forecast_memory_bytes = 1'300'000'000;
    metrics.forecast_ttft = 0.9;
    const AnswerFigures figures = figures_from_json(to_json(figures_of(metrics)));
    QCOMPARE(forecast_notes(figures),
             (QStringList{QStringLiteral("First token without the queue: forecast 900 ms, took 1.00 s"),
                          QStringLiteral("Memory at its peak: forecast 1.30 GB, was 1.20 GB")}));
    const QString table = figures_as_table(figures);
    QVERIFY(table.contains(QStringLiteral("First token, forecast without the queue\t0.900000")));
    QVERIFY(table.contains(QStringLiteral("Memory, forecast\t1.30 GB")));
    QVERIFY(forecast_notes(figures_of({})).isEmpty());
  }
};

std::unique_ptr<QObject> forecast_suite() {
  return std::make_unique<ForecastTest>();
}

#include <forecast_test.moc>
