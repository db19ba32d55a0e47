// How the program looks, and that it looks so again: colours, text size, layout, settings that are searched.
#include "suites.h"
#include "test_services.h"
#include "ui/controls.h"
#include "ui/main_window.h"
#include "ui/palette.h"
#include "ui/settings/settings_dialog.h"
#include "ui/theme.h"
#include "ui/workbench.h"

#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <cmath>

using namespace fovea;
using namespace fovea::ui;

namespace {

double luminance(QRgb color) {
  const auto linear = [](int channel) {
    const double share = channel / 255.0;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(qRed(color)) + 0.7152 * linear(qGreen(color)) + 0.0722 * linear(qBlue(color));
}

/// As WCAG 2 counts it.
double contrast(QRgb a, QRgb b) {
  const double first = luminance(a);
  const double second = luminance(b);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

int shown_controls(const SettingsDialog& dialog) {
  int count = 0;
  for (const auto* box : dialog.findChildren<QComboBox*>()) count += box->isVisible() ? 1 : 0;
  return count;
}

}  // namespace

class LookTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void text_can_be_read_in_every_theme() {
    for (const Theme theme : {Theme::kLight, Theme::kDark, Theme::kHighContrast}) {
      const Colors& c = colors_of(theme);
      for (const QRgb ground : {c.window, c.surface, c.raised, c.bubble}) {
        for (const QRgb text : {c.text, c.muted, c.good, c.warning, c.bad})
          QVERIFY2(contrast(text, ground) >= 4.5, qPrintable(QStringLiteral("theme %1, #%2 on #%3: %4")
                                                                 .arg(int(theme))
                                                                 .arg(text & 0xFFFFFF, 6, 16)
                                                                 .arg(ground & 0xFFFFFF, 6, 16)
                                                                 .arg(contrast(text, ground))));
      }
      QVERIFY(contrast(c.on_accent, c.accent) >= 4.5);
      QVERIFY(contrast(c.text, c.accent_soft) >= 4.5);
    }
  }

  void the_button_with_the_keys_is_seen() {
    for (const Theme theme : {Theme::kLight, Theme::kDark, Theme::kHighContrast}) {
      apply_theme(*qApp, theme, 1.0);
      for (const bool primary : {true, false}) {
        QWidget window;
        auto* button = push_button(QStringLiteral("Ask"), &window, primary);
        auto* other = push_button(QStringLiteral("Other"), &window);
        button->setGeometry(10, 10, 80, 32);
        other->setGeometry(100, 10, 80, 32);
        window.show();
        QApplication::setActiveWindow(&window);
        other->setFocus(Qt::TabFocusReason);
        const QImage without = button->grab().toImage();
        button->setFocus(Qt::TabFocusReason);
        const QImage with = button->grab().toImage();
        int seen = 0;
        for (int y = 0; y < with.height(); ++y)
          for (int x = 0; x < with.width(); ++x)
            seen += contrast(with.pixel(x, y), without.pixel(x, y)) >= 3.0 ? 1 : 0;
        QVERIFY2(seen > 60, qPrintable(QStringLiteral("theme %1: %2 pixels").arg(int(theme)).arg(seen)));
      }
    }
    apply_theme(*qApp, Theme::kLight, 1.0);
  }

  void dialogs_of_qt_speak_chinese_too() {
    QTranslator chinese;
    QVERIFY(chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    QApplication::installTranslator(&chinese);
    QInputDialog typed;
    typed.setLabelText(QStringLiteral("标题"));
    typed.show();
    QFileDialog chosen;
    chosen.setOption(QFileDialog::DontUseNativeDialog);
    chosen.setAcceptMode(QFileDialog::AcceptSave);
    chosen.show();
    QStringList said;
    for (const QDialog* dialog :
         {static_cast<const QDialog*>(&typed), static_cast<const QDialog*>(&chosen)}) {
      for (const auto* button : dialog->findChildren<QAbstractButton*>())
        said.append(button->text() + button->toolTip());
      for (const auto* label : dialog->findChildren<QLabel*>()) said.append(label->text());
    }
    QLineEdit field;
    const std::unique_ptr<QMenu> menu(field.createStandardContextMenu());
    for (const auto* action : menu->actions()) said.append(action->text().section(u'\t', 0, 0));
    QApplication::removeTranslator(&chinese);
    int words = 0;
    for (const QString& text : said) {
      if (text.isEmpty()) continue;
      ++words;
      QVERIFY2(text.contains(QRegularExpression(QStringLiteral("[一-龥]"))), qPrintable(text));
    }
    QVERIFY(words > 15);
  }

  void settings_are_found_by_their_words() {
    SettingsDialog dialog({}, QStringLiteral("/nowhere"));
    dialog.show();
    const int all = shown_controls(dialog);
    QVERIFY(all >= 4);
    auto* search = dialog.findChild<QLineEdit*>();
    QTest::keyClicks(search, QStringLiteral("LANGU"));
    QCOMPARE(shown_controls(dialog), 1);
    search->clear();
    QTest::keyClicks(search, QStringLiteral("process own"));
    QCOMPARE(shown_controls(dialog), 1);
    search->clear();
    QTest::keyClicks(search, QStringLiteral("no such thing"));
    QCOMPARE(shown_controls(dialog), 0);
    QVERIFY([&] {
      for (const auto* label : dialog.findChildren<QLabel*>()) {
        if (label->isVisible() && label->text() == QLatin1String("No setting is called so.")) return true;
      }
      return false;
    }());
    search->clear();
    QCOMPARE(shown_controls(dialog), all);
  }

  void every_setting_is_found_by_what_one_would_type_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("setting");
    QTest::addColumn<bool>("chinese");
    const auto add = [](const char* typed, const char* setting, bool chinese = false) {
      QTest::newRow(typed) << QString::fromUtf8(typed) << QString::fromUtf8(setting) << chinese;
    };
    add("dark mode", "Theme");
    add("contrast", "Theme");
    add("chinese", "Language");
    add("font", "Text size");
    add("instructions", "System prompt");
    add("sampling", "Temperature");
    add("max_tokens", "Longest answer");
    add("startup", "Load the last model at the start");
    add("precision", "Compute in");
    add("fp16", "Compute in");
    add("gpu", "Compute on");
    add("cuda", "Compute on");
    add("quantiz", "Hold weights in");
    add("int4", "Hold weights in");
    add("kv cache", "Keep keys and values in");
    add("crash", "Engine");
    add("cpu cores", "Threads");
    add("timeout", "Unload when idle");
    add("minutes", "Unload when idle");
    add("api", "Local server");
    add("directory", "Where chats are kept");
    add("夜间", "主题", true);
    add("深色", "主题", true);
    add("英文", "语言", true);
    add("字体", "文字大小", true);
    add("角色", "系统提示", true);
    add("采样", "温度", true);
    add("长度", "回答最长", true);
    add("开机", "启动时加载上次的模型", true);
    add("数据类型", "计算精度", true);
    add("显卡", "计算设备", true);
    add("量化", "权重格式", true);
    add("缓存", "键值缓存格式", true);
    add("崩溃", "引擎", true);
    add("核心", "线程", true);
    add("超时", "空闲时卸载", true);
    add("接口", "本地服务器", true);
    add("目录", "对话的保存位置", true);
    add("theme colour", "主题", true);
  }

  void every_setting_is_found_by_what_one_would_type() {
    QFETCH(QString, typed);
    QFETCH(QString, setting);
    QFETCH(bool, chinese);
    QTranslator translator;
    QVERIFY(translator.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    if (chinese) QApplication::installTranslator(&translator);
    SettingsDialog dialog({}, QStringLiteral("/nowhere"));
    dialog.show();
    dialog.findChild<QLineEdit*>()->setText(typed);
    QApplication::removeTranslator(&translator);
    QStringList shown;
    int hidden = 0;
    for (const auto* area = dialog.findChild<QScrollArea*>();
         const auto* one : area->findChildren<QWidget*>()) {
      if (one->accessibleName().isEmpty() || one->toolTip().isEmpty()) continue;
      if (one->isVisible()) {
        shown.append(one->accessibleName());
      } else {
        ++hidden;
      }
    }
    QVERIFY2(shown.contains(setting), qPrintable(shown.join(u'|')));
    QVERIFY(hidden > 3);
  }

  void the_layout_is_remembered() {
    QTemporaryDir folder;
    const auto inspector = [](MainWindow& window) {
      for (auto* tabs : window.findChildren<QTabWidget*>()) {
        if (tabs->accessibleName() == QLatin1String("Inspector")) return tabs;
      }
      return static_cast<QTabWidget*>(nullptr);
    };
    {
      Workbench bench(test::scripted_services({}, folder.path()));
      MainWindow window(bench);
      window.resize(1100, 640);
      window.show();
      QApplication::setActiveWindow(&window);
      QTest::keyClick(&window, Qt::Key_B, Qt::ControlModifier);
      QTest::keyClick(&window, Qt::Key_3, Qt::AltModifier);
      QTRY_VERIFY(!window.findChild<QDockWidget*>(QStringLiteral("history"))->isVisible());
      window.close();
    }
    Workbench bench(test::scripted_services({}, folder.path()));
    MainWindow window(bench);
    window.show();
    QCOMPARE(window.size(), QSize(1100, 640));
    QVERIFY(!window.findChild<QDockWidget*>(QStringLiteral("history"))->isVisible());
    QVERIFY(window.findChild<QDockWidget*>(QStringLiteral("inspector"))->isVisible());
    QCOMPARE(inspector(window)->currentIndex(), 2);
  }

  void the_text_grows_by_keys_and_stays_so() {
    QTemporaryDir folder;
    {
      Workbench bench(test::scripted_services({}, folder.path()));
      MainWindow window(bench);
      window.show();
      QApplication::setActiveWindow(&window);
      const QSignalSpy anew(&window, &MainWindow::lookChanged);
      QTest::keyClick(&window, Qt::Key_Plus, Qt::ControlModifier);
      QCOMPARE(anew.size(), 1);
      QTest::keyClick(&window, Qt::Key_Plus, Qt::ControlModifier);
      QCOMPARE(bench.settings.text_scale, 1.1 * 1.1);
    }
    Workbench bench(test::scripted_services({}, folder.path()));
    QCOMPARE(bench.settings.text_scale, 1.1 * 1.1);
    MainWindow window(bench);
    window.show();
    QApplication::setActiveWindow(&window);
    for (int i = 0; i < 20; ++i) QTest::keyClick(&window, Qt::Key_Plus, Qt::ControlModifier);
    QCOMPARE(bench.settings.text_scale, 1.6);
    QTest::keyClick(&window, Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(bench.settings.text_scale, 1.0);
  }

  void without_a_model_it_is_said_how_to_get_one() {
    QTemporaryDir folder;
    WindowServices services = test::scripted_services({}, folder.path());
    services.bundled_model.clear();
    services.list_models = [](const EngineOptions&, const std::vector<std::string>&) {
      return std::vector<ModelOffer>();
    };
    Workbench bench(services);
    MainWindow window(bench);
    window.resize(1280, 800);
    window.show();
    bench.load_usual_model();
    QApplication::setActiveWindow(&window);
    QTest::keyClick(&window, Qt::Key_3, Qt::AltModifier);
    const auto says = [&](const QString& text) {
      for (const auto* label : window.findChildren<QLabel*>()) {
        if (label->isVisible() && label->text().contains(text)) return true;
      }
      return false;
    };
    QTRY_VERIFY(says(QStringLiteral("No model is on this machine. Get one with: fovea models pull NAME")));
    QVERIFY(says(QStringLiteral("Choose one under Model, or get one with")));
  }
};

std::unique_ptr<QObject> look_suite() {
  return std::make_unique<LookTest>();
}

#include <look_test.moc>
