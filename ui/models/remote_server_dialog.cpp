#include "ui/models/remote_server_dialog.h"

#include "ui/controls.h"
#include "ui/core_words.h"
#include "ui/models/upload_fields.h"
#include "ui/quantities.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kWidth = 520;

QLineEdit* field(const QString& name, const QString& text, QWidget* parent) {
  auto* edit = new QLineEdit(text, parent);
  edit->setAccessibleName(name);
  return edit;
}

}  // namespace

RemoteServerDialog::RemoteServerDialog(RemoteServers& servers, ServerProbe& probe,
                                       const std::optional<ServerEntry>& entry, QWidget* parent)
    : QDialog(parent),
      servers_(servers),
      probe_(probe),
      before_(entry),
      id_(entry ? entry->id : new_server_id()) {
  setWindowTitle(before_ ? tr("Edit the server") : tr("Add a server"));
  setMinimumWidth(scaled(kWidth));
  QVBoxLayout* all = column(this, kSpace4, kSpace3);
  all->addWidget(
      muted_label(tr("Any server that speaks OpenAI's protocol: vLLM, SGLang, llama.cpp, Fovea on "
                     "another machine, a provider. Questions and pictures go there while it is used."),
                  this));
  all->addWidget(make_fields());
  progress_ = new QProgressBar(this);
  progress_->setTextVisible(false);
  progress_->setRange(0, 0);
  progress_->setAccessibleName(tr("The server is asked"));
  all->addWidget(progress_);
  said_ = new QLabel(this);
  said_->setTextFormat(Qt::PlainText);
  said_->setWordWrap(true);
  said_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  all->addWidget(said_);
  all->addStretch(1);
  all->addWidget(make_buttons());
  connect_probe();
  edited();
  address_->setFocus();
}

bool RemoteServerDialog::event(QEvent* event) {
  const bool handled = QDialog::event(event);
  if (event->type() == QEvent::Show || event->type() == QEvent::LayoutRequest) {
    // What wraps takes more lines than the dialog's own hint counts on.
    const int needed = layout()->totalHeightForWidth(width());
    if (needed > height()) resize(width(), needed);
  }
  return handled;
}

QWidget* RemoteServerDialog::make_fields() {
  auto* box = new QWidget(this);
  auto* form = new QFormLayout(box);
  form->setContentsMargins(0, 0, 0, 0);
  form->setHorizontalSpacing(kSpace3);
  form->setVerticalSpacing(kSpace2);
  address_ = field(tr("Address"), before_ ? before_->address : QString(), box);
  address_->setPlaceholderText(QStringLiteral("https://api.example.org  ·  http://127.0.0.1:8000"));
  form->addRow(tr("Address"), address_);
  place_ = muted_label({}, box);
  place_->setTextFormat(Qt::PlainText);
  form->addRow(QString(), place_);
  wants_key_ = new QCheckBox(tr("It wants a key"), box);
  wants_key_->setAccessibleName(wants_key_->text());
  wants_key_->setChecked(before_ && before_->has_key);
  wants_key_->setToolTip(tr("Kept in the system's keyring, never in the settings"));
  form->addRow(QString(), wants_key_);
  key_ = field(tr("Key"), {}, box);
  key_->setEchoMode(QLineEdit::Password);
  form->addRow(tr("Key"), key_);
  insecure_ = new QCheckBox(tr("Send the key unencrypted"), box);
  insecure_->setAccessibleName(insecure_->text());
  insecure_->setToolTip(tr("Everyone on the way could read it"));
  insecure_->setChecked(before_ && before_->insecure_key);
  form->addRow(QString(), insecure_);
  form->addRow(tr("Model"), make_model_row());
  upload_ = new UploadFields(before_ ? before_->reduction : UploadReduction(), box);
  form->addRow(QString(), upload_);
  connect(address_, &QLineEdit::textChanged, this, &RemoteServerDialog::edited);
  connect(key_, &QLineEdit::textChanged, this, &RemoteServerDialog::edited);
  connect(wants_key_, &QCheckBox::toggled, this, &RemoteServerDialog::edited);
  connect(insecure_, &QCheckBox::toggled, this, &RemoteServerDialog::edited);
  connect(model_, &QComboBox::currentTextChanged, this, &RemoteServerDialog::edited);
  return box;
}

QWidget* RemoteServerDialog::make_model_row() {
  auto* box = new QWidget(this);
  auto* across = row(box, 0, kSpace2);
  model_ = new QComboBox(box);
  model_->setEditable(true);
  model_->setInsertPolicy(QComboBox::NoInsert);
  model_->setAccessibleName(tr("Model"));
  model_->lineEdit()->setAccessibleName(model_->accessibleName());
  model_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  if (before_) model_->setEditText(before_->model);
  model_->lineEdit()->setPlaceholderText(tr("As the server calls it"));
  list_ = push_button(tr("Ask for its models"), box);
  across->addWidget(model_, 1);
  across->addWidget(list_);
  connect(list_, &QPushButton::clicked, this, [this] {
    if (waits_for_key_ || probe_.busy()) {
      ++asked_;
      waits_for_key_ = false;
      probe_.cancel();
      say(tr("Stopped."), false);
      show_busy();
    } else {
      begin(Step::kList);
    }
  });
  return box;
}

QWidget* RemoteServerDialog::make_buttons() {
  auto* box = new QWidget(this);
  auto* across = row(box, 0, kSpace2);
  test_ = push_button(tr("Test"), box);
  QPushButton* close = push_button(tr("Cancel"), box);
  keep_ = push_button({}, box, true);
  keep_->setDefault(true);
  across->addWidget(test_);
  across->addStretch(1);
  across->addWidget(close);
  across->addWidget(keep_);
  connect(test_, &QPushButton::clicked, this, [this] { begin(Step::kTest); });
  connect(close, &QPushButton::clicked, this, &QDialog::reject);
  connect(keep_, &QPushButton::clicked, this, [this] {
    if (tried_ != Tried::kNot) return accept();
    begin(Step::kKeep);
  });
  return box;
}

ServerEntry RemoteServerDialog::entry() const {
  const bool key = wants_key_->isChecked();
  return {id_,
          address_->text().trimmed(),
          model_->currentText().trimmed(),
          key,
          key && !insecure_->isHidden() && insecure_->isChecked(),
          upload_->reduction()};
}

std::optional<QString> RemoteServerDialog::key() const {
  if (!wants_key_->isChecked()) return QString();
  if (uses_kept_key()) return std::nullopt;
  return key_->text().trimmed();
}

void RemoteServerDialog::done(int result) {
  ++asked_;
  probe_.cancel();
  QDialog::done(result);
}

bool RemoteServerDialog::uses_kept_key() const {
  if (!before_ || !before_->has_key || !wants_key_->isChecked() || !key_->text().isEmpty()) return false;
  // A key goes to the server that it was entered for, and to no other.
  return servers_.source(*before_).place.host == servers_.source(entry()).place.host;
}

QString RemoteServerDialog::obstacle() const {
  const QString address = address_->text().trimmed();
  if (address.isEmpty()) return tr("Enter the server's address first");
  if (const auto place = servers_.services().place_of(address.toStdString()); !place)
    return core_words(place.error());
  if (wants_key_->isChecked() && key_->text().trimmed().isEmpty() && !uses_kept_key())
    return before_ && before_->has_key ? tr("Enter the key again: the kept one is for another server")
                                       : tr("Enter the key, or say that it wants none");
  return {};
}

void RemoteServerDialog::edited() {
  tried_ = Tried::kNot;
  if (probe_.busy() || waits_for_key_) {  // what is under way is about something else
    ++asked_;
    waits_for_key_ = false;
    probe_.cancel();
  }
  say({}, false);
  show_place();
  show_busy();
}

void RemoteServerDialog::show_place() {
  const QString address = address_->text().trimmed();
  const Result<ServerPlace> place = servers_.services().place_of(address.toStdString());
  key_->setEnabled(wants_key_->isChecked());
  key_->setPlaceholderText(uses_kept_key() ? tr("As it is kept") : QString());
  insecure_->setVisible(place && !place->encrypted && !place->loopback && wants_key_->isChecked());
  if (address.isEmpty() || !place) {
    place_->setText(address.isEmpty() ? tr("With or without /v1 at its end") : core_words(place.error()));
    return;
  }
  const QString host = QString::fromStdString(place->host);
  place_->setText(place->loopback    ? tr("%1, on this machine").arg(host)
                  : place->encrypted ? tr("%1, encrypted").arg(host)
                                     : tr("%1, unencrypted: everyone on the way can read it").arg(host));
}

void RemoteServerDialog::show_busy() {
  const bool busy = waits_for_key_ || probe_.busy();
  const QString why = obstacle();
  progress_->setVisible(busy);
  list_->setText(busy ? tr("Stop") : tr("Ask for its models"));
  list_->setAccessibleName(list_->text());
  set_enabled_or_why(list_, busy || why.isEmpty(), list_->text(), why);
  const QString not_now = busy ? tr("The server is being asked") : why;
  set_enabled_or_why(test_, not_now.isEmpty(),
                     tr("Asks for a word about a small made-up picture; nothing of yours is sent"), not_now);
  const bool badly = tried_ == Tried::kBadly;
  keep_->setText(before_ ? (badly ? tr("Keep anyway") : tr("Keep")) : badly ? tr("Add anyway") : tr("Add"));
  keep_->setAccessibleName(keep_->text());
  set_enabled_or_why(keep_, not_now.isEmpty(),
                     tried_ == Tried::kNot ? tr("Tests it, then keeps it") : keep_->text(), not_now);
}

void RemoteServerDialog::say(const QString& text, bool bad) {
  said_->setText(text);
  said_->setVisible(!text.isEmpty());
  set_style_flag(said_, "bad", bad);
}

}  // namespace fovea::ui
