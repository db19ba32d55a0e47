// Presets: kept in the settings, chosen, saved and deleted in the chat's options.
#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_options_dialog.h"
#include "ui/chat/chat_panel.h"
#include "ui/main_window.h"
#include "ui/settings.h"
#include "ui/workbench.h"

#include <QComboBox>
#include <QFile>
#include <QInputDialog>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;

namespace {

Preset preset(const QString& name, const QString& prompt, std::optional<double> temperature) {
  Preset out;
  out.name = name;
  out.options.system_prompt = prompt;
  out.options.temperature = temperature;
  out.options.max_new_tokens = 77;
  out.options.thinking = Thinking::kOff;
  return out;
}

QStringList names(const std::vector<Preset>& presets) {
  QStringList out;
  for (const Preset& p : presets) out.append(p.name);
  return out;
}

QPushButton* button(QWidget& in, const char* text) {
  for (auto* b : in.findChildren<QPushButton*>())
    if (b->text() == QLatin1String(text)) return b;
  return nullptr;
}

QComboBox* chooser(QWidget& in) {
  for (auto* box : in.findChildren<QComboBox*>())
    if (box->accessibleName() == QLatin1String("Preset")) return box;
  return nullptr;
}

void choose(QComboBox* box, int index) {
  box->setCurrentIndex(index);
  Q_EMIT box->activated(index);
}

/// Answers the next question for a name.
void will_name(const QString& name) {
  QTimer::singleShot(0, qApp, [name] {
    auto* dialog = qobject_cast<QInputDialog*>(QApplication::activeModalWidget());
    QVERIFY(dialog != nullptr);
    dialog->setTextValue(name);
    dialog->accept();
  });
}

}  // namespace

class PresetsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void are_kept_by_name() {
    std::vector<Preset> presets;
    QVERIFY(keep_preset(presets, preset(QStringLiteral(" b \n c"), {}, {})));
    QVERIFY(keep_preset(presets, preset(QStringLiteral("A"), {}, {})));
    QVERIFY(keep_preset(presets, preset(QStringLiteral("B C"), QStringLiteral("new"), {})));
    QVERIFY(!keep_preset(presets, preset(QStringLiteral("  "), {}, {})));
    QCOMPARE(names(presets), QStringList({"A", "B C"}));
    QCOMPARE(presets[1].options.system_prompt, QStringLiteral("new"));
    for (int i = 0; i < 2 * kMostPresets; ++i) keep_preset(presets, preset(QString::number(i), {}, {}));
    QCOMPARE(int(presets.size()), kMostPresets);
    ChatOptions chat;
    chat.max_pixels = 5;
    QCOMPARE(with_preset(chat, presets[0]).max_pixels, std::int64_t(5));
    QCOMPARE(with_preset(chat, presets[0]).max_new_tokens, 77);
  }

  void come_back_from_the_settings_file() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("settings.ini"));
    Settings settings;
    settings.presets = {
        preset(QStringLiteral("short 短"), QStringLiteral("Be \"brief\";\nin one, line="), 0.0),
        preset(QStringLiteral("wild"), {}, 1.5)};
    QVERIFY(write_settings(settings, file));
    Settings back = read_settings(file);
    QCOMPARE(names(back.presets), names(settings.presets));
    const ChatOptions& o = back.presets[0].options;
    QCOMPARE(o.system_prompt, settings.presets[0].options.system_prompt);
    QCOMPARE(*o.temperature, 0.0);
    QVERIFY(!o.top_p);
    QCOMPARE(o.max_new_tokens, 77);
    QVERIFY(o.thinking == Thinking::kOff);
    // Written over what was there: neither a preset nor a value is left of it.
    back.presets.pop_back();
    back.presets[0].options.temperature.reset();
    QVERIFY(write_settings(back, file));
    back = read_settings(file);
    QCOMPARE(names(back.presets), QStringList(QStringLiteral("short 短")));
    QVERIFY(!back.presets[0].options.temperature);
  }

  void a_damaged_file_does_no_harm() {
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("settings.ini")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        "[presets]\nsize=100000000\n1\\name=a\n1\\temperature=nan\n1\\top_p=7\n1\\max_new_tokens=-3\n"
        "1\\thinking=9\n2\\name=\n");
    file.close();
    const Settings read = read_settings(file.fileName());
    QCOMPARE(names(read.presets), QStringList(QStringLiteral("a")));
    const ChatOptions& o = read.presets[0].options;
    QVERIFY(!o.temperature);
    QCOMPARE(*o.top_p, 1.0);
    QCOMPARE(o.max_new_tokens, 1);
    QVERIFY(o.thinking == Thinking::kModelDefault);
  }

  void one_is_saved_chosen_and_deleted_in_the_chats_options() {
    QTemporaryDir folder;
    Workbench bench(test::scripted_services({}, folder.path()));
    MainWindow window(bench);
    window.show();
    // The options of a chat, opened as the window opens them; `act` is done in the dialog.
    const auto in_options = [&](const std::function<void(ChatOptionsDialog&)>& act) {
      QTimer::singleShot(0, &window, [&] {
        auto* dialog = qobject_cast<ChatOptionsDialog*>(QApplication::activeModalWidget());
        QVERIFY(dialog != nullptr);
        act(*dialog);
      });
      Q_EMIT window.chat().optionsWanted();
    };
    in_options([](ChatOptionsDialog& dialog) {
      QVERIFY(!button(dialog, "Delete preset")->isEnabled());
      dialog.findChild<QPlainTextEdit*>()->setPlainText(QStringLiteral("Answer in French."));
      will_name(QStringLiteral("French"));
      button(dialog, "Save as preset")->click();
      QCOMPARE(chooser(dialog)->currentText(), QStringLiteral("French"));
      button(dialog, "Cancel")->click();
    });
    QVERIFY(bench.session.options().system_prompt.isEmpty());
    const QString file = folder.filePath(QStringLiteral("settings.ini"));
    QCOMPARE(names(read_settings(file).presets), QStringList(QStringLiteral("French")));
    bench.new_chat();
    in_options([](ChatOptionsDialog& dialog) {
      choose(chooser(dialog), 1);
      QCOMPARE(dialog.findChild<QPlainTextEdit*>()->toPlainText(), QStringLiteral("Answer in French."));
      button(dialog, "Use for this chat")->click();
    });
    QCOMPARE(bench.session.options().system_prompt, QStringLiteral("Answer in French."));
    in_options([](ChatOptionsDialog& dialog) {
      choose(chooser(dialog), 1);
      button(dialog, "Delete preset")->click();
      QCOMPARE(chooser(dialog)->count(), 1);
      button(dialog, "Cancel")->click();
    });
    QVERIFY(read_settings(file).presets.empty());
    QCOMPARE(bench.session.options().system_prompt, QStringLiteral("Answer in French."));
  }
};

std::unique_ptr<QObject> presets_suite() {
  return std::make_unique<PresetsTest>();
}

#include <presets_test.moc>
