#include "ui/cost/cost_panel.h"

#include "core/bench/queue/measured_speed.h"
#include "ui/cell_table.h"
#include "ui/controls.h"
#include "ui/core_words.h"
#include "ui/cost/cost_form.h"
#include "ui/cost/cost_tables.h"
#include "ui/cost/cost_words.h"
#include "ui/quantities.h"
#include "ui/tokens.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kAfterTypingMs = 300;

std::optional<cost::Basis> basis_of(const std::optional<std::string>& name) {
  using cost::Basis;
  for (const Basis basis : {Basis::kRented, Basis::kInterruptible, Basis::kBought, Basis::kOwned}) {
    if (name && *name == cost::basis_name(basis)) return basis;
  }
  return std::nullopt;
}

}  // namespace

CostPanel::CostPanel(const LabServices& services, QWidget* parent) : QWidget(parent), services_(services) {
  setAccessibleName(tr("Cost"));
  QVBoxLayout* all = column(this, 0, 0);
  auto* parts = new QSplitter(Qt::Vertical, this);
  parts->setChildrenCollapsible(false);
  auto* left = new QWidget(parts);
  QVBoxLayout* inputs = column(left, 0, 0);
  form_ = new CostForm;
  auto* scroll = new QScrollArea(left);
  scroll->setWidget(form_);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  inputs->addWidget(scroll, 1);
  parts->addWidget(left);
  parts->addWidget(make_results());
  parts->setSizes({1230, 1000});  // their ratio
  all->addWidget(parts, 1);
  wait_.setSingleShot(true);
  wait_.setInterval(kAfterTypingMs);
  connect(form_, &CostForm::changed, &wait_, qOverload<>(&QTimer::start));
  connect(&wait_, &QTimer::timeout, this, &CostPanel::count);
  connect(keep_, &QPushButton::clicked, this, &CostPanel::keep_prices);
  keep_->setEnabled(static_cast<bool>(services_.write_prices));
  read_prices();
}

CostPanel::~CostPanel() {
  work_.clear();
  work_.finish();
}

QWidget* CostPanel::make_results() {
  auto* right = new QWidget(this);
  QVBoxLayout* all = column(right, kSpace3, kSpace1);
  speed_ =
      muted_label(tr("The speed is typed above, or taken from a run that is open under Measure."), right);
  keep_ = push_button(tr("Keep"), right);
  keep_->setToolTip(
      tr("Keep these inputs for the next time, and for `fovea cost` and `fovea ask --timings`"));
  auto* head = row(nullptr, 0, kSpace2);
  head->addWidget(speed_, 1);
  head->addWidget(keep_);
  all->addLayout(head);
  power_ = muted_label({}, right);
  power_->hide();
  all->addWidget(power_);
  problem_ = new QLabel(right);
  problem_->setWordWrap(true);
  problem_->setTextFormat(Qt::PlainText);
  problem_->setProperty("bad", true);
  problem_->hide();
  all->addWidget(problem_);
  auto* pages = new QTabWidget(right);
  pages->setAccessibleName(tr("Results"));
  auto* counted = new QWidget(pages);
  QVBoxLayout* table = column(counted, 0, kSpace2);
  result_model_ = new CellTableModel(this);
  results_ = cell_table_view(result_model_, tr("Results with their formulas"), counted);
  table->addWidget(results_, 1);
  notes_ = muted_label({}, counted);
  notes_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  table->addWidget(notes_);
  pages->addTab(counted, tr("Results"));
  auto* asked = new QWidget(pages);
  table = column(asked, 0, kSpace2);
  no_answers_ = muted_label({}, asked);
  table->addWidget(no_answers_);
  answer_model_ = new CellTableModel(this);
  answers_ = cell_table_view(answer_model_, tr("What the answers of the open chat cost"), asked);
  table->addWidget(answers_, 1);
  table->addStretch(0);
  pages->addTab(asked, tr("Answers of the open chat"));
  all->addWidget(pages, 1);
  return right;
}

void CostPanel::read_prices() {
  if (!services_.read_prices) return count();
  work_.post([this] {
    auto read = std::make_shared<Result<Prices>>(services_.read_prices());
    QMetaObject::invokeMethod(
        this,
        [this, read] {
          if (!*read) return show_problem(core_words(read->error()));
          apis_ = (*read)->apis;
          form_->set(**read);
          count();
        },
        Qt::QueuedConnection);
  });
}

void CostPanel::keep_prices() {
  Result<Prices> prices = form_->prices();
  if (!prices) return show_problem(core_words(prices.error()));
  if (const Result<void> fine = cost::check_inputs(prices->inputs); !fine)
    return show_problem(core_words(fine.error()));
  work_.post([this, kept = std::move(*prices)] {
    const Result<void> written = services_.write_prices(kept);
    const QString problem = written ? QString() : QString::fromStdString(written.error().text());
    QMetaObject::invokeMethod(
        this, [this, problem] { show_problem(core_words(problem)); }, Qt::QueuedConnection);
  });
}

void CostPanel::set_run(const bench::RunRecord& record) {
  Result<cost::Measurement> measured = measured_speed(record);
  const bench::MeasuredPower power = bench::measured_power(record);
  if (measured) {
    speed_->setText(
        tr("Speed from a run on %1, where none is typed.").arg(QString::fromStdString(measured->label)));
    measurements_ = {std::move(*measured)};
  } else if (!power.idle && !power.load) {
    measurements_.clear();
    speed_->setText(core_words(measured.error()));
  }
  if (power.idle) measured_power_.watts_idle = power.idle;
  if (power.load) measured_power_.watts_load = power.load;
  power_->setText(power_text(power));
  power_->show();
  cost::CostInputs filled = measured_power_;
  if (!measurements_.empty()) cost::apply(measurements_.front(), filled);
  form_->set_measured(filled);
  count();
}

QString CostPanel::power_text(const bench::MeasuredPower& power) const {
  if (!power.idle && !power.load) {
    return tr(
        "Power: unknown. This run saw no watts; \"States of a service\" shows them where the system "
        "tells them. Without typed ones electricity counts as 0.");
  }
  const auto watts = [](const std::optional<double>& value) {
    return value ? tr("%1 W").arg(fixed_text(*value, 1)) : tr("unknown");
  };
  const QString of = power.whole_machine ? tr("of the whole machine") : tr("of processors, memory and GPUs");
  return tr("Power measured in this run, where none is typed: idle %1, while it answers %2, %3.")
      .arg(watts(power.idle), watts(power.load), of);
}

void CostPanel::set_messages(std::vector<ChatMessage> messages) {
  messages_ = std::move(messages);
  show_answers();
}

void CostPanel::count() {
  const Result<Prices> prices = form_->prices();
  if (!prices) return show_problem(core_words(prices.error()));
  cost::CostQuestion question;
  question.inputs = prices->inputs;
  for (const auto watts : {&cost::CostInputs::watts_idle, &cost::CostInputs::watts_load}) {
    if (!(question.inputs.*watts)) question.inputs.*watts = measured_power_.*watts;
  }
  question.basis = basis_of(prices->basis);
  question.measurements = measurements_;
  question.api_prices = apis_;
  const quint64 number = ++counting_;
  work_.post([this, question = std::move(question), number] {
    auto report = std::make_shared<Result<cost::CostReport>>(cost::cost_report(question));
    QMetaObject::invokeMethod(
        this,
        [this, report, number] {
          if (number != counting_) return;
          show_problem(*report ? QString() : core_words(report->error()));
          if (*report) show_report(**report);
        },
        Qt::QueuedConnection);
  });
}

void CostPanel::show_report(const cost::CostReport& report) {
  result_model_->set(results_table(report));
  fit_columns(*results_);
  const QString notes = notes_of(report);
  notes_->setText(notes);
  notes_->setVisible(!notes.isEmpty());
  hour_ = cost::hourly_cost(report.inputs, report.basis);
  currency_ = currency_words(QString::fromStdString(report.inputs.currency));
  show_answers();
}

void CostPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  // Once it is laid out: what was counted before is as wide as it likes.
  QMetaObject::invokeMethod(
      this, [this] { fit_columns(*results_); }, Qt::QueuedConnection);
}

void CostPanel::show_answers() {
  const bool priced = hour_ && hour_->load() > 0.0;
  CellTable table;
  if (priced) table = answers_table(messages_, *hour_, currency_);
  no_answers_->setVisible(table.rows.empty());
  no_answers_->setText(
      priced ? tr("No answer of it has its time.")
             : tr("An hour of the machine has no price yet: set its rent, its price or its electricity."));
  answers_->setVisible(!table.rows.empty());
  answer_model_->set(std::move(table));
  fit_columns(*answers_);
}

void CostPanel::show_problem(const QString& problem) {
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
}

}  // namespace fovea::ui
