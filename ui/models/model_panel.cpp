#include "ui/models/model_panel.h"

#include "ui/controls.h"
#include "ui/icons.h"
#include "ui/models/model_list_model.h"
#include "ui/quantities.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

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
    const QString verdict = index.data(ModelListModel::kSignRole).toString() + u' ' +
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
  for (QLabel* label : {name_, facts_, problem_}) label->setTextFormat(Qt::PlainText);  // servers name models
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
  all->addWidget(make_list(), 1);
  all->addWidget(make_buttons());
  all->addWidget(muted_label(tr("Get more with: fovea models pull NAME"), this));
  connect_list();
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

QWidget* ModelPanel::make_list() {
  auto* box = new QWidget(this);
  QVBoxLayout* all = column(box, 0, kSpace2);
  auto* head = row(nullptr, 0, kSpace1);
  auto* title = new QLabel(tr("On this machine, and servers"), box);
  title->setWordWrap(true);
  head->addWidget(title, 1);
  edit_ = tool_button(QStringLiteral("edit"), tr("Edit the server"), box, QStringLiteral("F2"));
  remove_ = tool_button(QStringLiteral("trash"), tr("Remove the server"), box, tr("Delete"));
  QToolButton* again = tool_button(QStringLiteral("redo"), tr("Look for models again"), box);
  for (QToolButton* button : {edit_, remove_, again}) head->addWidget(button);
  all->addLayout(head);
  list_ = new QListView(box);
  list_->setModel(model_);
  list_->setItemDelegate(new ModelDelegate(list_));
  list_->setMouseTracking(true);
  list_->setVerticalScrollMode(QListView::ScrollPerPixel);
  list_->setAccessibleName(tr("Models on this machine and servers"));
  list_->setContextMenuPolicy(Qt::CustomContextMenu);
  list_->viewport()->setAutoFillBackground(false);
  empty_ = muted_label(tr("Looking for models"), box);
  all->addWidget(empty_);
  all->addWidget(list_, 1);
  connect(again, &QToolButton::clicked, this, &ModelPanel::refresh);
  return box;
}

QWidget* ModelPanel::make_buttons() {
  auto* box = new QWidget(this);
  QVBoxLayout* all = column(box, 0, kSpace2);
  auto* bottom = row(nullptr, 0, kSpace2);
  load_ = push_button(tr("Load"), box, true);
  QPushButton* folder = push_button(tr("Other folder"), box);
  folder->setToolTip(tr("Load a model from a folder in Hugging Face layout"));
  QPushButton* server = push_button(tr("Add a server"), box);
  set_enabled_or_why(server, static_cast<bool>(services_.remote.connect),
                     tr("A model on another machine, or of a provider, as one more to choose"),
                     tr("This build cannot use servers elsewhere"));
  bottom->addWidget(load_);
  bottom->addWidget(folder);
  bottom->addStretch(1);
  all->addLayout(bottom);
  all->addWidget(server, 0, Qt::AlignLeft);
  connect(load_, &QPushButton::clicked, this, &ModelPanel::use_choice);
  connect(folder, &QPushButton::clicked, this, &ModelPanel::choose_folder);
  connect(server, &QPushButton::clicked, this, &ModelPanel::addServerWanted);
  return box;
}

void ModelPanel::connect_list() {
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &ModelPanel::show_choice);
  connect(list_, &QListView::activated, load_, &QPushButton::click);
  connect(list_, &QListView::customContextMenuRequested, this, &ModelPanel::show_menu);
  const auto edit = [this] {
    if (const QString id = chosen_server(); !id.isEmpty()) Q_EMIT editServerWanted(id);
  };
  const auto remove = [this] {
    if (const QString id = chosen_server(); !id.isEmpty()) Q_EMIT removeServerWanted(id);
  };
  connect(edit_, &QToolButton::clicked, this, edit);
  connect(remove_, &QToolButton::clicked, this, remove);
  const auto on = [this](const QKeySequence& keys, auto act) {
    auto* action = new QAction(list_);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    list_->addAction(action);
    connect(action, &QAction::triggered, this, act);
  };
  on(QKeySequence(Qt::Key_F2), edit);
  on(QKeySequence::Delete, remove);
  on(QKeySequence::Undo, [this] { Q_EMIT undoWanted(); });
}

QString ModelPanel::chosen_server() const {
  const QModelIndex index = list_->currentIndex();
  const ServerRow* server = index.isValid() ? model_->server_at(index.row()) : nullptr;
  return server != nullptr ? server->entry.id : QString();
}

void ModelPanel::use_choice() {
  const QModelIndex index = list_->currentIndex();
  if (!index.isValid()) return;
  if (const ModelOffer* model = model_->model_at(index.row())) {
    Q_EMIT loadWanted(QString::fromStdString(model->folder));
  } else {
    Q_EMIT serverWanted(chosen_server());
  }
}

void ModelPanel::show_menu(const QPoint& at) {
  if (chosen_server().isEmpty()) return;
  QMenu menu(this);
  QAction* use = menu.addAction(tr("Use"), load_, &QPushButton::click);
  use->setEnabled(load_->isEnabled());
  menu.addAction(icon(QStringLiteral("edit")), tr("Edit"), edit_, &QToolButton::click);
  menu.addAction(icon(QStringLiteral("trash")), tr("Remove"), remove_, &QToolButton::click);
  menu.exec(list_->viewport()->mapToGlobal(at));
}

void ModelPanel::set_servers(std::vector<ServerRow> servers) {
  const QString chosen = list_->currentIndex().data(ModelListModel::kIdRole).toString();
  model_->set_servers(std::move(servers));
  choose(chosen);
  empty_->setVisible(model_->rowCount() == 0);
  show_choice();
}

void ModelPanel::choose(const QString& id) {
  if (const int at = model_->row_of(id); at >= 0) list_->setCurrentIndex(model_->index(at));
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
          const QString chosen = list_->currentIndex().data(ModelListModel::kIdRole).toString();
          model_->set(models);
          empty_->setVisible(model_->rowCount() == 0);
          empty_->setText(tr("No model is on this machine. Get one with: fovea models pull NAME"));
          if (model_->rowCount() > 0) list_->setCurrentIndex(model_->index(0));
          choose(chosen.isEmpty()
                     ? QString::fromStdString(status_.server ? status_.server->id : status_.folder)
                     : chosen);
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
  const ModelOffer* model = index.isValid() ? model_->model_at(index.row()) : nullptr;
  const bool server = index.isValid() && model == nullptr;
  QString why;
  if (!index.isValid()) {
    why = tr("Choose a model above");
  } else if (index.data(ModelListModel::kLoadedRole).toBool()) {
    why = server ? tr("It is in use") : tr("It is loaded");
  } else if (status_.kind == EngineStatus::Kind::kLoading) {
    why = tr("Another model is loading");
  } else if (model != nullptr && (!model->runnable || !model->fits)) {
    why = index.data(ModelListModel::kVerdictRole).toString();
  }
  load_->setText(server ? tr("Use") : tr("Load"));
  load_->setAccessibleName(load_->text());
  set_enabled_or_why(load_, why.isEmpty(),
                     server ? tr("Ask this server from now on")
                            : tr("Load the chosen model; the one in use answers until it is ready"),
                     why);
  const QString no_server = tr("Choose a server in the list");
  set_enabled_or_why(edit_, server, tr("Edit the server (F2)"), no_server);
  set_enabled_or_why(remove_, server, tr("Remove the server (Delete); it can be undone"), no_server);
}

void ModelPanel::set_status(const EngineStatus& status) {
  status_ = status;
  using Kind = EngineStatus::Kind;
  const bool loading = status.kind == Kind::kLoading;
  const QString loading_name = status.server ? QString::fromStdString(status.server->place.host)
                                             : QFileInfo(QString::fromStdString(status.folder)).fileName();
  progress_->setVisible(loading);
  unload_->setVisible(status.kind != Kind::kNone);
  const bool at_server = status.server.has_value();
  unload_->setText(loading ? tr("Cancel") : at_server ? tr("Disconnect") : tr("Unload"));
  unload_->setAccessibleName(unload_->text());
  unload_->setToolTip(loading     ? tr("Stop loading")
                      : at_server ? tr("Ask this server no more")
                                  : tr("Free the model's memory"));
  problem_->setVisible(status.error.has_value());
  if (status.error) problem_->setText(QString::fromStdString(status.error->text()));
  if (loading) {
    name_->setText(at_server ? tr("Asking %1").arg(loading_name) : tr("Loading %1").arg(loading_name));
    const LoadProgress& p = status.progress;
    facts_->setText(p.total > 0 ? tr("%1 of %2").arg(bytes_text(p.done), bytes_text(p.total)) : QString());
    progress_->setRange(0, p.total > 0 ? 1000 : 0);
    if (p.total > 0) progress_->setValue(int(1000.0 * double(p.done) / double(p.total)));
  } else if (status.kind == Kind::kReady) {
    name_->setText(QString::fromStdString(status.model.name));
    show_facts();
  } else {
    name_->setText(tr("No model is loaded"));
    facts_->setText(tr("Choose one below."));
  }
  const std::string& in_use = at_server ? status.server->id : status.folder;
  model_->set_loaded(status.kind == Kind::kReady ? QString::fromStdString(in_use) : QString());
  show_choice();
}

void ModelPanel::show_facts() {
  const ModelInfo& m = status_.model;
  QStringList facts;
  if (status_.server) {
    facts.append(tr("on the server %1").arg(QString::fromStdString(status_.server->place.host)));
    facts.append(m.context_tokens > 0 ? tr("context %1 tokens").arg(count_text(m.context_tokens))
                                      : tr("its context is not told"));
    facts.append(tr("size, arithmetic and memory are not told"));
  } else {
    facts = {QString::fromStdString(m.family), tr("%1 parameters").arg(parameters_text(m.parameters)),
             tr("computes in %1").arg(QString::fromStdString(m.compute_type)),
             tr("weights %1").arg(bytes_text(m.weights_bytes)),
             tr("context %1 tokens").arg(count_text(m.context_tokens))};
    if (status_.own_process) facts.append(tr("in a process of its own"));
    if (status_.load_seconds > 0.0) facts.append(tr("loaded in %1").arg(seconds_text(status_.load_seconds)));
  }
  if (!m.note.empty()) facts.append(QString::fromStdString(m.note));
  facts_->setText(facts.join(QStringLiteral(" · ")));
}

}  // namespace fovea::ui
