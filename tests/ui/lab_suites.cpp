// Measuring, cost, the monitor: lab_test SUITE.
#include "lab_suites.h"

#include "test_services.h"
#include "ui/resources.h"
#include "ui/theme.h"

#include <QApplication>
#include <QTest>
#include <string>

int main(int argc, char** argv) {
  fovea::ui::load_resources();
  fovea::test::WatchedApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("fovea-test"));
  const std::string name = argc > 1 ? argv[1] : "";
  const std::unique_ptr<QObject> suite = name == "bench"          ? bench_suite()
                                         : name == "bench_kinds"  ? bench_kinds_suite()
                                         : name == "cost"         ? cost_suite()
                                         : name == "monitor"      ? monitor_suite()
                                         : name == "monitor_page" ? monitor_page_suite()
                                                                  : nullptr;
  if (!suite) return 2;
  fovea::ui::apply_theme(application, fovea::ui::Theme::kLight, 1.0);
  argv[1] = argv[0];
  return QTest::qExec(suite.get(), argc - 1, argv + 1);
}
