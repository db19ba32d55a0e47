// Which models are offered: folders that were chosen by hand, ones that are gone, and what fits now.
#include "opened_window.h"
#include "seen.h"
#include "suites.h"
#include "ui/models/model_list_model.h"
#include "ui/models/model_panel.h"

#include <QApplication>
#include <QDir>
#include <QListView>
#include <QScopeGuard>
#include <QTest>
#include <atomic>
#include <mutex>
#include <thread>

using namespace fovea;
using namespace fovea::ui;

namespace {

/// Models of folders beside the one in the box, as the program lists them; each look is counted.
struct Listed {
  std::mutex mutex;
  int looks = 0;
  std::vector<std::string> folders;
};

WindowServices listed_services(const QString& state, const std::shared_ptr<Listed>& listed) {
  WindowServices services = test::scripted_services(test::one_answer(), state);
  services.list_models = [listed](const EngineOptions&, const std::vector<std::string>& folders) {
    const std::lock_guard lock(listed->mutex);
    ++listed->looks;
    listed->folders = folders;
    std::vector<ModelOffer> offers;
    for (const std::string& folder : folders) {
      ModelOffer offer;
      offer.name = offer.folder = folder;
      offer.runnable = offer.fits = true;
      offers.push_back(offer);
    }
    return offers;
  };
  return services;
}

int looks(Listed& listed) {
  const std::lock_guard lock(listed.mutex);
  return listed.looks;
}

QString model_in(const QTemporaryDir& folder, const QString& name) {
  QDir(folder.path()).mkpath(name);
  QFile config(folder.filePath(name + QStringLiteral("/config.json")));
  if (config.open(QIODevice::WriteOnly)) config.write("{}");
  return folder.filePath(name);
}

int row_of(const MainWindow& window, const QString& folder) {
  const auto* list = window.findChild<ModelPanel*>()->findChild<QListView*>();
  return qobject_cast<ModelListModel*>(list->model())->row_of(folder);
}

}  // namespace

class ModelListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_folder_that_was_chosen_by_hand_is_listed_from_then_on() {
    QTemporaryDir folder;
    const auto listed = std::make_shared<Listed>();
    const QString state = folder.filePath(QStringLiteral("state"));
    const QString model = model_in(folder, QStringLiteral("mine"));
    QDir(folder.path()).mkpath(QStringLiteral("none"));
    {
      Workbench bench(listed_services(state, listed));
      MainWindow window(bench);
      auto* panel = window.findChild<ModelPanel*>();
      QCOMPARE(row_of(window, model), -1);
      Q_EMIT panel->folderWanted(folder.filePath(QStringLiteral("none")));
      QVERIFY(bench.settings.model_folders.isEmpty());  // no model
      Q_EMIT panel->folderWanted(model);
      QTRY_VERIFY(bench.bridge.ready() && row_of(window, model) == 0);
      QCOMPARE(QString::fromStdString(bench.bridge.status().folder), model);
    }
    Workbench bench(listed_services(state, listed));
    MainWindow window(bench);
    QTRY_COMPARE(row_of(window, model), 0);
  }

  void the_row_of_a_folder_that_was_chosen_by_hand_is_the_chosen_one() {
    QTemporaryDir folder;
    const auto listed = std::make_shared<Listed>();
    const QString first = model_in(folder, QStringLiteral("first"));
    const QString second = model_in(folder, QStringLiteral("second"));
    Workbench bench(listed_services(folder.filePath(QStringLiteral("state")), listed));
    MainWindow window(bench);
    auto* panel = window.findChild<ModelPanel*>();
    const auto chosen = [&] {
      return panel->findChild<QListView*>()->currentIndex().data(ModelListModel::kIdRole).toString();
    };
    Q_EMIT panel->folderWanted(first);
    QTRY_VERIFY(bench.bridge.ready() && chosen() == first);
    Q_EMIT panel->folderWanted(second);
    QTRY_VERIFY(bench.bridge.status().kind == EngineStatus::Kind::kReady && chosen() == second);
    bench.load_model(first);  // begun elsewhere
    QCOMPARE(chosen(), first);
    // Looking at another row meanwhile stays the user's.
    panel->choose(second);
    QTRY_COMPARE(bench.bridge.status().kind, EngineStatus::Kind::kReady);
    QTest::qWait(100);
    QCOMPARE(chosen(), second);
  }

  void what_is_loading_is_marked_in_its_row_and_what_answers_stays_so() {
    QTemporaryDir folder;
    const auto listed = std::make_shared<Listed>();
    const QString first = model_in(folder, QStringLiteral("first"));
    const QString second = model_in(folder, QStringLiteral("second"));
    WindowServices services = listed_services(folder.filePath(QStringLiteral("state")), listed);
    std::atomic<bool> seen = false;
    services.load_engine = [all = services.load_engine, &seen](
                               const EngineOptions& options,
                               const LoadObserver& observer) -> Result<std::unique_ptr<Engine>> {
      if (QString::fromStdString(options.model_folder).endsWith(QStringLiteral("second"))) {
        observer({"reading weights", 42, 100});
        while (!seen) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      return all(options, observer);
    };
    Workbench bench(services);
    MainWindow window(bench);
    const auto go_on = qScopeGuard([&] { seen = true; });
    auto* panel = window.findChild<ModelPanel*>();
    const auto* list = panel->findChild<QListView*>()->model();
    const auto row = [&](const QString& id, int role) {
      return list->index(row_of(window, id), 0).data(role);
    };
    Q_EMIT panel->folderWanted(first);
    QTRY_VERIFY(bench.bridge.ready() && row_of(window, first) >= 0);
    Q_EMIT panel->folderWanted(second);
    QTRY_VERIFY(row_of(window, second) >= 0);
    QTRY_COMPARE(row(second, ModelListModel::kShareRole).toDouble(), 0.42);
    QVERIFY(row(second, ModelListModel::kLoadingRole).toBool());
    QCOMPARE(row(second, ModelListModel::kVerdictRole).toString(), QStringLiteral("loading, 42 %"));
    QVERIFY(row(second, Qt::AccessibleTextRole).toString().endsWith(QStringLiteral("loading, 42 %")));
    QVERIFY(!row(first, ModelListModel::kLoadingRole).toBool());
    QCOMPARE(row(first, ModelListModel::kVerdictRole).toString(), QStringLiteral("loaded"));
    const auto* load = test::button_called(*panel, QStringLiteral("Load"));
    QVERIFY(load != nullptr && !load->isEnabled());
    QCOMPARE(load->toolTip(), QStringLiteral("It is loading"));
    seen = true;
    QTRY_COMPARE(row(second, ModelListModel::kVerdictRole).toString(), QStringLiteral("loaded"));
    QVERIFY(!row(second, ModelListModel::kLoadingRole).toBool());
    QVERIFY(row(first, ModelListModel::kVerdictRole).toString() != QStringLiteral("loaded"));
  }

  void one_that_does_not_fit_says_why_on_its_row_and_on_the_button() {
    QTemporaryDir folder;
    WindowServices services = test::scripted_services(test::one_answer(), folder.path());
    services.list_models = [](const EngineOptions&, const std::vector<std::string>&) {
      ModelOffer large;
      large.name = "large";
      large.folder = "/models/large";
      large.runnable = true;
      large.verdict = "needs about 22 GB, 20 GB are free";
      return std::vector<ModelOffer>{large};
    };
    Workbench bench(services);
    MainWindow window(bench);
    window.show();
    QApplication::setActiveWindow(&window);
    const auto* panel = window.findChild<ModelPanel*>();
    QTRY_COMPARE(row_of(window, QStringLiteral("/models/large")), 0);
    const QModelIndex row = panel->findChild<QListView*>()->model()->index(0, 0);
    QCOMPARE(row.data(ModelListModel::kVerdictRole).toString(),
             QStringLiteral("needs about 22 GB, 20 GB are free"));
    QCOMPARE(row.data(ModelListModel::kSignRole).toString(), QStringLiteral("✕"));
    const auto* load = test::button_called(*panel, QStringLiteral("Load"));
    QTRY_VERIFY(load != nullptr && !load->isEnabled());
    QCOMPARE(load->toolTip(), QStringLiteral("needs about 22 GB, 20 GB are free"));
    QTest::keyClick(&window, Qt::Key_3, Qt::AltModifier);
    QTRY_VERIFY(test::shows(*panel, QStringLiteral("large: needs about 22 GB, 20 GB are free")));
    QVERIFY(row.data(Qt::ToolTipRole).toString().startsWith(QStringLiteral("needs about 22 GB")));
  }

  void what_fits_is_judged_anew_when_a_model_came_or_went() {
    QTemporaryDir folder;
    const auto listed = std::make_shared<Listed>();
    Workbench bench(listed_services(folder.path(), listed));
    MainWindow window(bench);
    QTRY_COMPARE(looks(*listed), 1);
    bench.load_usual_model();
    QTRY_VERIFY(bench.bridge.ready());
    QTRY_COMPARE(looks(*listed), 2);
    bench.unload();
    QTRY_COMPARE(looks(*listed), 3);
  }

  void one_that_was_put_aside_is_said_to_come_back() {
    test::Opened o(test::answer_of(1, 0));
    o.bench.load_usual_model();
    QTRY_VERIFY(o.bench.bridge.ready());
    const auto* panel = o.window.findChild<ModelPanel*>();
    QTest::keyClick(&o.window, Qt::Key_3, Qt::AltModifier);
    const QString words = QStringLiteral("the next question loads it again");
    QVERIFY(!test::shows(*panel, words));
    o.bench.rest();
    QTRY_VERIFY(test::shows(*panel, words));
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(o.bench.bridge.ready() && !test::shows(*panel, words));
    o.bench.unload();
    QTRY_VERIFY(test::shows(*panel, QStringLiteral("Choose one below.")));
    QTRY_VERIFY(!o.bench.session.running());
  }

  void a_model_whose_folder_is_gone_is_said_and_taken_again_when_it_is_back() {
    QTemporaryDir folder;
    const auto listed = std::make_shared<Listed>();
    const QString model = folder.filePath(QStringLiteral("mine"));
    Settings settings;
    settings.model_folder = model;
    QVERIFY(write_settings(settings, folder.filePath(QStringLiteral("settings.ini"))));
    {
      Workbench bench(listed_services(folder.path(), listed));
      MainWindow window(bench);
      window.show();
      bench.load_usual_model();
      QTRY_VERIFY(bench.bridge.ready());
      QCOMPARE(QString::fromStdString(bench.bridge.status().folder),
               QString::fromStdString(bench.services.bundled_model));
      QVERIFY(test::shows(window, QStringLiteral("mine is not at its place any more")));
      bench.new_chat();  // as the draft of the last time does, which is opened after it
      QVERIFY(test::shows(window, QStringLiteral("mine is not at its place any more")));
    }
    model_in(folder, QStringLiteral("mine"));
    Workbench bench(listed_services(folder.path(), listed));
    MainWindow window(bench);
    window.show();
    bench.load_usual_model();
    QTRY_VERIFY(bench.bridge.ready());
    QCOMPARE(QString::fromStdString(bench.bridge.status().folder), model);
    QVERIFY(!test::shows(window, QStringLiteral("is not at its place")));
  }
};

std::unique_ptr<QObject> model_list_suite() {
  return std::make_unique<ModelListTest>();
}

#include <model_list_test.moc>
