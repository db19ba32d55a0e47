#include "ui/application.h"

#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/transcript_view.h"
#include "ui/icons.h"
#include "ui/main_window.h"
#include "ui/resources.h"
#include "ui/start_fault.h"
#include "ui/system_look.h"
#include "ui/theme.h"
#include "ui/workbench.h"

#include <QApplication>
#include <QLocale>
#include <QPalette>
#include <QTimer>
#include <QTranslator>
#include <memory>
#include <optional>
#include <utility>

namespace fovea::ui {
namespace {

/// The program's window in the chosen look and language; built anew when they change, over the same
/// workbench.
class Shell {
 public:
  Shell(QApplication& application, Workbench& bench)
      : application_(application),
        bench_(bench),
        system_is_dark_(QApplication::palette().color(QPalette::Window).lightness() < 128) {
    QObject::connect(&system_look_, &SystemLook::changed, &application, [this](bool dark) {
      if (dark == system_is_dark_) return;
      system_is_dark_ = dark;
      if (bench_.settings.theme == ThemeChoice::kSystem) open_when_free();
    });
  }

  void open() {
    const Settings& settings = bench_.settings;
    apply_theme(application_, theme_of(settings.theme, system_is_dark_), settings.text_scale);
    apply_language(settings.language);
    auto window = std::make_unique<MainWindow>(bench_);
    QObject::connect(
        window.get(), &MainWindow::lookChanged, &application_, [this] { open(); }, Qt::QueuedConnection);
    if (window_) {
      window->chat().composer().take_over(window_->chat().composer());
      window_->chat().transcript().release_views();
    }
    window->show();
    window_.swap(
        window);  // the old one goes after the new one is there, so that the program doesn't end between
  }

  /// Opens the chat whose draft was being written when the program ended, unless something is written
  /// already or another chat, be it a new one, was asked for.
  void take_up_draft() {
    bench_.store.left_draft([this, first = bench_.session.summary().id](ChatId chat) {
      const Composer& composer = window_->chat().composer();
      const bool untouched = bench_.session.summary().id == first && bench_.session.empty() &&
                             composer.text().isEmpty() && composer.attachments().empty();
      if (chat != 0 && untouched) bench_.session.open(chat);
    });
  }

  /// A dialog of the old window is not pulled away from under its user.
  void open_when_free() {
    if (QApplication::activeModalWidget() == nullptr && QApplication::activePopupWidget() == nullptr)
      return open();
    QTimer::singleShot(kRetryMs, &application_, [this] { open_when_free(); });
  }

 private:
  static constexpr int kRetryMs = 500;

  void apply_language(Language language) {
    QApplication::removeTranslator(&translator_);
    const bool chinese = language == Language::kChinese ||
                         (language == Language::kSystem && QLocale::system().language() == QLocale::Chinese);
    QLocale::setDefault(chinese                          ? QLocale(QLocale::Chinese, QLocale::China)
                        : language == Language::kEnglish ? QLocale(QLocale::English)
                                                         : QLocale::system());
    if (chinese && translator_.load(QStringLiteral(":/translations/fovea_zh_CN.qm")))
      QApplication::installTranslator(&translator_);
  }

  QApplication& application_;
  Workbench& bench_;
  bool system_is_dark_;  // by the palette at the start, until the desktop's settings say it
  SystemLook system_look_;
  QTranslator translator_;
  std::unique_ptr<MainWindow> window_;
};

}  // namespace

int run_window(int argc, char** argv, WindowServices services, LabServices lab) {
  load_resources();
  std::optional<StartFault> fault(std::in_place);
  QApplication application(argc, argv);
  fault.reset();
  QApplication::setApplicationName(QStringLiteral("fovea"));
  QApplication::setApplicationDisplayName(QStringLiteral("Fovea"));
  QApplication::setDesktopFileName(QStringLiteral("fovea"));
  QApplication::setWindowIcon(icon(QStringLiteral("fovea"), kLightColors.accent));
  Workbench bench(std::move(services), std::move(lab));
  Shell shell(application, bench);
  shell.open();
  shell.take_up_draft();
  if (bench.settings.load_at_start) QTimer::singleShot(0, &bench, &Workbench::load_usual_model);
  return QApplication::exec();
}

}  // namespace fovea::ui
