#include "ui/models/model_panel.h"

#include "ui/controls.h"
#include "ui/models/model_list_model.h"
#include "ui/quantities.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace fovea::ui {
namespace {

class ModelDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& /*index*/) const override {
    return {160, scaled(3 * 18) + kSpace2};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Colors& colors = current_colors();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    if (chosen || option.state.testFlag(QStyle::State_MouseOver)) {
      painter->setPen(option.state.testFlag(QStyle::State_HasFocus) ? QPen(QColor(colors.accent))
                                                                    : QPen(Qt::NoPen));
      painter->setBrush(QColor(chosen ? colors.accent_soft : colors.hover));
      painter->drawRoundedRect(QRectF(option.rect).adjusted(0.5, 1.5, -0.5, -1.5), kRadius, kRadius);
    }
    const int height = scaled(18);
    QRect at(option.rect.left() + kSpace2, option.rect.top() + kSpace1, option.rect.width() - 2 * kSpace2,
             height);
    QFont name = option.font;
    name.setWeight(QFont::DemiBold);
    painter->setFont(name);
    painter->setPen(QColor(colors.text));
    painter->drawText(at, Qt::AlignVCenter,
                      QFontMetrics(name).elidedText(index.data().toString(), Qt::ElideMiddle, at.width()));
    QFont small = option.font;
    small.setPixelSize(scaled(kSmallText));
    painter->setFont(small);
    const QFontMetrics metrics(small);
    at.translate(0, height);
    painter->setPen(QColor(colors.muted));
    painter->drawText(
        at, Qt::AlignVCenter,
        metrics.elidedText(index.data(ModelListModel::kFactsRole).toString(), Qt::ElideRight, at.width()));
    at.translate(0, height);
    const bool good = index.data(ModelListModel::kGoodRole).toBool();
    painter->setPen(QColor(good ? colors.good : colors.warning));
    const QString verdict = (good ? QStringLiteral("✓ ") : QStringLiteral("✕ ")) +
                            index.data(ModelListModel::kVerdictRole).toString();
    painter->drawText(at, Qt::AlignVCenter, metrics.elidedText(verdict, Qt::ElideRight, at.width()));
    painter->restore();
  }
};

}  // namespace

ModelPanel::ModelPanel(const WindowServices& services, QWidget* parent)
    : QWidget(parent), services_(services), model_(new ModelListModel(this)) {
  QVBoxLayout* all = column(this, kSpace3, kSpace2);
  name_ = title_label({}, this);
  name_->setWordWrap(true);
  facts_ = muted_label({}, this);
  problem_ = new QLabel(this);
  problem_->setProperty("bad", true);
  problem_->setWordWrap(true);
  progress_ = new QProgressBar(this);
  progress_->setTextVisible(false);
  unload_ = push_button({}, this);
  all->addWidget(name_);
  all->addWidget(facts_);
  all->addWidget(progress_);
  all->addWidget(problem_);
  all->addWidget(unload_, 0, Qt::AlignLeft);
  all->addSpacing(kSpace1);
  all->addWidget(line(this));
  auto* head = row(nullptr, 0, kSpace1);
  head->addWidget(new QLabel(tr("On this machine"), this), 1);
  QToolButton* again = tool_button(QStringLiteral("redo"), tr("Look for models again"), this);
  head->addWidget(again);
  all->addLayout(head);
  list_ = new QListView(this);
  list_->setModel(model_);
  list_->setItemDelegate(new ModelDelegate(list_));
  list_->setMouseTracking(true);
  list_->setVerticalScrollMode(QListView::ScrollPerPixel);
  list_->setAccessibleName(tr("Models on this machine"));
  list_->viewport()->setAutoFillBackground(false);
  empty_ = muted_label(tr("Looking for models"), this);
  all->addWidget(empty_);
  all->addWidget(list_, 1);
  auto* bottom = row(nullptr, 0, kSpace2);
  load_ = push_button(tr("Load"), this, true);
  QPushButton* folder = push_button(tr("Other folder"), this);
  folder->setToolTip(tr("Load a model from a folder in Hugging Face layout"));
  bottom->addWidget(load_);
  bottom->addWidget(folder);
  bottom->addStretch(1);
  all->addLayout(bottom);
  all->addWidget(muted_label(tr("Get more with: fovea models pull NAME"), this));

  connect(again, &QToolButton::clicked, this, &ModelPanel::refresh);
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &ModelPanel::show_choice);
  connect(list_, &QListView::activated, load_, &QPushButton::click);
  connect(load_, &QPushButton::clicked, this, [this] {
    if (const QModelIndex index = list_->currentIndex(); index.isValid())
      Q_EMIT loadWanted(QString::fromStdString(model_->at(index.row()).folder));
  });
  connect(folder, &QPushButton::clicked, this, &ModelPanel::choose_folder);
  connect(unload_, &QPushButton::clicked, this, [this] {
    if (status_.kind == EngineStatus::Kind::kLoading) {
      Q_EMIT cancelWanted();
    } else {
      Q_EMIT unloadWanted();
    }
  });
  set_status({});
  refresh();
}

ModelPanel::~ModelPanel() {
  looking_.clear();
  looking_.finish();
}

void ModelPanel::refresh() {
  if (!services_.list_models) return;
  looking_.clear();
  looking_.post([this] {
    QMetaObject::invokeMethod(
        this,
        [this, models = services_.list_models()] {
          const QString chosen = list_->currentIndex().data(Qt::ToolTipRole).toString();
          model_->set(models);
          empty_->setVisible(models.empty());
          empty_->setText(tr("No model is on this machine. Get one with: fovea models pull NAME"));
          const int at =
              std::max(0, model_->row_of(chosen.isEmpty() ? QString::fromStdString(status_.folder) : chosen));
          if (!models.empty()) list_->setCurrentIndex(model_->index(at));
          show_choice();
        },
        Qt::QueuedConnection);
  });
}

void ModelPanel::choose_folder() {
  const QString folder = QFileDialog::getExistingDirectory(window(), tr("Folder of a model"));
  if (!folder.isEmpty()) Q_EMIT loadWanted(folder);
}

void ModelPanel::show_choice() {
  const QModelIndex index = list_->currentIndex();
  QString why;
  if (!index.isValid()) {
    why = tr("Choose a model above");
  } else if (index.data(ModelListModel::kLoadedRole).toBool()) {
    why = tr("It is loaded");
  } else if (status_.kind == EngineStatus::Kind::kLoading) {
    why = tr("Another model is loading");
  } else if (!model_->at(index.row()).runnable || !model_->at(index.row()).fits) {
    why = index.data(ModelListModel::kVerdictRole).toString();
  }
  set_enabled_or_why(load_, why.isEmpty(),
                     tr("Load the chosen model; the one in use answers until it is ready"), why);
}

void ModelPanel::set_status(const EngineStatus& status) {
  status_ = status;
  using Kind = EngineStatus::Kind;
  const bool loading = status.kind == Kind::kLoading;
  const QString loading_name = QFileInfo(QString::fromStdString(status.folder)).fileName();
  progress_->setVisible(loading);
  unload_->setVisible(status.kind != Kind::kNone);
  unload_->setText(loading ? tr("Cancel") : tr("Unload"));
  unload_->setAccessibleName(unload_->text());
  unload_->setToolTip(loading ? tr("Stop loading") : tr("Free the model's memory"));
  problem_->setVisible(status.error.has_value());
  if (status.error) problem_->setText(QString::fromStdString(status.error->text()));
  if (loading) {
    name_->setText(tr("Loading %1").arg(loading_name));
    const LoadProgress& p = status.progress;
    facts_->setText(p.total > 0 ? tr("%1 of %2").arg(bytes_text(p.done), bytes_text(p.total)) : QString());
    progress_->setRange(0, p.total > 0 ? 1000 : 0);
    if (p.total > 0) progress_->setValue(int(1000.0 * double(p.done) / double(p.total)));
  } else if (status.kind == Kind::kReady) {
    const ModelInfo& m = status.model;
    name_->setText(QString::fromStdString(m.name));
    QStringList facts = {QString::fromStdString(m.family),
                         tr("%1 parameters").arg(parameters_text(m.parameters)),
                         tr("computes in %1").arg(QString::fromStdString(m.compute_type)),
                         tr("weights %1").arg(bytes_text(m.weights_bytes)),
                         tr("context %1 tokens").arg(count_text(m.context_tokens))};
    if (status.own_process) facts.append(tr("in a process of its own"));
    if (status.load_seconds > 0.0) facts.append(tr("loaded in %1").arg(seconds_text(status.load_seconds)));
    if (!m.note.empty()) facts.append(QString::fromStdString(m.note));
    facts_->setText(facts.join(QStringLiteral(" · ")));
  } else {
    name_->setText(tr("No model is loaded"));
    facts_->setText(tr("Choose one below."));
  }
  model_->set_loaded(status.kind == Kind::kReady ? QString::fromStdString(status.folder) : QString());
  show_choice();
}

}  // namespace fovea::ui
