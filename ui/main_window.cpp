#include "ui/main_window.h"

#include "ui/attachment_loader.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/transcript_view.h"
#include "ui/core_words.h"
#include "ui/history/history_panel.h"
#include "ui/image/image_panel.h"
#include "ui/models/model_panel.h"
#include "ui/overlay.h"
#include "ui/performance/speed_panel.h"
#include "ui/workbench.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QTabWidget>

namespace fovea::ui {
namespace {

constexpr int kPreviewAfterMs = 120;

}  // namespace

MainWindow::MainWindow(Workbench& bench)
    : bench_(bench),
      probe_(bench.services.processor_joules),
      gpu_watch_(bench.services.read_gpus),
      forecast_(bench.bridge, bench.session, bench.store) {
  setWindowTitle(QStringLiteral("Fovea"));
  setAcceptDrops(true);
  setAnimated(false);
  chat_ = new ChatPanel(bench.session, bench.loader, bench.services, this);
  setCentralWidget(chat_);
  history_ = new HistoryPanel(bench.store, this);
  history_dock_ = make_dock(QStringLiteral("history"), tr("Chats"), history_, Qt::LeftDockWidgetArea);
  inspector_ = new QTabWidget(this);
  inspector_->setDocumentMode(true);
  image_ = new ImagePanel(bench.loader, this);
  speed_ = new SpeedPanel(this);
  models_ = new ModelPanel(bench.services, wished_engine(bench.settings), bench.settings.model_folders, this);
  inspector_->addTab(image_, tr("Image"));
  inspector_->addTab(speed_, tr("Speed"));
  inspector_->addTab(models_, tr("Model"));
  inspector_->setAccessibleName(tr("Inspector"));
  inspector_dock_ =
      make_dock(QStringLiteral("inspector"), tr("Inspector"), inspector_, Qt::RightDockWidgetArea);
  inspector_overlay_ = new Overlay(chat_, this);
  connect(inspector_overlay_, &Overlay::closed, this, [this] { chat_->composer().focus_text(); });
  make_status_bar();
  make_actions();
  connect_chat();
  connect_screen();
  connect_history();
  connect_inspector();
  connect_engine();
  connect_forecast();
  connect_servers();
  connect_adapters();

  resize(1280, 800);
  resizeDocks({history_dock_, inspector_dock_}, {232, 320}, Qt::Horizontal);
  if (!bench.settings.geometry.isEmpty()) restoreGeometry(bench.settings.geometry);
  if (!bench.settings.docks.isEmpty()) restoreState(bench.settings.docks);
  inspector_->setCurrentIndex(bench.settings.inspector_tab);
  tick_timer_.start(kTickMs);
  connect(&tick_timer_, &QTimer::timeout, this, &MainWindow::tick);
  preview_timer_.setSingleShot(true);
  preview_timer_.setInterval(kPreviewAfterMs);
  connect(&preview_timer_, &QTimer::timeout, this, &MainWindow::request_preview);
  history_->set_current(bench.session.summary().id);
  speed_->set_scheduling(bench.bridge.scheduling());
  show_engine();
  tick();
  if (!bench.session.empty()) show_last_picture();
  chat_->composer().focus_text();
  if (bench.lab_open) open_lab(true);
}

void MainWindow::connect_chat() {
  connect(chat_, &ChatPanel::optionsWanted, this, &MainWindow::open_chat_options);
  connect(chat_, &ChatPanel::renameWanted, this,
          [this] { rename_chat(bench_.session.summary().id, bench_.session.summary().title); });
  connect(chat_, &ChatPanel::exportWanted, this,
          [this] { export_chat(bench_.session.summary().id, bench_.session.summary().title); });
  connect(chat_, &ChatPanel::modelsWanted, this, [this] {
    open_inspector(true);
    inspector_->setCurrentWidget(models_);
  });
  connect(chat_, &ChatPanel::loadCancelled, &bench_.bridge, &EngineBridge::cancel_load);
  connect(&chat_->composer(), &Composer::attachmentsChanged, this, &MainWindow::follow_attachments);
  connect(&chat_->composer(), &Composer::attachmentChosen, this, [this](int index) {
    show_attachment(index);
    inspector_->setCurrentWidget(image_);
  });
  TranscriptView& transcript = chat_->transcript();
  connect(&transcript, &TranscriptView::pictureChosen, this, [this](int message, int attachment) {
    show_message_picture(message, attachment);
    inspector_->setCurrentWidget(image_);
  });
  connect(&transcript, &TranscriptView::pictureCopyWanted, this, &MainWindow::copy_message_picture);
  connect(&transcript, &TranscriptView::figuresWanted, this, [this](int message) {
    const auto& figures = bench_.session.messages()[std::size_t(message)].figures;
    if (figures) speed_->show_answer(*figures);
  });
  connect(&transcript, &TranscriptView::regionsWanted, this, &MainWindow::show_regions);
  connect(&transcript, &TranscriptView::regionHovered, this, [this](int message, int region) {
    if (message != region_message_ && region >= 0) show_regions(message);
    image_->highlight_region(region);
  });
  connect(&transcript, &TranscriptView::regionMenuWanted, this,
          [this](int message, int region, const QPoint& at) {
            show_regions(message);
            image_->show_menu(region, at);
          });
  connect(&bench_.session, &ChatSession::reset, this, [this] {
    shown_message_ = shown_attachment_ = region_message_ = -1;
    history_->set_current(bench_.session.summary().id);
    image_->set_budget(bench_.session.options().max_pixels);
    show_last_picture();
  });
  connect(&bench_.session, &ChatSession::openFailed, this,
          [this](const QString& problem) { chat_->show_notice(problem); });
  connect(&bench_.session, &ChatSession::appended, this, [this](int index) {
    // The question's picture stays in view; its place is now in the conversation.
    const ChatMessage& message = bench_.session.messages()[std::size_t(index)];
    if (message.role != Role::kUser || message.attachments.empty()) return;
    show_message_picture(index,
                         std::min(std::max(0, shown_attachment_), int(message.attachments.size()) - 1));
  });
  connect(&bench_.session, &ChatSession::changed, this, [this](int index) {
    if (index == shown_message_ + 1 && shown_message_ >= 0)
      show_message_picture(shown_message_, std::max(0, shown_attachment_));
  });
  connect(&bench_.session, &ChatSession::answered, this, [this](const ChatMessage& answer) {
    if (answer.figures) speed_->add_answer(*answer.figures);
    // The notice with the way out may have been closed.
    if (bench_.bridge.status().health.state == EngineHealth::State::kGivenUp) show_health();
    const int last = int(bench_.session.messages().size()) - 1;
    show_regions(last);
  });
  connect(&bench_.session, &ChatSession::tokensCame, speed_, &SpeedPanel::tokens_came);
  connect(&bench_.session, &ChatSession::runningChanged, this, &MainWindow::show_engine);
  connect(&bench_.session, &ChatSession::progressed, this, &MainWindow::show_engine);
}

void MainWindow::connect_history() {
  connect(history_, &HistoryPanel::newWanted, this, [this] {
    bench_.new_chat();
    chat_->composer().focus_text();
  });
  connect(history_, &HistoryPanel::openWanted, &bench_.session, &ChatSession::open);
  connect(history_, &HistoryPanel::renameWanted, this, &MainWindow::rename_chat);
  connect(history_, &HistoryPanel::exportWanted, this, &MainWindow::export_chat);
  connect(history_, &HistoryPanel::importWanted, this, &MainWindow::import_chat);
  connect(history_, &HistoryPanel::removeWanted, this, &MainWindow::remove_chat);
  connect(history_, &HistoryPanel::undoWanted, this, &MainWindow::undo_in_history);
  connect(history_, &HistoryPanel::tagWanted, this, &MainWindow::tag_chat);
  connect(history_, &HistoryPanel::newTagWanted, this, &MainWindow::ask_for_tag);
  connect(history_, &HistoryPanel::pinWanted, this,
          [this](const ChatSummary& chat) { bench_.store.set_pinned(chat.id, !chat.pinned); });
  connect(&bench_.store, &HistoryStore::failed, this,
          [this](const Error& error) { chat_->show_notice(tr("Not saved: %1").arg(core_words(error))); });
  connect(&bench_.store, &HistoryStore::recovered, this, [this](const QString& kept_as, int chats) {
    chat_->show_notice(tr("The history was damaged. %1 chats were recovered; the damaged file is kept as %2.")
                           .arg(chats)
                           .arg(kept_as));
  });
}

void MainWindow::connect_inspector() {
  connect(image_, &ImagePanel::budgetChanged, this, &MainWindow::set_picture_budget);
  connect(image_, &ImagePanel::regionHovered, this,
          [this](int region) { chat_->transcript().highlight_region(region_message_, region); });
  connect(&gpu_watch_, &GpuWatch::looked, this, &MainWindow::show_gpus);
  connect(speed_, &SpeedPanel::schedulingWanted, &bench_.bridge, &EngineBridge::set_scheduling);
  connect(models_, &ModelPanel::loadWanted, &bench_, &Workbench::load_model);
  connect(models_, &ModelPanel::folderWanted, this, [this](const QString& folder) {
    bench_.load_folder(folder);
    models_->set_folders(bench_.settings.model_folders);
  });
  connect(models_, &ModelPanel::unloadWanted, &bench_, &Workbench::unload);
  connect(models_, &ModelPanel::cancelWanted, &bench_.bridge, &EngineBridge::cancel_load);
  connect(&bench_.bridge, &EngineBridge::schedulingChanged, speed_, &SpeedPanel::set_scheduling);
  connect(&bench_.bridge, &EngineBridge::schedulingRefused, this,
          [this](const Error& error) { speed_->set_scheduling_problem(core_words(error)); });
}

void MainWindow::connect_engine() {
  connect(&bench_.bridge, &EngineBridge::statusChanged, this, &MainWindow::show_engine);
  connect(&bench_.bridge, &EngineBridge::healthChanged, this, &MainWindow::show_health);
  connect(&bench_.bridge, &EngineBridge::sampled, speed_, &SpeedPanel::set_engine_metrics);
  connect(&bench_.bridge, &EngineBridge::previewed, this, [this](quint64 ticket, const QuestionPlan& plan) {
    const auto& vision = plan.preview.vision;
    if (ticket == preview_ticket_ && !vision.empty()) image_->set_preview(vision.front(), 0);
  });
  connect(&bench_.bridge, &EngineBridge::previewFailed, this, [this](quint64 ticket, const Error& error) {
    if (ticket == preview_ticket_ && bench_.bridge.ready()) image_->set_problem(core_words(error));
  });
}

void MainWindow::closeEvent(QCloseEvent* event) {
  remember_layout();
  bench_.session.save_draft(chat_->composer().text(), chat_->composer().attachments());
  Q_EMIT closing();
  event->accept();
  hide();
  chat_->transcript().release_views();  // a long conversation would hold the end of the program up
}

}  // namespace fovea::ui
