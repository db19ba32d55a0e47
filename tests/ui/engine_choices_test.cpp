// Where and in what the model computes, as the settings offer it and the next loading takes it.
#include "core/api/weight_group.h"
#include "opened_window.h"
#include "suites.h"
#include "ui/settings/device_box.h"
#include "ui/settings/settings_dialog.h"

#include <QAbstractItemModel>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QTest>
#include <QTimer>
#include <QTranslator>
#include <mutex>

using namespace fovea;
using namespace fovea::ui;

namespace {

using Kind = DeviceChoice::Kind;

const QString kDevice = QStringLiteral("Compute on");
const QString kWeights = QStringLiteral("Hold weights in");
const QString kArithmetic = QStringLiteral("Compute in");
const QString kEngine = QStringLiteral("Engine");
const QString kKeysAndValues = QStringLiteral("Keep keys and values in");

QComboBox* box_of(const QWidget& dialog, const QString& name) {
  for (auto* box : dialog.findChildren<QComboBox*>()) {
    if (box->accessibleName() == name) return box;
  }
  return nullptr;
}

bool enabled(const QComboBox& box, int at) {
  return box.model()->flags(box.model()->index(at, 0)).testFlag(Qt::ItemIsEnabled);
}

void choose(QComboBox& box, int at) {
  box.setCurrentIndex(at);
  Q_EMIT box.activated(at);
}

/// What engines were loaded and models listed with.
struct Asked {
  std::mutex mutex;
  std::vector<EngineOptions> loads;
  std::vector<EngineOptions> lists;

  std::vector<EngineOptions> loaded() {
    const std::lock_guard lock(mutex);
    return loads;
  }
  std::vector<EngineOptions> listed() {
    const std::lock_guard lock(mutex);
    return lists;
  }
};

WindowServices asked_services(const QString& folder, const std::shared_ptr<Asked>& asked) {
  WindowServices services = test::scripted_services(test::one_answer(), folder);
  services.load_engine = [asked, load = services.load_engine](const EngineOptions& options,
                                                              const LoadObserver& observer) {
    {
      const std::lock_guard lock(asked->mutex);
      asked->loads.push_back(options);
    }
    return load(options, observer);
  };
  services.list_models = [asked, list = services.list_models](const EngineOptions& options,
                                                              const std::vector<std::string>& folders) {
    {
      const std::lock_guard lock(asked->mutex);
      asked->lists.push_back(options);
    }
    return list(options, folders);
  };
  return services;
}

}  // namespace

class EngineChoicesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void they_are_kept() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("settings.ini"));
    Settings settings;
    for (const DeviceChoice& device : {DeviceChoice{Kind::kCpu}, DeviceChoice{Kind::kCpuOperators},
                                       DeviceChoice{Kind::kCuda, 3}, DeviceChoice{}}) {
      settings.device = device;
      settings.weights = WeightFormat::kInt4;
      settings.kv_cache_type = KvCacheType::kInt8;
      QVERIFY(write_settings(settings, file));
      QCOMPARE(read_settings(file).device, device);
      QCOMPARE(read_settings(file).weights, WeightFormat::kInt4);
      QCOMPARE(read_settings(file).kv_cache_type, KvCacheType::kInt8);
    }
    // By whole rows is a way to hold int8, and of nothing else.
    for (const WeightFormat format : {WeightFormat::kInt8, WeightFormat::kInt4}) {
      settings.weights = format;
      settings.weights_by_row = true;
      QVERIFY(write_settings(settings, file));
      const Settings read = read_settings(file);
      QCOMPARE(read.weights_by_row, format == WeightFormat::kInt8);
      QCOMPARE(wished_engine(read).weights.group, format == WeightFormat::kInt8 ? kWholeRow : 0);
      QCOMPARE(wished_engine(settings).weights.group, format == WeightFormat::kInt8 ? kWholeRow : 0);
    }
    QFile damaged(file);
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write("[model]\ndevice=cuda:-1\nweights=9\nkv_cache_type=-1\n");
    damaged.close();
    QCOMPARE(read_settings(file).device, DeviceChoice{});
    QCOMPARE(read_settings(file).weights, WeightFormat::kModel);
    QCOMPARE(read_settings(file).kv_cache_type, KvCacheType::kAuto);
  }

  void where_no_gpu_is_the_settings_say_so() {
    SettingsDialog dialog({}, {});
    auto* box = qobject_cast<DeviceBox*>(box_of(dialog, kDevice));
    QVERIFY(box != nullptr && !box->toolTip().isEmpty());
    QCOMPARE(box->chosen(), DeviceChoice{});
    QCOMPARE(box->count(), 4);
    QVERIFY(!enabled(*box, 3));
    dialog.set_gpus({});
    QCOMPARE(box->itemText(3), QStringLiteral("GPU: none is here"));
    QVERIFY(!enabled(*box, 3));
    QCOMPARE(box->itemData(3, Qt::ToolTipRole).toString(),
             QStringLiteral("No NVIDIA driver answers on this machine"));
    // By keys: the one that can't be chosen is passed over.
    dialog.show();
    box->setFocus();
    for (int i = 0; i < 5; ++i) QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(box->currentIndex(), 2);
    QCOMPARE(box->chosen(), DeviceChoice{Kind::kCpuOperators});
  }

  void each_gpu_can_be_chosen() {
    Settings now;
    SettingsDialog dialog(now, {});
    connect(&dialog, &SettingsDialog::changed, this, [&](const Settings& changed) { now = changed; });
    dialog.set_gpus({QStringLiteral("Card"), QStringLiteral("Card")});
    QComboBox* box = box_of(dialog, kDevice);
    QVERIFY(box != nullptr);
    QCOMPARE(box->count(), 5);
    choose(*box, box->findText(QStringLiteral("GPU 1 · Card")));
    QCOMPARE(now.device, (DeviceChoice{Kind::kCuda, 1}));
    choose(*box, 1);
    QCOMPARE(now.device, DeviceChoice{Kind::kCpu});
  }

  void a_gpu_that_is_gone_stays_chosen_and_is_said_to_be_gone() {
    Settings settings;
    settings.device = {Kind::kCuda, 1};
    SettingsDialog dialog(settings, {});
    auto* box = qobject_cast<DeviceBox*>(box_of(dialog, kDevice));
    QVERIFY(box != nullptr);
    QCOMPARE(box->currentText(), QStringLiteral("GPU 1"));
    dialog.set_gpus({QStringLiteral("Card")});
    QCOMPARE(box->currentText(), QStringLiteral("GPU 1: not here"));
    QCOMPARE(box->chosen(), settings.device);
    dialog.set_gpus({QStringLiteral("Card"), QStringLiteral("Other")});
    QCOMPARE(box->currentText(), QStringLiteral("GPU 1 · Other"));
  }

  void integers_are_offered_where_they_can_be_computed_with() {
    Settings now;
    SettingsDialog dialog(now, {});
    connect(&dialog, &SettingsDialog::changed, this, [&](const Settings& changed) { now = changed; });
    dialog.set_gpus({QStringLiteral("Card")});
    QComboBox* device = box_of(dialog, kDevice);
    QComboBox* weights = box_of(dialog, kWeights);
    QVERIFY(device != nullptr && weights != nullptr && !weights->toolTip().isEmpty());
    choose(*weights, weights->findText(QStringLiteral("int4")));
    QCOMPARE(now.weights, WeightFormat::kInt4);
    for (const int at : {2, 3}) {  // libtorch's operators, the GPU
      choose(*device, at);
      for (const int integers : {1, 2, 3}) {
        QVERIFY(!enabled(*weights, integers));
        QVERIFY(weights->itemText(integers).endsWith(QLatin1String(": on the processor alone")));
      }
      QVERIFY(enabled(*weights, 0) && enabled(*weights, 4));
    }
    for (const int at : {0, 1}) {  // automatic, the processor
      choose(*device, at);
      QVERIFY(enabled(*weights, 1) && enabled(*weights, 2) && enabled(*weights, 3));
      QCOMPARE(weights->itemText(1), QStringLiteral("int8"));
    }
    choose(*weights, 4);
    QCOMPARE(now.weights, WeightFormat::kFloat);
  }

  void int8_is_offered_by_whole_rows_too() {
    Settings now;
    now.weights = WeightFormat::kInt8;
    now.weights_by_row = true;
    SettingsDialog dialog(now, {});
    connect(&dialog, &SettingsDialog::changed, this, [&](const Settings& changed) { now = changed; });
    QComboBox* weights = box_of(dialog, kWeights);
    QVERIFY(weights != nullptr);
    QCOMPARE(weights->currentText(), QStringLiteral("int8 by whole rows"));
    QVERIFY2(weights->toolTip().contains(QLatin1String("AMX and is a little less exact")),
             qPrintable(weights->toolTip()));
    choose(*weights, weights->findText(QStringLiteral("int8")));
    QVERIFY(now.weights == WeightFormat::kInt8 && !now.weights_by_row);
    choose(*weights, weights->findText(QStringLiteral("int8 by whole rows")));
    QVERIFY(now.weights == WeightFormat::kInt8 && now.weights_by_row);
    choose(*weights, weights->findText(QStringLiteral("int4")));
    QVERIFY(now.weights == WeightFormat::kInt4 && !now.weights_by_row);
  }

  void they_are_found_by_their_words() {
    SettingsDialog dialog({}, {});
    dialog.show();
    auto* search = dialog.findChild<QLineEdit*>();
    for (const auto& [words, name] :
         {std::pair("gpu fits memory", kDevice), std::pair("libtorch", kDevice), std::pair("int8", kWeights),
          std::pair("context fits", kKeysAndValues)}) {
      search->clear();
      QTest::keyClicks(search, QString::fromLatin1(words));
      QVERIFY2(box_of(dialog, name)->isVisible(), words);
      QVERIFY2(!box_of(dialog, QStringLiteral("Theme"))->isVisible(), words);
    }
  }

  void the_next_loading_takes_them_and_is_offered() {
    QTemporaryDir folder;
    const auto asked = std::make_shared<Asked>();
    Workbench bench(asked_services(folder.path(), asked));
    MainWindow window(bench);
    window.resize(1280, 800);
    window.show();
    bench.load_usual_model();
    QTRY_VERIFY(bench.bridge.ready());
    QCOMPARE(asked->loaded().back().device, DeviceChoice{});
    const auto settings = [&](auto change) {
      QTimer::singleShot(0, &window, [&window, change] {
        auto* dialog = window.findChild<SettingsDialog*>();
        QVERIFY(dialog != nullptr);
        change(*dialog);
        dialog->accept();
      });
      QApplication::setActiveWindow(&window);
      QTest::keyClick(&window, Qt::Key_Comma, Qt::ControlModifier);
    };
    const auto offer = [&]() -> QPushButton* {
      for (auto* button : window.findChildren<QPushButton*>()) {
        if (button->isVisible() && button->text() == QStringLiteral("Load again")) return button;
      }
      return nullptr;
    };
    settings([](SettingsDialog&) {});
    QVERIFY(offer() == nullptr);  // nothing changed
    // Each of them alone.
    std::size_t loads = 1;
    for (const auto& [name, at] :
         {std::pair(kDevice, 1), std::pair(kWeights, 1), std::pair(kWeights, 2), std::pair(kKeysAndValues, 3),
          std::pair(kArithmetic, 1), std::pair(kEngine, 1)}) {
      settings([&name = name, &at = at](SettingsDialog& dialog) { choose(*box_of(dialog, name), at); });
      QCOMPARE(asked->loaded().size(), loads);
      QVERIFY2(offer() != nullptr, qPrintable(name));
      offer()->click();
      ++loads;  // not in the macro, which evaluates it again and again
      QTRY_COMPARE(asked->loaded().size(), loads);
      QTRY_VERIFY(bench.bridge.status().kind == EngineStatus::Kind::kReady && offer() == nullptr);
      // What fits is another thing now.
      if (name == kWeights) QTRY_COMPARE(asked->listed().back().weights.group, at == 2 ? kWholeRow : 0);
    }
    const EngineOptions options = asked->loaded().back();
    QCOMPARE(options.device, DeviceChoice{Kind::kCpu});
    QCOMPARE(options.weights.format, WeightFormat::kInt8);
    QCOMPARE(options.weights.group, kWholeRow);
    QCOMPARE(options.kv_cache_type, KvCacheType::kInt8);
    QCOMPARE(options.compute_type, ComputeType::kFloat32);
    QCOMPARE(options.model_folder, asked->loaded().front().model_folder);
    QVERIFY(asked->listed().back().weights.format == WeightFormat::kInt8);
  }

  void the_panel_says_where_and_in_what_the_model_computes() {
    test::Script script = test::one_answer();
    script.model.device = "cuda:1";
    script.model.weight_format = "int8";
    script.model.kv_cache_type = "bf16";
    test::Opened o(script);
    QTRY_VERIFY(o.bench.bridge.ready());
    const auto says = [&](const QString& words) {
      for (const auto* label : o.window.findChildren<QLabel*>()) {
        if (label->text().contains(words)) return true;
      }
      return false;
    };
    QTRY_VERIFY(says(QStringLiteral("on GPU 1 · weights ")));
    QVERIFY(says(QStringLiteral(" in int8")));
    QVERIFY(says(QStringLiteral(" tokens in bf16")));
    QVERIFY(says(QStringLiteral(" · int8 · GPU 1")));
  }

  void they_are_offered_in_chinese() {
    QTranslator chinese;
    QVERIFY(chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    QApplication::installTranslator(&chinese);
    SettingsDialog dialog({}, {});
    dialog.set_gpus({});
    QComboBox* box = box_of(dialog, QStringLiteral("计算设备"));
    QApplication::removeTranslator(&chinese);
    QVERIFY(box != nullptr);
    for (int i = 0; i < box->count(); ++i)
      QVERIFY2(box->itemText(i).contains(QRegularExpression(QStringLiteral("[一-龥]"))),
               qPrintable(box->itemText(i)));
    QVERIFY(box->toolTip().contains(QStringLiteral("自动")));
  }
};

std::unique_ptr<QObject> engine_choices_suite() {
  return std::make_unique<EngineChoicesTest>();
}

#include <engine_choices_test.moc>
