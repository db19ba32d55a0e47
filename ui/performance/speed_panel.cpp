#include "ui/performance/speed_panel.h"

#include "ui/controls.h"
#include "ui/palette.h"
#include "ui/performance/line_chart.h"
#include "ui/performance/machine_view.h"
#include "ui/quantities.h"
#include "ui/stage_words.h"
#include "ui/steady_text.h"
#include "ui/tokens.h"
#include "ui/waterfall_view.h"

#include <QClipboard>
#include <QComboBox>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace fovea::ui {
namespace {

/// Of the curves, since the clock was read last; the clock begins anew.
int steps_since(QElapsedTimer& clock) {
  return std::max(1, qRound(double(clock.restart()) / LineChart::kStepMs));
}

QTableWidgetItem* cell(const QString& text, bool number) {
  auto* item = new QTableWidgetItem(text);
  if (number) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
  return item;
}

}  // namespace

SpeedPanel::SpeedPanel(QWidget* parent) : QWidget(parent) {
  QVBoxLayout* outer = column(this, 0, 0);
  auto* area = new QScrollArea(this);
  area->setWidgetResizable(true);
  area->setAccessibleName(tr("Speed"));
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  outer->addWidget(area);
  auto* page = page_ = new QWidget;
  QVBoxLayout* all = column(page, kSpace3, kSpace3);
  area->setWidget(page);

  auto* tiles = new QGridLayout;
  tiles->setSpacing(kSpace2);
  ttft_ = new FigureTile(tr("First token (TTFT)"), tr("From the question to the first token of the answer"),
                         page);
  tpot_ = new FigureTile(tr("Each token (TPOT)"), tr("(last token − first token) / (tokens − 1)"), page);
  rate_ = new FigureTile(tr("Tokens a second"), tr("1 / TPOT"), page);
  memory_ = new FigureTile(tr("Memory"), tr("Of this program, resident"), page);
  tiles->addWidget(ttft_, 0, 0);
  tiles->addWidget(tpot_, 0, 1);
  tiles->addWidget(rate_, 1, 0);
  tiles->addWidget(memory_, 1, 1);
  all->addLayout(tiles);
  all->addWidget(make_curves());
  all->addWidget(line(page));
  all->addWidget(make_machine());
  all->addWidget(line(page));

  auto* head = row(nullptr, 0, kSpace1);
  head->addWidget(new QLabel(tr("Where the answer's time went"), page), 1);
  answer_tools_ = new QWidget(page);
  auto* tools = row(answer_tools_, 0, 0);
  QToolButton* as_table = tool_button(QStringLiteral("table"), tr("Show as a table"), answer_tools_);
  as_table->setCheckable(true);
  QToolButton* copy = tool_button(QStringLiteral("copy"), tr("Copy as table"), answer_tools_);
  tools->addWidget(as_table);
  tools->addWidget(copy);
  head->addWidget(answer_tools_);
  all->addLayout(head);
  answer_pages_ = new QStackedWidget(page);
  answer_pages_->addWidget(muted_label(tr("Ask something, or unfold an answer's figures."), answer_pages_));
  waterfall_ = new WaterfallView(answer_pages_);
  answer_pages_->addWidget(waterfall_);
  table_ = new QTableWidget(0, 3, answer_pages_);
  table_->setHorizontalHeaderLabels({tr("Stage"), tr("Time"), tr("Share")});
  table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  table_->verticalHeader()->hide();
  table_->setShowGrid(false);
  table_->setEditTriggers(QTableWidget::NoEditTriggers);
  table_->setAccessibleName(tr("Stages of the answer"));
  table_->setMinimumHeight(180);
  answer_pages_->addWidget(table_);
  answer_tools_->hide();
  all->addWidget(answer_pages_);
  answer_notes_ = muted_label({}, page);
  answer_notes_->hide();
  all->addWidget(answer_notes_);
  all->addWidget(line(page));
  all->addWidget(make_scheduling());
  all->addStretch(1);

  connect(as_table, &QToolButton::toggled, this, [this](bool on) {
    answer_pages_->setCurrentIndex(!shown_ ? 0 : on ? 2 : 1);
  });
  connect(copy, &QToolButton::clicked, this, [this] {
    if (shown_) QGuiApplication::clipboard()->setText(figures_as_table(*shown_));
  });
  since_tick_.start();
  since_gpus_.start();
}

QWidget* SpeedPanel::make_curves() {
  auto* box = new QWidget(this);
  QVBoxLayout* all = column(box, 0, kSpace2);
  rate_curve_ = new LineChart(tr("Tokens a second"), stage_color(Stage::kDecode), 0.0, box);
  cpu_curve_ = new LineChart(tr("Processor"), stage_color(Stage::kVision), 1.0, box);
  ram_curve_ = new LineChart(tr("Memory of the machine"), stage_color(Stage::kPrefill), 1.0, box);
  gpu_curve_ = new LineChart(tr("Graphics card"), stage_color(Stage::kVision), 1.0, box);
  vram_curve_ = new LineChart(tr("Memory of the graphics card"), stage_color(Stage::kPrefill), 1.0, box);
  for (LineChart* chart : {rate_curve_, cpu_curve_, gpu_curve_, ram_curve_, vram_curve_}) {
    chart->setToolTip(tr("The last two minutes"));
    all->addWidget(chart);
  }
  gpu_curve_->hide();
  vram_curve_->hide();
  engine_text_ = muted_label({}, box);
  all->addWidget(new SteadyText(engine_text_, box));
  return box;
}

QWidget* SpeedPanel::make_machine() {
  auto* box = new QWidget(this);
  QVBoxLayout* all = column(box, 0, kSpace2);
  auto* head = row(nullptr, 0, kSpace1);
  head->addWidget(new QLabel(tr("The machine"), box), 1);
  QToolButton* table = tool_button(QStringLiteral("copy"), tr("Copy all figures as a table"), box);
  QToolButton* picture = tool_button(QStringLiteral("image"), tr("Copy the panel as a picture"), box);
  head->addWidget(table);
  head->addWidget(picture);
  all->addLayout(head);
  machine_ = new MachineView(box);
  all->addWidget(machine_);
  connect(table, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(as_table()); });
  connect(picture, &QToolButton::clicked, this,
          [this] { QGuiApplication::clipboard()->setImage(page_->grab().toImage()); });
  return box;
}

QString SpeedPanel::as_table() const {
  QString out = as_text(machine_table(use_, gpus_).rows);
  if (const auto& rates = rate_curve_->values(); !rates.empty() && server_.isEmpty())
    out += QStringLiteral("%1\t%2\n").arg(tr("Tokens a second, now"), rate_text(rates.back()));
  return shown_ ? out + figures_as_table(*shown_) : out;
}

void SpeedPanel::set_gpus(const std::vector<GpuReading>& gpus) {
  gpus_ = gpus;
  double load = -1.0;
  const GpuReading* fullest = nullptr;
  const auto share = [](const GpuReading& gpu) { return double(gpu.memory_used) / double(gpu.memory_total); };
  for (const GpuReading& gpu : gpus) {
    load = std::max(load, gpu.load.value_or(-1.0));
    if (gpu.memory_total > 0 && (fullest == nullptr || share(gpu) > share(*fullest))) fullest = &gpu;
  }
  const int steps = steps_since(since_gpus_);
  gpu_curve_->setVisible(load >= 0.0);
  if (load >= 0.0) {
    gpu_curve_->add(load, steps);
    gpu_curve_->set_texts(QStringLiteral("%1 %").arg(qRound(100.0 * load)), QStringLiteral("100 %"));
  }
  vram_curve_->setVisible(fullest != nullptr);
  if (fullest != nullptr) {
    vram_curve_->add(share(*fullest), steps);
    vram_curve_->set_texts(bytes_text(fullest->memory_used), bytes_text(fullest->memory_total));
  }
}

void SpeedPanel::tick(const ProcessUse& use) {
  const double seconds = std::max(1e-3, double(since_tick_.elapsed()) / 1000.0);
  const int steps = steps_since(since_tick_);
  const double rate = new_tokens_ / seconds;
  new_tokens_ = 0;
  rate_curve_->add(rate, steps);
  const auto& rates = rate_curve_->values();
  rate_curve_->set_texts(rate_text(rate), rate_text(*std::max_element(rates.begin(), rates.end())));
  cpu_curve_->add(use.cpu, steps);
  cpu_curve_->set_texts(QStringLiteral("%1 %").arg(qRound(100.0 * use.cpu)), QStringLiteral("100 %"));
  ram_curve_->add(use.memory_total > 0 ? double(use.memory_used) / double(use.memory_total) : 0.0, steps);
  ram_curve_->set_texts(bytes_text(use.memory_used), bytes_text(use.memory_total));
  use_ = use;
  memory_->add(double(use.resident), bytes_text(use.resident));
  if (isVisible()) machine_->set_table(machine_table(use_, gpus_));
}

void SpeedPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  // Of the last look, until the next.
  machine_->set_table(machine_table(use_, gpus_));
}

void SpeedPanel::set_engine_metrics(const EngineMetrics& m) {
  QStringList parts = {tr("%1 running, %2 waiting").arg(m.running).arg(m.waiting)};
  if (!server_.isEmpty())
    parts.append(tr("memory, load and tokens a second of %1 are not known here").arg(server_));
  if (m.weights_bytes > 0) parts.append(tr("weights %1").arg(bytes_text(m.weights_bytes)));
  if (m.kv_cache_bytes > 0) parts.append(tr("keys and values %1").arg(bytes_text(m.kv_cache_bytes)));
  if (m.vision_cache_bytes > 0) parts.append(tr("pictures kept %1").arg(bytes_text(m.vision_cache_bytes)));
  engine_text_->setText(parts.join(QStringLiteral(" · ")));
}

void SpeedPanel::add_answer(const AnswerFigures& f) {
  if (f.ttft > 0.0) ttft_->add(f.ttft, seconds_text(f.ttft));
  if (f.tpot > 0.0) {
    tpot_->add(f.tpot, seconds_text(f.tpot));
    rate_->add(f.tokens_per_second(), rate_text(f.tokens_per_second()));
  }
  show_answer(f);
}

void SpeedPanel::show_answer(const AnswerFigures& figures) {
  const bool first = !shown_;
  shown_ = figures;
  if (figures.ttft > 0.0) ttft_->set(seconds_text(figures.ttft));
  if (figures.tpot > 0.0) {
    tpot_->set(seconds_text(figures.tpot));
    rate_->set(rate_text(figures.tokens_per_second()));
  } else if (figures.untold.tokens) {
    tpot_->set(tr("unknown"));
    rate_->set(tr("unknown"));
  }
  waterfall_->set_figures(figures);
  const QStringList notes = forecast_notes(figures) + answer_notes(figures);
  answer_notes_->setText(notes.join(u'\n'));
  answer_notes_->setVisible(!notes.isEmpty());
  fill_table();
  answer_tools_->show();
  if (first) answer_pages_->setCurrentIndex(1);
}

void SpeedPanel::fill_table() {
  const std::vector<StageRow> rows = stage_rows(*shown_);
  table_->setRowCount(int(rows.size()));
  for (int i = 0; i < int(rows.size()); ++i) {
    const StageRow& stage = rows[std::size_t(i)];
    table_->setItem(i, 0, cell(stage.name, false));
    table_->setItem(i, 1, cell(seconds_text(stage.seconds), true));
    table_->setItem(i, 2, cell(fixed_text(100.0 * stage.share, 1) + QStringLiteral(" %"), true));
  }
}

void SpeedPanel::set_engine_ready(bool ready, const QString& server) {
  const bool here = server.isEmpty();
  set_enabled_or_why(mode_, ready && here, tr("How questions share the engine"),
                     here ? tr("This belongs to the loaded model, and none is loaded")
                          : tr("How questions share %1 is set there").arg(server));
  mode_->setVisible(here);
  custom_->setVisible(here && mode_->currentData().toInt() == int(SchedulingMode::kCustom));
  if (!here) mode_text_->setText(tr("How questions share %1 is set there.").arg(server));
  // Pieces of text come from a server; how many tokens are in them it does not say.
  rate_curve_->setVisible(here);
  if (!ready || server != server_) engine_text_->clear();
  server_ = server;
}

}  // namespace fovea::ui
