// Servers elsewhere as engines in the window: servers_test SUITE.
#include "servers_suites.h"

#include "test_services.h"
#include "ui/resources.h"
#include "ui/theme.h"

#include <QApplication>
#include <QTest>
#include <map>
#include <string>

int main(int argc, char** argv) {
  const std::map<std::string, std::unique_ptr<QObject> (*)()> suites = {
      {"answers", server_answers_suite},  {"connections", connections_suite},
      {"dialog", server_dialog_suite},    {"key_vault", key_vault_suite},
      {"list", server_list_suite},        {"no_key_vault", no_key_vault_suite},
      {"pictures", server_pictures_suite}};
  fovea::ui::load_resources();
  fovea::test::WatchedApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("fovea-test"));
  const auto suite = argc > 1 ? suites.find(argv[1]) : suites.end();
  if (suite == suites.end()) return 2;
  fovea::ui::apply_theme(application, fovea::ui::Theme::kLight, 1.0);
  argv[1] = argv[0];
  return QTest::qExec(suite->second().get(), argc - 1, argv + 1);
}
