#pragma once

#include "app/window/measuring.h"
#include "test_services.h"
#include "ui/bench/bench_panel.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>

namespace fovea::test {

// Places in run_kinds().
inline constexpr int kLoadKind = 4;
inline constexpr int kAccuracyKind = 12;
inline constexpr int kWebKind = 13;

inline Script answering(int pause_ms) {
  Script script;
  script.model = scripted_model();
  script.preview.prompt_tokens = 64;
  script.preview.vision.resize(1);
  script.steps = {says("3", std::chrono::milliseconds(pause_ms)), finishes(5)};
  return script;
}

/// A model that the command line's verbs find, and those verbs over a scripted engine.
struct Lab {
  explicit Lab(int pause_ms = 0) : services(scripted_services(answering(pause_ms), folder.path())) {
    const QString model = folder.filePath(QStringLiteral("model"));
    QDir().mkpath(model);
    QFile config(model + QStringLiteral("/config.json"));
    if (config.open(QIODevice::WriteOnly)) config.write("{}");
    services.bundled_model = model.toStdString();
    lab.measure_run = make_measurer({services.load_engine}, Resources(folder.path().toStdString() + "/none"),
                                    ModelPlaces{});
  }

  QTemporaryDir folder;
  ui::WindowServices services;
  ui::LabServices lab;
};

struct OpenLab : Lab {
  explicit OpenLab(int pause_ms = 0) : Lab(pause_ms), bench(services, lab), window(bench) {
    window.resize(1280, 800);
    window.show();
    QApplication::setActiveWindow(&window);
    bench.load_usual_model();
  }

  ui::BenchPanel& panel() { return *window.lab(); }
  QLineEdit* field(const QString& name) {
    for (auto* edit : panel().form().findChildren<QLineEdit*>()) {
      if (edit->accessibleName() == name) return edit;
    }
    return nullptr;
  }
  QPushButton* button(QWidget& in, const QString& text) {
    for (auto* one : in.findChildren<QPushButton*>()) {
      if (one->isVisible() && one->text() == text) return one;
    }
    return nullptr;
  }
  void set_load(const QString& requests, const QString& clients = QStringLiteral("1,2")) {
    panel().form().pick(kLoadKind);
    field(QStringLiteral("Clients at once"))->setText(clients);
    field(QStringLiteral("Requests"))->setText(requests);
    field(QStringLiteral("Size of the picture"))->setText(QStringLiteral("16x16"));
  }

  ui::Workbench bench;
  ui::MainWindow window;
};

}  // namespace fovea::test
