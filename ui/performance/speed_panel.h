#pragma once

#include "core/api/engine.h"
#include "ui/chat_types.h"
#include "ui/process_probe.h"
#include "ui/services.h"

#include <QElapsedTimer>
#include <QWidget>
#include <optional>

class QComboBox;
class QLabel;
class QSpinBox;
class QDoubleSpinBox;
class QStackedWidget;
class QTableWidget;

namespace fovea::ui {

class FigureTile;
class MachineView;
class LineChart;
class WaterfallView;

/// How fast it is, and what it takes: four figures of the last answers, curves of the last two minutes, the
/// chosen answer's stages, and the choice of how questions share the engine. tick() twice a second.
class SpeedPanel : public QWidget {
  Q_OBJECT

 public:
  explicit SpeedPanel(QWidget* parent = nullptr);

  void tick(const ProcessUse& use);
  void set_gpus(const std::vector<GpuReading>& gpus);
  void set_engine_metrics(const EngineMetrics& metrics);
  void tokens_came(int count) { new_tokens_ += count; }
  /// An answer ended: its figures join the others and are shown.
  void add_answer(const AnswerFigures& figures);
  void show_answer(const AnswerFigures& figures);
  void set_scheduling(const SchedulingOptions& options);
  void set_scheduling_problem(const QString& problem);
  /// `server`: host and port of the server that is the engine; empty: it is here.
  void set_engine_ready(bool ready, const QString& server = {});

 Q_SIGNALS:
  void schedulingWanted(const fovea::SchedulingOptions& options);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* make_curves();
  QWidget* make_machine();
  QWidget* make_scheduling();
  /// All figures that the panel shows, for the clipboard: tabs between, a line each.
  QString as_table() const;
  void fill_table();
  void send_scheduling();

  FigureTile* ttft_;
  FigureTile* tpot_;
  FigureTile* rate_;
  FigureTile* memory_;
  LineChart* rate_curve_;
  LineChart* cpu_curve_;
  LineChart* ram_curve_;
  LineChart* gpu_curve_;
  LineChart* vram_curve_;
  QLabel* engine_text_;
  QWidget* page_;
  MachineView* machine_;
  QLabel* answer_notes_;
  ProcessUse use_;
  std::optional<std::vector<GpuReading>> gpus_;
  QStackedWidget* answer_pages_;
  WaterfallView* waterfall_;
  QTableWidget* table_;
  QWidget* answer_tools_;
  QComboBox* mode_;
  QLabel* mode_text_;
  QWidget* custom_;
  QSpinBox* batch_;
  QDoubleSpinBox* wait_;
  QSpinBox* step_tokens_;
  std::optional<AnswerFigures> shown_;
  QString server_;
  int new_tokens_ = 0;
  QElapsedTimer since_tick_;
  QElapsedTimer since_gpus_;
};

}  // namespace fovea::ui
