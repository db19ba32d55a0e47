#pragma once

#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QFile>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>

namespace fovea::test {

/// An answer of so many words, with paragraphs and code, that come with a pause before each.
inline Script answer_of(int words, int pause_ms) {
  Script script;
  script.model = scripted_model();
  script.preview.vision.resize(1);
  script.steps.push_back({{}, Preprocessed{}});
  for (int i = 0; i < words; ++i) {
    std::string word = "word" + std::to_string(i) + " ";
    if (i % 40 == 39) word += "\n\n";
    if (i % 400 == 200) word += "\n\n```cpp\nint x = 1;\n```\n\n";
    script.steps.push_back(says(word, std::chrono::milliseconds(pause_ms)));
  }
  script.steps.push_back(finishes(words));
  return script;
}

/// A window over a scripted engine and a history of its own. Pictures are decoded by Qt unless a decoder is
/// given.
struct Opened {
  explicit Opened(const Script& script, ui::PictureDecoder decoder = {})
      : bench(services(script, std::move(decoder), folder.path())), window(bench) {
    window.resize(1280, 800);
    window.show();
    bench.load_usual_model();
  }

  QPushButton* button(const QString& name) {
    for (auto* b : window.findChildren<QPushButton*>()) {
      if (b->isVisible() && b->text() == name) return b;
    }
    return nullptr;
  }
  ui::Composer& composer() { return window.chat().composer(); }
  QPlainTextEdit* question() { return composer().findChild<QPlainTextEdit*>(); }

  QTemporaryDir folder;
  ui::Workbench bench;
  ui::MainWindow window;

 private:
  static ui::WindowServices services(const Script& script, ui::PictureDecoder decoder,
                                     const QString& folder) {
    ui::WindowServices out = scripted_services(script, folder);
    if (decoder) out.decode_picture = std::move(decoder);
    return out;
  }
};

/// Files with one picture each.
inline QStringList picture_files(const QTemporaryDir& folder, int count, QSize size = {640, 480}) {
  QStringList out;
  for (int i = 0; i < count; ++i) {
    QFile file(folder.filePath(QStringLiteral("picture%1.png").arg(i)));
    if (file.open(QIODevice::WriteOnly)) file.write(png(size.width(), size.height(), i % 256));
    out.append(file.fileName());
  }
  return out;
}

}  // namespace fovea::test
