#include "ui/bench/comparison_view.h"

#include "ui/bench/bench_words.h"
#include "ui/bench/run_tables.h"
#include "ui/cell_table.h"
#include "ui/controls.h"
#include "ui/core_words.h"
#include "ui/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace fovea::ui {
namespace {

QString name_of(const bench::RunRecord& run) {
  return QStringLiteral("%1, %2, %3")
      .arg(run_words(QString::fromStdString(run.name)), begun_words(run.begun),
           QString::fromStdString(run.model.name));
}

qsizetype count_of(const bench::RunComparison& comparison, bench::Verdict verdict) {
  return std::count_if(comparison.differences.begin(), comparison.differences.end(),
                       [&](const bench::FigureDifference& one) { return one.verdict == verdict; });
}

}  // namespace

ComparisonView::ComparisonView(QWidget* parent) : QWidget(parent) {
  QVBoxLayout* all = column(this, kSpace3, kSpace2);
  auto* top = row(nullptr, 0, kSpace2);
  QToolButton* back =
      tool_button(QStringLiteral("chevron-left"), tr("Back to the runs"), this, QStringLiteral("Esc"));
  top->addWidget(back);
  top->addWidget(title_label(tr("Two runs compared"), this), 1);
  all->addLayout(top);
  runs_ = muted_label({}, this);
  all->addWidget(runs_);
  verdicts_ = new QLabel(this);
  verdicts_->setWordWrap(true);
  all->addWidget(verdicts_);
  model_ = new CellTableModel(this);
  table_ = cell_table_view(model_, tr("What changed"), this);
  all->addWidget(table_, 1000);
  circumstances_ = muted_label({}, this);
  all->addWidget(circumstances_);
  all->addWidget(
      muted_label(tr("The band is of chance within the runs, by bootstrap. How the machine changes from "
                     "run to run is not in it: repeat a run against itself to see that."),
                  this));
  all->addStretch(1);  // where there is no table
  connect(back, &QToolButton::clicked, this, &ComparisonView::backWanted);
}

void ComparisonView::set(const bench::RunRecord& before, const bench::RunRecord& after,
                         const bench::RunComparison& comparison) {
  runs_->setText(tr("Before: %1\nAfter: %2").arg(name_of(before), name_of(after)));
  verdicts_->setText(comparison.differences.empty()
                         ? tr("The runs have no figure in common.")
                         : tr("%1 better, %2 worse, %3 with no difference shown")
                               .arg(count_of(comparison, bench::Verdict::kBetter))
                               .arg(count_of(comparison, bench::Verdict::kWorse))
                               .arg(count_of(comparison, bench::Verdict::kNoDifferenceShown)));
  model_->set(comparison_table(comparison));
  fit_columns(*table_);
  table_->setHidden(comparison.differences.empty());
  QStringList lines;
  if (!comparison.circumstances.empty()) lines.append(tr("What else differs between the runs:"));
  for (const std::string& line : comparison.circumstances) lines.append(core_words(line));
  QStringList unmatched;
  for (const std::string& label : comparison.unmatched) unmatched.append(group_words(label));
  if (!unmatched.isEmpty())
    lines.append(tr("Only one of the runs has: %1.").arg(unmatched.join(QStringLiteral("; "))));
  circumstances_->setText(lines.join(u'\n'));
  circumstances_->setVisible(!lines.isEmpty());
}

}  // namespace fovea::ui
