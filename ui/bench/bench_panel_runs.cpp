// The runs that are kept: listed, opened, compared, deleted.
#include "core/bench/report/run_bundle.h"
#include "ui/bench/bench_panel.h"
#include "ui/bench/comparison_view.h"
#include "ui/bench/run_view.h"
#include "ui/bench_runner.h"
#include "ui/cell_table.h"
#include "ui/controls.h"
#include "ui/core_words.h"
#include "ui/tokens.h"

#include <QAction>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <filesystem>
#include <utility>

namespace fovea::ui {

QWidget* BenchPanel::make_runs() {
  auto* box = new QWidget(this);
  QVBoxLayout* all = column(box, 0, kSpace2);
  auto* head = row(nullptr, 0, kSpace2);
  head->addWidget(title_label(tr("Kept runs"), box), 1);
  open_ = push_button(tr("Open"), box);
  compare_ = push_button(tr("Compare"), box);
  remove_ = push_button(tr("Delete"), box);
  QPushButton* other = push_button(tr("Other folder"), box);
  other->setToolTip(tr("Open a run that was kept elsewhere, by the command line for one"));
  for (QPushButton* button : {open_, compare_, remove_, other}) head->addWidget(button);
  all->addLayout(head);
  empty_ = muted_label(tr("None yet. A run is kept when it is measured, also one that is stopped."), box);
  all->addWidget(empty_);
  run_model_ = new CellTableModel(this);
  runs_ = cell_table_view(run_model_, tr("Kept runs"), box);
  runs_->setMinimumHeight(160);
  all->addWidget(runs_, 1);
  auto* erase = new QAction(runs_);
  erase->setShortcut(QKeySequence::Delete);
  erase->setShortcutContext(Qt::WidgetShortcut);
  runs_->addAction(erase);
  connect(erase, &QAction::triggered, remove_, &QPushButton::click);
  connect(open_, &QPushButton::clicked, this, &BenchPanel::open_chosen);
  connect(compare_, &QPushButton::clicked, this, &BenchPanel::compare_chosen);
  connect(remove_, &QPushButton::clicked, this, &BenchPanel::remove_chosen);
  connect(other, &QPushButton::clicked, this, &BenchPanel::open_other);
  connect(runs_, &QTableView::activated, this, &BenchPanel::open_chosen);
  connect(runs_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &BenchPanel::show_choice);
  return box;
}

void BenchPanel::show_choice() {
  const std::size_t chosen = runs_->selectionModel()->hasSelection() ? chosen_rows(*runs_).size() : 0;
  set_enabled_or_why(open_, chosen == 1, tr("Show the chosen run"), tr("Choose one run"));
  set_enabled_or_why(compare_, chosen == 2, tr("Set the later run against the earlier one"),
                     tr("Choose two runs, with Ctrl"));
  set_enabled_or_why(remove_, chosen > 0 && !runner_.running(), tr("Delete the chosen runs from the disk"),
                     runner_.running() ? tr("Not while a run goes on") : tr("Choose a run"));
}

void BenchPanel::refresh() {
  reading_.post([this, folder = runner_.folder()] {
    auto runs = std::make_shared<std::vector<KeptRun>>(kept_runs(folder));
    QMetaObject::invokeMethod(
        this,
        [this, runs] {
          kept_ = std::move(*runs);
          empty_->setVisible(kept_.empty());
          run_model_->set(kept_runs_table(kept_));
          fit_columns(*runs_);
          show_choice();
        },
        Qt::QueuedConnection);
  });
}

void BenchPanel::open_run(const QString& folder) {
  reading_.post([this, folder] {
    Result<bench::RunRecord> read = bench::read_bundle(folder.toStdString());
    auto record = read ? std::make_shared<const bench::RunRecord>(std::move(*read)) : nullptr;
    const QString problem = read ? QString() : core_words(read.error());
    QMetaObject::invokeMethod(
        this,
        [this, record, folder, problem] {
          show_problem(problem);
          if (!record) return;
          view_->set_run(record, folder);
          pages_->setCurrentWidget(view_);
          view_->focus_result();
        },
        Qt::QueuedConnection);
  });
}

void BenchPanel::open_chosen() {
  const std::vector<int> rows = chosen_rows(*runs_);
  if (rows.size() == 1) open_run(kept_[std::size_t(rows.front())].folder);
}

void BenchPanel::open_other() {
  const QString folder = QFileDialog::getExistingDirectory(window(), tr("Folder of a run"));
  if (!folder.isEmpty()) open_run(folder);
}

void BenchPanel::compare_chosen() {
  const std::vector<int> rows = chosen_rows(*runs_);
  if (rows.size() != 2) return;
  // The newest stands first in the list.
  reading_.post(
      [this, before = kept_[std::size_t(rows[1])].folder, after = kept_[std::size_t(rows[0])].folder] {
        struct Pair {
          Result<bench::RunRecord> before;
          Result<bench::RunRecord> after;
          bench::RunComparison comparison;
        };
        auto pair = std::make_shared<Pair>(
            Pair{bench::read_bundle(before.toStdString()), bench::read_bundle(after.toStdString()), {}});
        if (pair->before && pair->after) pair->comparison = bench::compare_runs(*pair->before, *pair->after);
        QMetaObject::invokeMethod(
            this,
            [this, pair] {
              for (const Result<bench::RunRecord>* one : {&pair->before, &pair->after}) {
                if (!*one) return show_problem(core_words(one->error()));
              }
              comparison_->set(*pair->before, *pair->after, pair->comparison);
              pages_->setCurrentWidget(comparison_);
              comparison_->table().setFocus(Qt::OtherFocusReason);
            },
            Qt::QueuedConnection);
      });
}

void BenchPanel::remove_chosen() {
  std::vector<QString> folders;
  for (const int row : chosen_rows(*runs_)) folders.push_back(kept_[std::size_t(row)].folder);
  if (folders.empty()) return;
  const auto answer =
      QMessageBox::question(window(), tr("Delete runs"),
                            tr("Delete %1 runs from the disk? This cannot be undone.").arg(folders.size()),
                            QMessageBox::Yes | QMessageBox::No, QMessageBox::No);
  if (answer != QMessageBox::Yes) return;
  reading_.post([folders] {
    for (const QString& folder : folders) {
      std::error_code ignored;  // what is left is listed again
      std::filesystem::remove_all(folder.toStdString(), ignored);
    }
  });
  refresh();
}

}  // namespace fovea::ui
