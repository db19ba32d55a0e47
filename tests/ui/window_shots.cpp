// Pictures of every panel, to be looked at: window_shots FOLDER, or by screenshots.sh in all looks and sizes.
#include "app/window/measuring.h"
#include "app/window/monitoring.h"
#include "app/window/remote_services.h"
#include "memory_vault.h"
#include "test_services.h"
#include "ui/bench/bench_panel.h"
#include "ui/bench/run_view.h"
#include "ui/chat/chat_options_dialog.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/connections/connections_dialog.h"
#include "ui/history/history_panel.h"
#include "ui/main_window.h"
#include "ui/models/model_panel.h"
#include "ui/models/remote_server_dialog.h"
#include "ui/performance/speed_panel.h"
#include "ui/resources.h"
#include "ui/server/server_dialog.h"
#include "ui/settings/device_box.h"
#include "ui/settings/settings_dialog.h"
#include "ui/theme.h"
#include "ui/workbench.h"
#include "watched_machine.h"

#include <QApplication>
#include <QCheckBox>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <cmath>

using namespace fovea;
using namespace fovea::ui;

namespace {

constexpr auto kAnswer =
    "The receipt names **four** items:\n\n| Item | Count | Price |\n|---|---:|---:|\n| Espresso | 2 | 4.40 "
    "|\n"
    "| Croissant | 1 | 2.60 |\n| Orange juice | 1 | 5.50 |\n\nThe sum is $4.40 + 2.60 + 5.50 = 12.50$. In "
    "code:\n\n```python\ntotal = sum(price for _, price in items)\nprint(f\"{total:.2f}\")\n```\n\n"
    "```json\n[{\"bbox_2d\": [120, 60, 860, 160], \"label\": \"name of the shop\"}, {\"bbox_2d\": [100, 700, "
    "900, 800], \"label\": \"total\"}]\n```\n";

test::Script script() {
  test::Script out;
  out.model = test::scripted_model();
  out.model.name = "Qwen/Qwen3-VL-2B-Instruct";
  out.model.family = "Qwen3-VL";
  out.model.compute_type = "bf16";
  out.model.parameters = 2'127'532'032;
  out.model.weights_bytes = 4'255'140'312;
  out.model.context_tokens = 262'144;
  out.model.patch_size = 16;
  out.model.merge_size = 2;
  VisionInput seen;
  seen.source_width = 640;
  seen.source_height = 960;
  seen.resized_width = 640;
  seen.resized_height = 960;
  seen.grid_h = 60;
  seen.grid_w = 40;
  seen.tokens = 600;
  out.preview.prompt_tokens = 640;
  out.preview.vision = {seen};
  out.steps = {{{}, Preprocessed{{seen}}},
               test::says("The shop's name stands at the top, the total at the bottom.", {}, true),
               test::says(kAnswer),
               test::finishes(180)};
  return out;
}

std::vector<ModelOffer> offers(const EngineOptions& /*wishes*/, const std::vector<std::string>& /*folders*/) {
  const auto offer = [](const char* name, const char* source, const char* family, std::int64_t parameters,
                        bool runnable, bool fits, const char* verdict) {
    ModelOffer out;
    out.name = name;
    out.folder = std::string("/models/") + name;
    out.source = source;
    out.family = family;
    out.dtype = "bf16";
    out.parameters = parameters;
    out.file_bytes = std::uint64_t(parameters) * 2;
    out.runnable = runnable;
    out.fits = fits;
    out.verdict = verdict;
    return out;
  };
  return {offer("fovea-mini", "in the box", "Qwen3-VL", 12'600'000, true, true,
                "needs about 310 MB, 20 GB are free"),
          offer("Qwen/Qwen3-VL-2B-Instruct", "Hugging Face", "Qwen3-VL", 2'127'532'032, true, true,
                "needs about 5.1 GB, 20 GB are free"),
          offer("zai-org/GLM-4.1V-9B-Thinking", "ModelScope", "GLM-4V", 10'292'777'472, true, false,
                "needs about 22 GB, 20 GB are free; it fits with a shorter context"),
          offer("llava-hf/llava-1.5-7b-hf", "Hugging Face", "", 7'063'427'072, false, false,
                "LlavaForConditionalGeneration is not among the architectures that run here.")};
}

/// Looks for what an end of a test needs without being one.
template <typename Look>
bool wait(Look look, int ms = 20'000) {
  return QTest::qWaitFor(look, ms);
}

class Album {
 public:
  Album(QString folder, QSize size) : folder_(std::move(folder)), size_(size) {}

  void all(const QString& look) {
    look_ = look;
    QTemporaryDir state;
    services_ = test::scripted_services(script(), state.path());
    services_.list_models = offers;
    services_.remote = remote_services(std::make_shared<OutboundLedger>());
    services_.key_vault = [] {
      return std::make_unique<test::MemoryVault>(std::make_shared<test::VaultState>());
    };
    services_.start_server = [](std::shared_ptr<Engine>, const ServerWishes&, std::shared_ptr<ServerCounts>) {
      return Result<std::unique_ptr<RunningServer>>(Error{ErrorCode::kBusy, "8080 is taken.", {}, {}});
    };
    for (const auto& [file, question] :
         {std::pair("label.png", "Read the text."), std::pair("receipt.png", "What is the total?"),
          std::pair("shapes.png", "How many shapes are there?")})
      services_.samples.push_back({std::string("resources/samples/") + file, question});
    QDir().mkpath(state.filePath(QStringLiteral("model")));
    QFile config(state.filePath(QStringLiteral("model/config.json")));
    if (config.open(QIODevice::WriteOnly)) config.write("{}");
    config.close();
    services_.bundled_model = state.filePath(QStringLiteral("model")).toStdString();
    test::Machine machine(200);
    fill(machine);
    LabServices lab;
    lab.measure_run = make_measurer({services_.load_engine}, Resources(state.path().toStdString() + "/none"),
                                    ModelPlaces{});
    lab.monitor = machine.services;
    lab.read_prices = [] {
      Prices prices;
      prices.inputs.rent_per_hour = 1.2;
      return Result<Prices>(prices);
    };
    Workbench bench(services_, lab);
    MainWindow window(bench);
    window.resize(size_);
    window.show();
    QTest::qWait(100);
    take(window, "first-no-model");
    bench.load_usual_model();
    wait([&] { return bench.bridge.ready(); });
    QTest::qWait(200);
    take(window, "first");
    chat(bench, window);
    panels(bench, window);
    dialogs(bench, window);
    measuring(bench, window);
  }

 private:
  static void fill(const test::Machine& machine) {
    std::vector<watch::MonitorRecord> records;
    const double begin = test::now() - 1700.0;
    for (int i = 0; i < 340; ++i) {
      watch::MonitorRecord record = test::at(begin + 5.0 * i, 55.0 + 20.0 * std::sin(i / 30.0), 60.0);
      record[watch::Gauge::kCpu] = 40.0 + 35.0 * std::sin(i / 11.0);
      records.push_back(record);
    }
    machine.fill(records);
  }

  void chat(Workbench& bench, MainWindow& window) {
    for (const char* title : {"Floor plan, second storey", "Invoices of October", "Labels on the shelf"}) {
      ChatSummary old;
      old.id = new_id();
      old.title = QString::fromUtf8(title);
      old.pinned = title[0] == 'I';
      old.updated = 1'764'000'000'000;
      bench.store.save_chat(old, {});
      if (title[0] == 'L') bench.store.set_tag(old.id, QStringLiteral("stock"), true);
    }
    Composer& composer = window.chat().composer();
    composer.add_files({QStringLiteral("resources/samples/receipt.png"),
                        QStringLiteral("resources/samples/shapes.png"), QStringLiteral("README.md")});
    wait([&] {
      return std::none_of(composer.attachments().begin(), composer.attachments().end(),
                          [](const Attachment& a) { return a.loading; });
    });
    auto* edit = composer.findChild<QPlainTextEdit*>();
    edit->setPlainText(QStringLiteral("What was bought, and where is the total?"));
    QTest::qWait(700);
    take(window, "question");
    QTest::keyClick(edit, Qt::Key_Return);
    wait([&] { return !bench.session.running() && bench.session.messages().size() >= 2; });
    QTest::qWait(400);
    take(window, "answer");
    bench.session.regenerate(1);
    wait([&] { return !bench.session.running(); });
    window.chat().show_notice(QStringLiteral("“Floor plan” is deleted."), QStringLiteral("Undo"), [] {});
    window.chat().set_destination(QStringLiteral("gpu.example.org:8000"), false);
    QTest::qWait(200);
    take(window, "notices");
    window.chat().set_destination({}, false);
  }

  void panels(Workbench& bench, MainWindow& window) {
    const ServerEntry entry{new_server_id(), QStringLiteral("https://gpu.example.org:8000/v1"),
                            QStringLiteral("Qwen/Qwen3-VL-8B-Instruct"), true, false};
    bench.servers.put(entry, QStringLiteral("key"));
    auto* tabs = window.findChild<QTabWidget*>();
    const auto show = [&](const char* accessible, int index) {
      for (auto* one : window.findChildren<QTabWidget*>()) {
        if (one->count() == 3 && one->widget(1) == &window.speed()) tabs = one;
      }
      tabs->setCurrentIndex(index);
      QTest::qWait(600);
      take(window, accessible);
    };
    if (const auto& figures = bench.session.messages().back().figures) window.speed().show_answer(*figures);
    show("speed", 1);
    show("model", 2);
    auto* models = window.findChild<ModelPanel*>();
    models->choose(QStringLiteral("/models/zai-org/GLM-4.1V-9B-Thinking"));
    show("model-too-large", 2);
    EngineStatus loading = bench.bridge.status();
    loading.kind = EngineStatus::Kind::kLoading;
    loading.model_in_use = true;
    loading.folder = "/models/Qwen/Qwen3-VL-2B-Instruct";
    loading.progress = {"reading weights", 1'900'000'000, 4'255'140'312};
    models->set_status(loading);
    QTest::qWait(100);
    take(window, "model-loading");
    models->set_status(bench.bridge.status());
    auto* search = window.findChild<HistoryPanel*>()->findChild<QLineEdit*>();
    search->setText(QStringLiteral("total"));
    QTest::qWait(400);
    take(window, "search");
    search->clear();
    tabs->setCurrentIndex(0);
    window.resize(860, size_.height());
    QTest::qWait(200);
    take(window, "narrow");
    window.resize(size_);
    QTest::qWait(100);
  }

  void dialogs(Workbench& bench, MainWindow& window) {
    const auto shot = [&](QDialog& dialog, const char* name) {
      dialog.show();
      QTest::qWait(150);
      take(dialog, name);
      dialog.close();
    };
    SettingsDialog settings(bench.settings, QStringLiteral("~/.local/share/fovea"), &window);
    shot(settings, "settings");
    settings.set_gpus({});
    settings.show();
    settings.findChild<QScrollArea*>()->ensureWidgetVisible(settings.findChild<DeviceBox*>(), 0, 240);
    shot(settings, "settings-models");
    std::vector<Preset> presets;
    ChatOptionsDialog options(bench.session.options(), presets, true, &window);
    shot(options, "chat-options");
    ServerDialog server(bench.settings, bench.server, &window);
    shot(server, "local-server");
    RemoteServerDialog remote(bench.servers, bench.probe, std::nullopt, &window);
    shot(remote, "add-server");
    for (auto* box : remote.findChildren<QCheckBox*>()) box->setChecked(true);
    shot(remote, "add-server-smaller");
    ConnectionsDialog connections(bench.services.remote.ledger, &window);
    shot(connections, "connections");
  }

  void measuring(Workbench& bench, MainWindow& window) {
    window.open_lab(true);
    QTest::qWait(300);
    take(window, "measure");
    window.lab()->form().pick(0);
    bool over = false;
    QObject::connect(&bench.runner, &BenchRunner::finished, &window, [&](const QString& folder) {
      window.lab()->open_run(folder);
      over = true;
    });
    bench.runner.start({"bench", "load", "--model", bench.usual_model().toStdString(), "--concurrency",
                        "1,2,4", "--requests", "6", "--warm-up", "0", "--size", "64x64"});
    wait([&] { return over && window.lab()->findChild<RunView*>()->isVisible(); }, 60'000);
    QTest::qWait(300);
    take(window, "run");
    auto* pages = qobject_cast<QTabWidget*>(window.centralWidget());
    for (int i = 1; pages != nullptr && i < pages->count(); ++i) {
      pages->setCurrentIndex(i);
      QTest::qWait(900);
      take(window, i == 1 ? "page-1" : "page-2");
    }
    window.open_lab(false);
  }

  void take(QWidget& what, const char* name) {
    what.grab().save(QStringLiteral("%1/%2-%3.png").arg(folder_, QLatin1String(name), look_));
  }

  QString folder_;
  QSize size_;
  QString look_;
  WindowServices services_;
};

}  // namespace

int main(int argc, char** argv) {
  load_resources();
  QApplication application(argc, argv);
  if (argc < 2) return 2;
  const QString folder = QString::fromLocal8Bit(argv[1]);
  QDir().mkpath(folder);
  const bool twice = application.devicePixelRatio() > 1.5;
  Album album(folder, twice ? QSize(1280, 720) : QSize(1280, 800));
  QTranslator chinese;
  if (!chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm"))) return 1;
  for (const bool zh : {false, true}) {
    if (zh) QApplication::installTranslator(&chinese);
    QLocale::setDefault(zh ? QLocale(QLocale::Chinese, QLocale::China) : QLocale(QLocale::English));
    for (const Theme theme : {Theme::kLight, Theme::kDark}) {
      apply_theme(application, theme, 1.0);
      album.all(QStringLiteral("%1-%2-%3x")
                    .arg(zh ? QStringLiteral("zh") : QStringLiteral("en"),
                         theme == Theme::kDark ? QStringLiteral("dark") : QStringLiteral("light"),
                         twice ? QStringLiteral("2") : QStringLiteral("1")));
    }
  }
  return 0;
}
