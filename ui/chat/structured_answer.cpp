#include "ui/chat/structured_answer.h"

#include "ui/chat/json_table_model.h"
#include "ui/controls.h"
#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QClipboard>
#include <QEvent>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kMostRowsHigh = 14;  // more are scrolled
constexpr int kRow = 26;           // pixels
constexpr int kWidestColumn = 280;

}  // namespace

StructuredAnswer::StructuredAnswer(QWidget* parent) : QWidget(parent) {
  hide();
}

void StructuredAnswer::build() {
  model_ = new JsonTableModel(this);
  table_ = new QTableView(this);
  QVBoxLayout* all = column(this, 0, kSpace1);
  table_->setModel(model_);
  table_->setAccessibleName(tr("Answer as a table"));
  table_->setEditTriggers(QTableView::NoEditTriggers);
  table_->setAlternatingRowColors(false);
  table_->setWordWrap(false);
  table_->setTabKeyNavigation(false);
  table_->setHorizontalScrollMode(QTableView::ScrollPerPixel);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->horizontalHeader()->setMaximumSectionSize(2 * kColumnWidth);
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->verticalHeader()->hide();
  all->addWidget(table_);
  auto* under = row(nullptr, 0, kSpace1);
  switch_ = flat_button({}, this);
  switch_->setIcon(icon(QStringLiteral("table"), current_colors().muted));
  QPushButton* copy = flat_button(tr("Copy as CSV"), this);
  copy->setIcon(icon(QStringLiteral("copy"), current_colors().muted));
  copy->setToolTip(tr("All rows and columns, for a spreadsheet"));
  under->addWidget(switch_);
  under->addWidget(copy);
  under->addStretch(1);
  all->addLayout(under);
  connect(switch_, &QPushButton::clicked, this, [this] {
    as_table_ = !as_table_;
    show_choice();
    Q_EMIT switched();
  });
  connect(copy, &QPushButton::clicked, this,
          [this] { QGuiApplication::clipboard()->setText(model_->as_csv()); });
  show_choice();
}

void StructuredAnswer::set_answer(const QString& answer) {
  if (answer == answer_) return;
  answer_ = answer;
  std::optional<JsonTable> read = read_json_table(answer);
  if (model_ == nullptr && !read) return;
  if (model_ == nullptr) build();
  model_->set(read ? std::move(*read) : JsonTable());
  fit();
  setVisible(model_->rowCount() > 0);
}

bool StructuredAnswer::shows_table() const {
  return as_table_ && model_ != nullptr && model_->rowCount() > 0;
}

void StructuredAnswer::show_choice() {
  table_->setVisible(as_table_);
  switch_->setText(as_table_ ? tr("Show as text") : tr("Show as table"));
  switch_->setToolTip(as_table_ ? tr("Show what the model wrote")
                                : tr("Show the answer's fields in columns"));
}

void StructuredAnswer::fit() {
  table_->verticalHeader()->setDefaultSectionSize(scaled(kRow));
  table_->resizeColumnsToContents();
  for (int i = 0; i < model_->columnCount(); ++i)
    table_->setColumnWidth(i, std::min(table_->columnWidth(i) + kSpace2, scaled(kWidestColumn)));
  const int rows = std::min(model_->rowCount(), kMostRowsHigh);
  table_->setFixedHeight(rows * scaled(kRow) + table_->horizontalHeader()->sizeHint().height() +
                         table_->horizontalScrollBar()->sizeHint().height());
}

void StructuredAnswer::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (table_ != nullptr && (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange))
    fit();
}

}  // namespace fovea::ui
