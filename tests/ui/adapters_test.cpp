// LoRA adapters in the window: chosen for the model in use, refused, remembered, taken back.
#include "suites.h"
#include "test_services.h"
#include "ui/bench/run_kinds.h"
#include "ui/main_window.h"
#include "ui/models/model_panel.h"
#include "ui/workbench.h"

#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <iterator>
#include <mutex>

using namespace fovea;
using namespace fovea::ui;

namespace {

struct Loads {
  std::mutex mutex;
  std::vector<std::string> adapters;  ///< of each loading, in order
  std::string refused;                ///< the folder of one that fits no model
};

WindowServices services(const QString& folder, const std::shared_ptr<Loads>& loads) {
  WindowServices out = test::scripted_services({}, folder);
  out.load_engine = [loads](const EngineOptions& options,
                            const LoadObserver&) -> Result<std::unique_ptr<Engine>> {
    const std::lock_guard lock(loads->mutex);
    loads->adapters.push_back(options.adapter_folder);
    if (!options.adapter_folder.empty() && options.adapter_folder == loads->refused)
      return Error{ErrorCode::kUnsupported, "The adapter is for another model.",
                   "Use the model that the adapter was trained on.", "adapter"};
    test::Script script;
    script.model = test::scripted_model();
    script.model.adapter = QFileInfo(QString::fromStdString(options.adapter_folder)).fileName().toStdString();
    script.steps = {test::says("here"), test::finishes(1)};
    return std::unique_ptr<Engine>(std::make_unique<test::ScriptedEngine>(script));
  };
  return out;
}

struct Opened {
  Opened(const QString& folder, const std::shared_ptr<Loads>& told)
      : loads(told), bench(services(folder, told)), window(bench) {
    window.resize(1280, 800);
    window.show();
    bench.load_usual_model();
  }
  /// The adapter of the last loading, once that is over.
  std::string loaded(std::size_t count) {
    const bool over = QTest::qWaitFor([&] {
      const std::lock_guard lock(loads->mutex);
      return loads->adapters.size() == count && bench.bridge.status().kind != EngineStatus::Kind::kLoading;
    });
    QTest::qWait(20);  // what is queued behind it
    const std::lock_guard lock(loads->mutex);
    return over && loads->adapters.size() == count ? loads->adapters.back()
                                                   : "not loaded " + std::to_string(count) + " times";
  }
  QPushButton* button(const char* text) {
    for (auto* one : window.findChildren<QPushButton*>()) {
      if (one->text() == QLatin1String(text)) return one;
    }
    return nullptr;
  }
  bool says(const QString& text) {
    for (auto* label : window.findChildren<QLabel*>()) {
      if (label->text().contains(text)) return true;
    }
    return false;
  }

  std::shared_ptr<Loads> loads;
  Workbench bench;
  MainWindow window;
};

}  // namespace

class AdaptersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    loads_ = std::make_shared<Loads>();
    adapter_ = folder_->filePath(QStringLiteral("receipts-lora"));
    QDir().mkpath(adapter_);
  }

  void one_is_merged_remembered_and_taken_back() {
    {
      Opened o(folder_->path(), loads_);
      QVERIFY2(!o.button("Add an adapter")->isEnabled(), "before a model is there");
      QVERIFY(!o.button("Add an adapter")->toolTip().isEmpty());
      QCOMPARE(o.loaded(1), std::string());
      QVERIFY(o.button("Add an adapter")->isEnabled());
      Q_EMIT o.window.findChild<ModelPanel*>()->adapterWanted(adapter_);
      QCOMPARE(o.loaded(2), adapter_.toStdString());
      QVERIFY(o.says(QStringLiteral("adapter receipts-lora")));
      QVERIFY(o.says(QStringLiteral("The adapter receipts-lora is merged into scripted.")));
      o.bench.session.ask(QStringLiteral("?"), {});
      QTRY_VERIFY(!o.bench.session.running());
      QVERIFY2(o.bench.session.messages()[1].model.contains(QStringLiteral("receipts-lora")),
               qPrintable(o.bench.session.messages()[1].model));
    }
    {
      Opened o(folder_->path(), loads_);
      QCOMPARE(o.loaded(3), adapter_.toStdString());
      QVERIFY2(o.button("Undo") == nullptr || !o.button("Undo")->isVisible(), "nothing was changed");
      o.button("Remove the adapter")->click();
      QCOMPARE(o.loaded(4), std::string());
      QVERIFY(o.says(QStringLiteral("scripted is used without an adapter.")));
      o.button("Undo")->click();
      QCOMPARE(o.loaded(5), adapter_.toStdString());
      o.button("Remove the adapter")->click();
      QCOMPARE(o.loaded(6), std::string());
    }
    Opened o(folder_->path(), loads_);
    QCOMPARE(o.loaded(7), std::string());
  }

  void one_that_does_not_fit_is_refused_and_not_remembered() {
    loads_->refused = adapter_.toStdString();
    {
      Opened o(folder_->path(), loads_);
      QCOMPARE(o.loaded(1), std::string());
      o.bench.set_adapter(adapter_);
      QCOMPARE(o.loaded(2), adapter_.toStdString());
      QVERIFY(o.says(QStringLiteral("The adapter is for another model.")));
      QVERIFY2(o.bench.bridge.ready(), "the model that was in use");
      QVERIFY(o.button("Add an adapter")->isEnabled());
    }
    Opened o(folder_->path(), loads_);
    QCOMPARE(o.loaded(3), std::string());
  }

  void one_that_fits_no_more_leaves_a_way_on() {
    {
      Opened o(folder_->path(), loads_);
      QCOMPARE(o.loaded(1), std::string());
      o.bench.set_adapter(adapter_);
      QCOMPARE(o.loaded(2), adapter_.toStdString());
    }
    loads_->refused = adapter_.toStdString();
    Opened o(folder_->path(), loads_);
    QCOMPARE(o.loaded(3), adapter_.toStdString());
    QVERIFY(!o.bench.bridge.ready());
    QTRY_VERIFY(o.button("Load without the adapter") != nullptr);
    o.button("Load without the adapter")->click();
    QCOMPARE(o.loaded(4), std::string());
    QVERIFY(o.bench.bridge.ready());
    QVERIFY(o.bench.adapter_of(QStringLiteral("/models/scripted")).isEmpty());
  }

  void one_whose_folder_is_gone_is_said_and_the_model_comes_without_it() {
    {
      Opened o(folder_->path(), loads_);
      QCOMPARE(o.loaded(1), std::string());
      o.bench.set_adapter(adapter_);
      QCOMPARE(o.loaded(2), adapter_.toStdString());
    }
    QVERIFY(QDir(adapter_).removeRecursively());
    Opened o(folder_->path(), loads_);
    QCOMPARE(o.loaded(3), std::string());
    QVERIFY(o.says(QStringLiteral("is not there any more: scripted is loaded without it.")));
    QCOMPARE(o.bench.adapter_of(QStringLiteral("/models/scripted")), adapter_);  // it may come back
  }

  void a_run_is_measured_with_it() {
    RunKind kind;
    kind.verb = {"bench", "load"};
    RunModel model{"/m", "auto"};
    model.adapter = "/a";
    const auto arguments = arguments_of(kind, {}, model);
    QCOMPARE(arguments, (std::vector<std::string>{"bench", "load", "--model", "/m", "--adapter", "/a"}));
    model.device = "cuda:1";
    model.weights = "int8";
    model.kv_cache_type = "bf16";
    const auto more = arguments_of(kind, {}, model);
    QCOMPARE(
        std::vector<std::string>(more.end() - 6, more.end()),
        (std::vector<std::string>{"--device", "cuda:1", "--weights", "int8", "--kv-cache-dtype", "bf16"}));
    model.weights_by_row = true;
    const auto by_row = arguments_of(kind, {}, model);
    const auto group = std::find(by_row.begin(), by_row.end(), "--weights-group");
    QVERIFY(group != by_row.end() && *std::next(group) == "row");
    kind.own_formats = true;
    QCOMPARE(arguments_of(kind, {}, model), arguments);
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  std::shared_ptr<Loads> loads_;
  QString adapter_;
};

std::unique_ptr<QObject> adapters_suite() {
  return std::make_unique<AdaptersTest>();
}

#include <adapters_test.moc>
