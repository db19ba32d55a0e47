#include "suites.h"

#include "test_services.h"
#include "ui/resources.h"
#include "ui/theme.h"
#include "window_user.h"

#include <QApplication>
#include <QTest>
#include <map>
#include <string>

int main(int argc, char** argv) {
  const std::map<std::string, std::unique_ptr<QObject> (*)()> suites = {
      {"accessible", accessible_suite},
      {"adapters", adapters_suite},
      {"attachments", attachments_suite},
      {"branches", branches_suite},
      {"bridge", bridge_suite},
      {"presets", presets_suite},
      {"model_list", model_list_suite},
      {"narrow", narrow_suite},
      {"chat_files", chat_files_suite},
      {"chat_list", chat_list_suite},
      {"clipboard", clipboard_suite},
      {"composer", composer_suite},
      {"core_words", core_words_suite},
      {"drafts", drafts_suite},
      {"engine_choices", engine_choices_suite},
      {"engine_process", engine_process_suite},
      {"faults", faults_suite},
      {"forecast", forecast_suite},
      {"history", history_suite},
      {"image_panel", image_panel_suite},
      {"item_models", item_models_suite},
      {"loads", loads_suite},
      {"local_server", local_server_suite},
      {"look", look_suite},
      {"machine", machine_suite},
      {"markdown", markdown_suite},
      {"regions", regions_suite},
      {"repaints", repaints_suite},
      {"screen_grab", screen_grab_suite},
      {"session", session_suite},
      {"speed", speed_suite},
      {"structured", structured_suite},
      {"system_look", system_look_suite},
      {"tags", tags_suite},
      {"window", window_suite}};
  fovea::ui::load_resources();
  fovea::test::WatchedApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("fovea-test"));
  if (argc == 3 && std::string(argv[1]) == "--write-history")
    return write_history(QString::fromLocal8Bit(argv[2]));
  if (argc == 4 && std::string(argv[1]) == "--use-window")
    return use_window(QString::fromLocal8Bit(argv[2]), QString::fromLatin1(argv[3]).toUInt());
  const auto suite = argc > 1 ? suites.find(argv[1]) : suites.end();
  if (suite == suites.end()) return 2;
  fovea::ui::apply_theme(application, fovea::ui::Theme::kLight, 1.0);
  argv[1] = argv[0];
  return QTest::qExec(suite->second().get(), argc - 1, argv + 1);
}
