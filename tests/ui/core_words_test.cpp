#include "ui/core_words.h"

#include "suites.h"
#include "test_services.h"
#include "ui/chat/attachment_strip.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/sample_row.h"
#include "ui/main_window.h"
#include "ui/sentence_table.h"
#include "ui/workbench.h"

#include <QApplication>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <QTranslator>
#include <cstring>

using namespace fovea;
using namespace fovea::ui;

namespace {

/// The window's language is Chinese while one lives.
struct Chinese {
  Chinese() {
    if (translator.load(QStringLiteral(":/translations/fovea_zh_CN.qm")))
      QApplication::installTranslator(&translator);
  }
  ~Chinese() { QApplication::removeTranslator(&translator); }
  QTranslator translator;
};

}  // namespace

class CoreWordsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void english_stays_as_it_is() {
    QCOMPARE(core_words(QStringLiteral("Can't read a.png: the file ends early.")),
             QStringLiteral("Can't read a.png: the file ends early."));
    QCOMPARE(core_words(Error{ErrorCode::kBusy, "One.", "Two.", {}}), QStringLiteral("One. Two."));
  }

  void sentences_are_said_in_chinese_data() {
    QTest::addColumn<QString>("english");
    QTest::addColumn<QString>("chinese");
    const auto row = [](const char* english, const char* chinese) {
      QTest::newRow(english) << QString::fromUtf8(english) << QString::fromUtf8(chinese);
    };
    row("", "");
    row("Nobody has said this.", "Nobody has said this.");
    row("Can't read a.png: the file ends early.", "无法读取 a.png：文件不完整。");
    row("Can't read a %1 b.png: GIF is not supported. Save it as PNG.",
        "无法读取 a %1 b.png：不支持 GIF。请保存为 PNG。");
    row("scan. of 3. May.png is too large: over 200 megapixels. Make it smaller.",
        "scan. of 3. May.png 太大：超过 200 megapixels。请把它缩小。");
    row("a.png: One side of the picture is more than 200 times the other. Cut it into pieces.",
        "a.png: 图片的一边超过另一边的 200 倍。请把它切成几块。");
    row("The queue is full: 3 questions are waiting. Try again when some are answered.",
        "队列已满：有 3 个问题在等待。等部分问题得到回答后再试。");
    row("The server 127.0.0.1:80 is busy or not ready yet (status 503): Come back later. Try again later.",
        "服务器 127.0.0.1:80正忙或尚未就绪（状态码 503）：Come back later. 请稍后重试。");
    row("The connection to example.org was lost. What came stands. Continue goes on with it where the server "
        "can; or have it answered again.",
        "与 example.org 的连接已断开。已收到的内容保留。若服务器支持，“继续”会接着写；也可以重新回答。");
    row("needs about 5.1 GB, 3.0 GB are free under this process's limit of 4 GB; it fits in bf16",
        "大约需要 5.1 GB，可用 3.0 GB，此进程的上限为 4 GB；以 bf16 可以容纳");
    row("The engine's process ended unexpectedly.", "引擎进程意外结束。");
    // Findings of runs, which core joins from pieces.
    row("int8 against bf16: TTFT -41.0 % (99 % band -44.2 % to -38.0 %); TPOT no difference shown.",
        "int8 与 bf16 相比：TTFT -41.0 %（99 % 区间 -44.2 % 至 -38.0 %）；TPOT 未显示差异。");
    row("Time for each token: no drift shown; +0.4 % from the first window to the last (99 % band -1.0 % to "
        "+2.0 %).",
        "每词元时间：未显示漂移；从第一个时间窗到最后一个 +0.4 %（99 % 区间 -1.0 % 至 +2.0 %）。");
    row("Memory drifted: +2.0 % from the first window to the last (99 % band +1.0 % to +3.0 %).",
        "内存有漂移：从第一个时间窗到最后一个 +2.0 %（99 % 区间 +1.0 % 至 +3.0 %）。");
    row("Memory growth: none shown; +1.2 MB an hour over 5 windows (Sen's slope; Kendall's test, p = 0.221); "
        "six windows or more can show one.",
        "内存增长：未显示；+每小时 1.2 MB，共 5 个时间窗（Sen 斜率；Kendall 检验，p = "
        "0.221）；六个或更多时间窗才能显示。");
    row("For answers within 60 s: 4 at once, 900 answers an hour, p99 3.21 s.",
        "要在 60 秒内得到回答：同时 4 个，每小时 900 个回答，p99 3.21 秒。");
    row("From 256 px on the answer stays as it is at 1024 px: the first token comes after 10 ms instead of "
        "20 "
        "ms.",
        "从 256 px 起，回答与 1024 px 时相同：首词元用时 10 毫秒，而不是 20 毫秒。");
    row("Over all tasks the page paints its first token +3 % (+1 % to +5 %) later than REST with Base64 "
        "reads "
        "its own, and the last one +2 % (+1 % to +3 %) later; by medians +3 % (+1 % to +4 %) and +2 % (+1 % "
        "to "
        "+3 %). By their own table the reference deployments' page is 57 to 61 % and 22 to 30 % later.",
        "就全部任务而言，页面画出首词元比经 REST（Base64）读到首词元晚 +3 %（+1 % 至 +5 %），末词元晚 "
        "+2 %（+1 % 至 +3 %）；按中位数为 +3 %（+1 % 至 +4 %） 和 +2 %（+1 % 至 "
        "+3 %）。参考部署自己的表中，页面分别晚 57 至 61 % 和 22 至 30 %。");
    row("The stages add up to the whole on every path; the most that is missing is 0.12 % (page, in all).",
        "每条路径上各阶段之和都等于全程；最多缺少 0.12 %（页面，全程）。");
    row("new tokens / (last end - first submission)", "新词元 /（最后结束 - 首次提交）");
    row("Kind of run: load before, batch sweep after.", "测量类型：之前 负载，之后 batch sweep。");
  }

  void sentences_are_said_in_chinese() {
    const Chinese chinese_window;
    QFETCH(QString, english);
    QTEST(core_words(english), "chinese");
  }

  void messages_and_remedies_follow_each_other_as_in_chinese() {
    const Chinese chinese_window;
    const Error known{
        ErrorCode::kOutOfMemory, "There is not enough memory for this model.", "Use a smaller model.", {}};
    QCOMPARE(core_words(known), QStringLiteral("内存不足以加载此模型。请使用更小的模型。"));
    const Error unknown{ErrorCode::kInternal, "It is Tuesday.", "Use a smaller model.", {}};
    QCOMPARE(core_words(unknown), QStringLiteral("It is Tuesday. 请使用更小的模型。"));
  }

  void long_texts_of_others_cost_little() {
    const Chinese chinese_window;
    const test::Watchdog watchdog;
    bool done = false;
    QTimer::singleShot(0, this, [&] {
      for (const char* piece : {". ", ": ", "a. ", "(x: ", "The server a gave up: ", "%1: "}) {
        const QString text = QString::fromLatin1(piece).repeated(2000 / qsizetype(std::strlen(piece)));
        core_words(text);
        core_words(text + text);
      }
      done = true;
    });
    QTRY_VERIFY(done);
    watchdog.check();
  }

  void a_refused_picture_says_why_in_the_language_that_is_chosen_later() {
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("cut.png")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(test::png(40, 40).first(60));
    file.close();
    WindowServices services = test::scripted_services(test::one_answer(), folder.path());
    services.decode_picture = [](auto, const std::string& name) -> Result<DecodedPicture> {
      return Error{ErrorCode::kInvalidImage, "Can't read " + name + ": the file ends early.", {}, {}};
    };
    Workbench bench(std::move(services));
    MainWindow english(bench);
    english.chat().composer().add_files({file.fileName()});
    const auto refusal = [](MainWindow& window) {
      const QAbstractItemModel* model = window.findChild<AttachmentStrip*>()->model();
      return model->rowCount() == 0 ? QString() : model->index(0, 0).data(Qt::ToolTipRole).toString();
    };
    QTRY_COMPARE(refusal(english), QStringLiteral("Can't read cut.png: the file ends early."));
    const Chinese chosen_later;
    MainWindow chinese(bench);
    chinese.chat().composer().take_over(english.chat().composer());
    QTRY_COMPARE(refusal(chinese), QStringLiteral("无法读取 cut.png：文件不完整。"));
  }

  void a_samples_question_is_shown_in_chinese_and_asked_in_english() {
    const Chinese chinese_window;
    const std::vector<SamplePicture> pictures = {{"resources/samples/receipt.png", "What is the total?"}};
    SampleRow samples(pictures);
    samples.resize(400, 200);
    samples.show();
    auto* button = samples.findChild<QToolButton*>();
    QVERIFY(button != nullptr);
    QCOMPARE(button->text(), QStringLiteral("总计是多少？"));
    QVERIFY2(button->toolTip().contains(QStringLiteral("英文")) &&
                 button->toolTip().contains(QStringLiteral("What is the total?")),
             qPrintable(button->toolTip()));
    QString asked;
    connect(&samples, &SampleRow::chosen, this,
            [&](const QString&, const QString& question) { asked = question; });
    button->click();
    QCOMPARE(asked, QStringLiteral("What is the total?"));
  }

  void a_table_that_is_not_there_translates_nothing() {
    QVERIFY(SentenceTable(QStringLiteral(":/translations/none.json")).empty());
    QVERIFY(!SentenceTable(QStringLiteral(":/translations/core_zh_CN.json")).empty());
  }
};

std::unique_ptr<QObject> core_words_suite() {
  return std::make_unique<CoreWordsTest>();
}

#include <core_words_test.moc>
