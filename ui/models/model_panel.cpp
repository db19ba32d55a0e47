#include "ui/models/model_panel.h"

#include "ui/controls.h"
#include "ui/icons.h"
#include "ui/models/model_delegate.h"
#include "ui/models/model_list_model.h"
#include "ui/tokens.h"

#include <QAction>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

namespace fovea::ui {
namespace {

std::vector<std::string> as_paths(const QStringList& folders) {
  std::vector<std::string> out;
  for (const QString& folder : folders) out.push_back(folder.toStdString());
  return out;
}

}  // namespace

ModelPanel::ModelPanel(const WindowServices& services, const EngineOptions& wishes,
                       const QStringList& folders, QWidget* parent)
    : QWidget(parent),
      services_(services),
      wishes_(wishes),
      folders_(as_paths(folders)),
      model_(new ModelListModel(this)) {
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
  adapter_ = push_button({}, this);
  all->addWidget(name_);
  all->addWidget(facts_);
  all->addWidget(progress_);
  all->addWidget(problem_);
  auto* in_use = row(nullptr, 0, kSpace2);
  in_use->addWidget(unload_);
  in_use->addWidget(adapter_);
  in_use->addStretch(1);
  all->addLayout(in_use);
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
  connect(adapter_, &QPushButton::clicked, this, &ModelPanel::change_adapter);
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
  why_ = muted_label({}, box);
  why_->setTextFormat(Qt::PlainText);
  all->addWidget(why_);
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

QString ModelPanel::id_of(const EngineStatus& status) {
  return QString::fromStdString(status.server ? status.server->id : status.folder);
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
  go_to(chosen);
  empty_->setVisible(model_->rowCount() == 0);
  show_choice();
}

bool ModelPanel::go_to(const QString& id) {
  const int at = model_->row_of(id);
  if (at >= 0) list_->setCurrentIndex(model_->index(at));
  return at >= 0;
}

void ModelPanel::choose(const QString& id) {
  awaited_ = go_to(id) ? QString() : id;
}

ModelPanel::~ModelPanel() {
  looking_.clear();
  looking_.finish();
}

void ModelPanel::refresh() {
  if (!services_.list_models) return;
  looking_.clear();
  looking_.post([this, wishes = wishes_, folders = folders_] {
    QMetaObject::invokeMethod(
        this,
        [this, models = services_.list_models(wishes, folders)] {
          const QString chosen = list_->currentIndex().data(ModelListModel::kIdRole).toString();
          model_->set(models);
          empty_->setVisible(model_->rowCount() == 0);
          empty_->setText(tr("No model is on this machine. Get one with: fovea models pull NAME"));
          if (model_->rowCount() > 0) list_->setCurrentIndex(model_->index(0));
          go_to(chosen.isEmpty() ? id_of(status_) : chosen);
          if (!awaited_.isEmpty()) choose(awaited_);
          show_choice();
        },
        Qt::QueuedConnection);
  });
}

void ModelPanel::set_wishes(const EngineOptions& wishes) {
  wishes_ = wishes;
  refresh();
}

void ModelPanel::set_folders(const QStringList& folders) {
  folders_ = as_paths(folders);
  refresh();
}

void ModelPanel::choose_folder() {
  const QString before = folders_.empty() ? QString() : QString::fromStdString(folders_.front());
  const QString folder = QFileDialog::getExistingDirectory(window(), tr("Folder of a model"), before);
  if (!folder.isEmpty()) Q_EMIT folderWanted(folder);
}

void ModelPanel::show_choice() {
  const QModelIndex index = list_->currentIndex();
  const ModelOffer* model = index.isValid() ? model_->model_at(index.row()) : nullptr;
  const bool server = index.isValid() && model == nullptr;
  const bool unfit = model != nullptr && (!model->runnable || !model->fits);
  QString why;
  if (!index.isValid()) {
    why = tr("Choose a model above");
  } else if (index.data(ModelListModel::kLoadingRole).toBool()) {
    why = server ? tr("It is asked for its model") : tr("It is loading");
  } else if (index.data(ModelListModel::kLoadedRole).toBool()) {
    why = server ? tr("It is in use") : tr("It is loaded");
  } else if (status_.kind == EngineStatus::Kind::kLoading) {
    why = tr("Another model is loading");
  } else if (unfit) {
    why = index.data(ModelListModel::kVerdictRole).toString();
  }
  why_->setVisible(unfit);
  if (unfit)
    why_->setText(
        tr("%1: %2").arg(index.data().toString(), index.data(ModelListModel::kVerdictRole).toString()));
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

}  // namespace fovea::ui
