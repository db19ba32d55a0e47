// The model in the box asked for a long answer: in a window that shows it, or without one. For figures.py.
//
//   window_load window|engine MODEL PICTURE TOKENS
//
// Says {"ready": true}, then asks once for every line that it reads, in a new chat, and says what that cost
// in one line of JSON. The model goes on to TOKENS tokens, whatever it has to say.
#include "core/input/vision/image_loader.h"
#include "paint_clock.h"
#include "test_services.h"
#include "ui/chat_request.h"
#include "ui/main_window.h"
#include "ui/performance/speed_panel.h"
#include "ui/resources.h"
#include "ui/theme.h"
#include "ui/workbench.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSocketNotifier>
#include <QTabWidget>
#include <QTemporaryDir>
#include <cstdio>
#include <future>

#include <unistd.h>

using namespace fovea;
using namespace fovea::ui;

namespace {

const QString kQuestion = QStringLiteral("Read the text.");

void say(const QJsonObject& line) {
  std::puts(QJsonDocument(line).toJson(QJsonDocument::Compact).constData());
  std::fflush(stdout);
}

/// Has every answer go on to the same number of tokens.
class Talkative final : public Engine {
 public:
  Talkative(std::unique_ptr<Engine> engine, int tokens) : engine_(std::move(engine)), tokens_(tokens) {}

  ModelInfo model() const override { return engine_->model(); }
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override {
    request.ignore_eos = true;
    request.max_new_tokens = tokens_;
    request.sampling.temperature = 0.0;
    return engine_->submit(std::move(request), std::move(sink));
  }
  void cancel(RequestId request) override { engine_->cancel(request); }
  Result<Preview> preview(const GenerationRequest& request) override { return engine_->preview(request); }
  EngineMetrics metrics() const override { return engine_->metrics(); }
  SchedulingOptions scheduling() const override { return engine_->scheduling(); }
  Result<void> set_scheduling(const SchedulingOptions& options) override {
    return engine_->set_scheduling(options);
  }

 private:
  const std::unique_ptr<Engine> engine_;
  const int tokens_;
};

struct Load {
  EngineOptions options;
  QString picture;
  int tokens = 0;

  Result<std::unique_ptr<Engine>> engine(const EngineOptions& wanted, const LoadObserver& observer) const {
    Result<std::unique_ptr<Engine>> loaded = load_local_engine(wanted, observer);
    if (!loaded) return loaded;
    return std::unique_ptr<Engine>(std::make_unique<Talkative>(std::move(*loaded), tokens));
  }

  Attachment attachment(const WindowServices& services) const {
    QFile file(picture);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray bytes = file.readAll();
    return read_picture(services.decode_picture,
                        std::make_shared<std::vector<std::uint8_t>>(bytes.begin(), bytes.end()),
                        QStringLiteral("picture.png"));
  }

  WindowServices services(const QString& state_folder) const {
    WindowServices out = test::scripted_services(test::one_answer(), state_folder);
    out.load_engine = [this](const EngineOptions& wanted, const LoadObserver& observer) {
      return engine(wanted, observer);
    };
    out.decode_picture = [](std::span<const std::uint8_t> file,
                            const std::string& name) -> Result<DecodedPicture> {
      Result<DecodedImage> decoded = decode_image(file, name);
      if (!decoded) return decoded.error();
      return DecodedPicture{std::move(decoded->image), std::move(decoded->note)};
    };
    out.bundled_model = options.model_folder;
    return out;
  }
};

QJsonObject speed(const AnswerFigures& figures) {
  return {{QStringLiteral("tokens"), double(figures.completion_tokens)},
          {QStringLiteral("tokens_per_second"), figures.tokens_per_second()},
          {QStringLiteral("ttft"), figures.ttft}};
}

int without_window(const Load& load) {
  QTemporaryDir folder;
  const WindowServices services = load.services(folder.path());
  Result<std::unique_ptr<Engine>> engine = load.engine(load.options, {});
  if (!engine) return 1;
  ChatMessage question;
  question.text = kQuestion;
  question.attachments = {load.attachment(services)};
  say({{QStringLiteral("ready"), true}});
  while (std::getchar() != EOF) {
    std::promise<AnswerFigures> done;
    const Result<RequestId> asked =
        (*engine)->submit(chat_request(ChatOptions(), {question}), [&](const GenerationEvent& event) {
          if (const auto* finished = std::get_if<Finished>(&event.what))
            done.set_value(figures_of(finished->metrics));
          else if (event.last())
            done.set_value({});
        });
    if (!asked) return 1;
    say(speed(done.get_future().get()));
  }
  return 0;
}

int in_window(const Load& load, test::PaintClock& application) {
  QTemporaryDir folder;
  apply_theme(application, Theme::kLight, 1.0);
  Workbench bench(load.services(folder.path()));
  MainWindow window(bench);
  window.resize(1280, 800);
  window.show();
  auto* panel = window.findChild<SpeedPanel*>();
  for (auto* tabs : window.findChildren<QTabWidget*>()) {
    if (const int at = tabs->indexOf(panel); at >= 0) tabs->setCurrentIndex(at);
  }
  application.watch(panel);
  const Attachment picture = load.attachment(bench.services);
  QSocketNotifier wishes(STDIN_FILENO, QSocketNotifier::Read);
  QObject::connect(&wishes, &QSocketNotifier::activated, &window, [&] {
    char line[16];
    if (::read(STDIN_FILENO, line, sizeof line) <= 0) return QApplication::quit();
    bench.new_chat();
    application.reset();
    bench.session.ask(kQuestion, {picture});
  });
  QObject::connect(&bench.session, &ChatSession::answered, &window, [&](const ChatMessage& answer) {
    const test::PaintClock::Costs costs = application.costs();
    QJsonObject told = speed(answer.figures.value_or(AnswerFigures()));
    told[QStringLiteral("clock")] = costs.clock;
    told[QStringLiteral("busy")] = costs.busy;
    told[QStringLiteral("painting")] = costs.painting;
    told[QStringLiteral("frames")] = costs.frames;
    told[QStringLiteral("longest")] = costs.longest;
    told[QStringLiteral("panel_frames")] = costs.panel_frames;
    told[QStringLiteral("panel")] = costs.panel;
    told[QStringLiteral("panel_longest")] = costs.panel_longest;
    say(told);
  });
  QObject::connect(&bench.bridge, &EngineBridge::statusChanged, &window, [&, told = false]() mutable {
    if (bench.bridge.ready() && !std::exchange(told, true)) say({{QStringLiteral("ready"), true}});
  });
  bench.load_usual_model();
  return QApplication::exec();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  Load load;
  load.options.model_folder = argv[2];
  load.options.calibrate = true;
  load.picture = QString::fromLocal8Bit(argv[3]);
  load.tokens = QByteArray(argv[4]).toInt();
  if (QByteArray(argv[1]) == "engine") return without_window(load);
  load_resources();
  test::PaintClock application(argc, argv);
  return in_window(load, application);
}
