// Which models are offered: folders that were chosen by hand, ones that are gone, and what fits now.
#include "opened_window.h"
#include "seen.h"
#include "suites.h"
#include "ui/models/model_list_model.h"
#include "ui/models/model_panel.h"

#include <QDir>
#include <QListView>
#include <QTest>
#include <mutex>

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
