#include "ui/connections/connections_dialog.h"

#include "ui/cell_table.h"
#include "ui/connections/connection_table.h"
#include "ui/controls.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <set>
#include <utility>
#include <vector>

namespace fovea::ui {
namespace {

constexpr int kLookEveryMs = 300;
constexpr int kWidth = 880;
constexpr int kHeight = 360;

}  // namespace

ConnectionsDialog::ConnectionsDialog(std::shared_ptr<const OutboundLedger> ledger, QWidget* parent)
    : QDialog(parent), ledger_(std::move(ledger)), model_(new CellTableModel(this)) {
  setWindowTitle(tr("Connections"));
  resize(scaled(kWidth), scaled(kHeight));
  QVBoxLayout* all = column(this, kSpace4, kSpace3);
  all->addWidget(
      muted_label(tr("Every connection that this program made since it was started. What was said in them "
                     "is not kept here; the local server's callers are not among them."),
                  this));
  pages_ = new QStackedWidget(this);
  auto* nothing = new QWidget(pages_);
  QVBoxLayout* middle = column(nothing, 0, kSpace2);
  QLabel* headline = title_label(tr("Nothing has left this machine"), nothing);
  headline->setAlignment(Qt::AlignCenter);
  QLabel* words = muted_label(
      tr("Only a server that you choose under Model, and a webhook that you name, is ever asked."), nothing);
  words->setAlignment(Qt::AlignCenter);
  middle->addStretch(1);
  middle->addWidget(headline);
  middle->addWidget(words);
  middle->addStretch(1);
  pages_->addWidget(nothing);
  view_ = cell_table_view(model_, tr("Connections"), pages_);
  pages_->addWidget(view_);
  all->addWidget(pages_, 1);
  auto* bottom = row(nullptr, 0, kSpace2);
  summary_ = muted_label({}, this);
  copy_ = push_button(tr("Copy as table"), this);
  QPushButton* close = push_button(tr("Close"), this, true);
  close->setDefault(true);
  bottom->addWidget(summary_, 1);
  bottom->addWidget(copy_);
  bottom->addWidget(close);
  all->addLayout(bottom);
  connect(copy_, &QPushButton::clicked, this,
          [this] { QGuiApplication::clipboard()->setText(model_->table().as_text()); });
  connect(close, &QPushButton::clicked, this, &QDialog::accept);
  connect(&timer_, &QTimer::timeout, this, &ConnectionsDialog::look);
  timer_.start(kLookEveryMs);
  set_enabled_or_why(copy_, false, copy_->text(), tr("There is nothing to copy"));
  look();
}

void ConnectionsDialog::look() {
  const std::uint64_t changes = ledger_ ? ledger_->changes() : 0;
  if (changes == seen_) return;
  const bool first = seen_ == 0;
  seen_ = changes;
  show_exchanges();
  pages_->setCurrentWidget(view_);
  set_enabled_or_why(copy_, true, copy_->text(), {});
  if (first) fit_columns(*view_);
}

void ConnectionsDialog::show_exchanges() {
  const std::vector<OutboundExchange> exchanges = ledger_->exchanges();
  // The rows move down with each new one; those that were chosen stay so.
  std::set<double> chosen;
  for (const QModelIndex& index : view_->selectionModel()->selectedRows())
    chosen.insert(index.data(CellTableModel::kSortRole).toDouble());
  model_->set(connection_table(exchanges));
  for (int row = 0; row < view_->model()->rowCount(); ++row) {
    const QModelIndex index = view_->model()->index(row, 0);
    if (chosen.contains(index.data(CellTableModel::kSortRole).toDouble()))
      view_->selectionModel()->select(index, QItemSelectionModel::Select | QItemSelectionModel::Rows);
  }
  summary_->setText(connection_summary(exchanges));
}

}  // namespace fovea::ui
