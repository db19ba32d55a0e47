#include "ui/history/history_panel.h"

#include "ui/controls.h"
#include "ui/history/chat_delegate.h"
#include "ui/history/chat_list_model.h"
#include "ui/history_store.h"
#include "ui/icons.h"
#include "ui/tokens.h"

#include <QComboBox>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kRefreshAfterMs = 80;

constexpr QKeyCombination kRenameKey(Qt::Key_F2);
constexpr QKeyCombination kRemoveKey(Qt::Key_Delete);
constexpr QKeyCombination kPinKey = Qt::CTRL | Qt::Key_P;
constexpr QKeyCombination kTagKey = Qt::CTRL | Qt::Key_T;
constexpr QKeyCombination kExportKey = Qt::CTRL | Qt::Key_E;

}  // namespace

HistoryPanel::HistoryPanel(HistoryStore& store, QWidget* parent)
    : QWidget(parent), store_(store), model_(new ChatListModel(this)) {
  setProperty("role", "chrome");
  setAttribute(Qt::WA_StyledBackground);
  QVBoxLayout* all = column(this, kSpace2, kSpace2);
  auto* top = row(nullptr, 0, kSpace1);
  search_ = new QLineEdit(this);
  search_->setPlaceholderText(tr("Search"));
  search_->setAccessibleName(tr("Search the chats"));
  search_->setToolTip(tr("Search titles and messages (Ctrl+K)"));
  search_->setClearButtonEnabled(true);
  QToolButton* add = tool_button(QStringLiteral("plus"), tr("New chat"), this, QStringLiteral("Ctrl+N"));
  QToolButton* more = tool_button(QStringLiteral("more"), tr("More about the history"), this);
  auto* menu = new QMenu(more);
  menu->addAction(tr("Import a chat"), this, &HistoryPanel::importWanted);
  more->setMenu(menu);
  more->setPopupMode(QToolButton::InstantPopup);
  top->addWidget(search_, 1);
  top->addWidget(add);
  top->addWidget(more);
  all->addLayout(top);
  filter_ = new QComboBox(this);
  filter_->setAccessibleName(tr("Show chats with a tag"));
  filter_->setToolTip(filter_->accessibleName());
  filter_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  filter_->setMinimumContentsLength(8);
  filter_->hide();
  all->addWidget(filter_);
  list_ = new QListView(this);
  list_->setModel(model_);
  auto* rows = new ChatDelegate(list_);
  list_->setItemDelegate(rows);
  list_->setMouseTracking(true);
  list_->setVerticalScrollMode(QListView::ScrollPerPixel);
  list_->setContextMenuPolicy(Qt::CustomContextMenu);
  list_->setAccessibleName(tr("Chats"));
  list_->setEditTriggers(QListView::NoEditTriggers);
  list_->viewport()->setAutoFillBackground(false);
  empty_ = muted_label({}, this);
  empty_->setAlignment(Qt::AlignHCenter);
  empty_->setContentsMargins(0, kSpace5, 0, 0);
  empty_->hide();
  all->addWidget(empty_);
  all->addWidget(list_, 1);
  refresh_timer_.setSingleShot(true);
  refresh_timer_.setInterval(kRefreshAfterMs);

  connect(&refresh_timer_, &QTimer::timeout, this, &HistoryPanel::refresh);
  connect(&store_, &HistoryStore::changed, &refresh_timer_, qOverload<>(&QTimer::start));
  connect(search_, &QLineEdit::textChanged, &refresh_timer_, qOverload<>(&QTimer::start));
  connect(search_, &QLineEdit::textChanged, list_,
          [rows](const QString& text) { rows->set_query(text.trimmed()); });
  connect(filter_, &QComboBox::activated, this, &HistoryPanel::refresh);
  connect(add, &QToolButton::clicked, this, &HistoryPanel::newWanted);
  connect(list_, &QListView::clicked, this, [this](const QModelIndex& index) {
    const ChatSummary& chat = model_->at(index.row());
    Q_EMIT openWanted(chat.id, chat.hit_message);
  });
  connect(list_, &QListView::activated, this, [this](const QModelIndex& index) {
    const ChatSummary& chat = model_->at(index.row());
    Q_EMIT openWanted(chat.id, chat.hit_message);
  });
  connect(list_, &QWidget::customContextMenuRequested, this, [this](const QPoint& position) {
    show_menu(list_->indexAt(position), list_->viewport()->mapToGlobal(position));
  });
  make_keys();
  refresh();
}

void HistoryPanel::make_keys() {
  list_->installEventFilter(this);
  search_->installEventFilter(this);
  const auto on_key = [this](QWidget* where, const QKeySequence& key, auto act) {
    auto* shortcut = new QShortcut(key, where);
    shortcut->setContext(Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, this, act);
  };
  const auto on_row = [this, on_key](const QKeySequence& key, auto act) {
    on_key(list_, key, [this, act] {
      if (const QModelIndex index = list_->currentIndex(); index.isValid()) act(model_->at(index.row()));
    });
  };
  on_row(kRemoveKey, [this](const ChatSummary& chat) { Q_EMIT removeWanted(chat); });
  on_row(kRenameKey, [this](const ChatSummary& chat) { Q_EMIT renameWanted(chat.id, chat.title); });
  on_row(kPinKey, [this](const ChatSummary& chat) { Q_EMIT pinWanted(chat); });
  on_row(kExportKey, [this](const ChatSummary& chat) { Q_EMIT exportWanted(chat.id, chat.title); });
  on_row(kTagKey, [this](const ChatSummary& chat) {
    const QRect place = list_->visualRect(list_->currentIndex());
    QMenu* menu = tags_menu(chat);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(list_->viewport()->mapToGlobal(place.bottomLeft() + QPoint(kSpace4, -kSpace1)));
  });
  on_key(list_, QKeySequence::Undo, [this] { Q_EMIT undoWanted(); });
  on_key(list_, Qt::SHIFT | Qt::Key_F10, [this] { show_menu_of_current(); });
  on_key(search_, Qt::Key_Down, [this] { go_to_list(); });
}

bool HistoryPanel::eventFilter(QObject* watched, QEvent* event) {
  // Esc ends a search before it stops an answer.
  const bool key = event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
  if (watched == search_ && key && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape &&
      !search_->text().isEmpty()) {
    if (event->type() == QEvent::KeyPress) search_->clear();
    event->accept();
    return true;
  }
  // Qt would say where the pointer is, which may be over another row or none.
  if (watched == list_ && event->type() == QEvent::ContextMenu &&
      static_cast<QContextMenuEvent*>(event)->reason() == QContextMenuEvent::Keyboard) {
    show_menu_of_current();
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

void HistoryPanel::go_to_list() {
  list_->setFocus(Qt::OtherFocusReason);
  if (!list_->currentIndex().isValid()) list_->setCurrentIndex(model_->index(0));
}

void HistoryPanel::refresh() {
  store_.tags([this](const QStringList& tags) { show_tags(tags); });
  const QString text = search_->text();
  const QString tag = filter_->currentData().toString();
  store_.list({text, tag}, [this, text, tag](const std::vector<ChatSummary>& chats) {
    if (text != search_->text() || tag != filter_->currentData().toString()) return;
    const QString words = text.trimmed();
    set_chats(chats, words.isEmpty());
    empty_->setVisible(chats.empty());
    if (!tag.isEmpty()) {
      empty_->setText(words.isEmpty() ? tr("No chat has the tag %1.").arg(tag)
                                      : tr("No chat with the tag %1 holds \"%2\".").arg(tag, words));
    } else {
      empty_->setText(words.isEmpty() ? tr("Chats are kept here.") : tr("No chat holds \"%1\".").arg(words));
    }
  });
}

void HistoryPanel::show_tags(const QStringList& tags) {
  if (tags == tags_) return;
  tags_ = tags;
  const QString chosen = filter_->currentData().toString();
  filter_->clear();
  filter_->addItem(tr("All chats"), QString());
  for (const QString& tag : tags_) filter_->addItem(icon(QStringLiteral("tag")), tag, tag);
  const int at = filter_->findData(chosen);
  filter_->setCurrentIndex(std::max(0, at));
  filter_->setVisible(!tags_.isEmpty());
  if (at < 0) refresh();  // the tag that was filtered by is gone
}

QMenu* HistoryPanel::tags_menu(const ChatSummary& chat) {
  auto* menu = new QMenu(tr("Tags"), this);
  menu->setIcon(icon(QStringLiteral("tag")));
  for (const QString& tag : tags_) {
    QAction* action = menu->addAction(tag);
    action->setCheckable(true);
    action->setChecked(chat.tags.contains(tag));
    connect(action, &QAction::toggled, this, [this, chat, tag](bool on) { Q_EMIT tagWanted(chat, tag, on); });
  }
  if (!tags_.isEmpty()) menu->addSeparator();
  menu->addAction(icon(QStringLiteral("plus")), tr("New tag"), this,
                  [this, chat] { Q_EMIT newTagWanted(chat); });
  return menu;
}

void HistoryPanel::set_chats(const std::vector<ChatSummary>& chats, bool sections) {
  const QModelIndex before = list_->currentIndex();
  const ChatId id = before.isValid() ? model_->at(before.row()).id : 0;
  const int row = before.row();
  model_->set(chats, sections);
  if (!list_->hasFocus() || !before.isValid()) return set_current(current_);
  // Whoever is at the keys stays at their chat, or at its place if it is gone.
  const int at = model_->row_of(id);
  list_->setCurrentIndex(model_->index(at >= 0 ? at : std::min(row, model_->rowCount() - 1)));
}

void HistoryPanel::set_current(ChatId chat) {
  current_ = chat;
  const int at = model_->row_of(chat);
  if (at < 0) {
    if (list_->hasFocus()) return;
    list_->clearSelection();
    list_->setCurrentIndex({});
  } else if (list_->currentIndex().row() != at) {
    list_->setCurrentIndex(model_->index(at));
  }
}

void HistoryPanel::focus_search() {
  search_->setFocus();
  search_->selectAll();
}

void HistoryPanel::show_menu_of_current() {
  const QModelIndex index = list_->currentIndex();
  if (!index.isValid()) return;
  list_->scrollTo(index);
  const QRect place = list_->visualRect(index);
  show_menu(index, list_->viewport()->mapToGlobal(place.bottomLeft() + QPoint(kSpace4, -kSpace1)));
}

void HistoryPanel::show_menu(const QModelIndex& index, const QPoint& position) {
  if (!index.isValid()) return;
  const ChatSummary chat = model_->at(index.row());
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const auto add = [&](const char* picture, const QString& text, const QKeySequence& key, auto act) {
    QAction* action = menu->addAction(icon(QLatin1String(picture)), text, this, act);
    action->setShortcut(key);
  };
  add("edit", tr("Rename"), kRenameKey, [this, chat] { Q_EMIT renameWanted(chat.id, chat.title); });
  add("pin", chat.pinned ? tr("Unpin") : tr("Pin"), kPinKey, [this, chat] { Q_EMIT pinWanted(chat); });
  QMenu* tags = tags_menu(chat);
  tags->setParent(menu, tags->windowFlags());
  tags->menuAction()->setShortcut(kTagKey);
  menu->addMenu(tags);
  add("download", tr("Export"), kExportKey, [this, chat] { Q_EMIT exportWanted(chat.id, chat.title); });
  menu->addSeparator();
  add("trash", tr("Delete"), kRemoveKey, [this, chat] { Q_EMIT removeWanted(chat); });
  menu->popup(position);
}

}  // namespace fovea::ui
