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
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
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

void RemoteServerDialog::connect_probe() {
  connect(&probe_, &ServerProbe::busyChanged, this, &RemoteServerDialog::show_busy);
  connect(&probe_, &ServerProbe::listed, this, &RemoteServerDialog::take_models);
  connect(&probe_, &ServerProbe::tested, this, &RemoteServerDialog::take_trial);
  connect(&probe_, &ServerProbe::failed, this, [this](const Error& error) {
    // It may be switched off just now; whoever knows that may keep it.
    const bool named = !model_->currentText().trimmed().isEmpty();
    tried_ = step_ != Step::kList && named ? Tried::kBadly : Tried::kNot;
    say(core_words(error), true);
    show_busy();
  });
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

void RemoteServerDialog::begin(Step step) {
  if (!obstacle().isEmpty()) return;
  step_ = step;
  const ServerEntry now = entry();
  const std::string typed = key_->text().trimmed().toStdString();
  ServerCall call{now.address.toStdString(), now.model.toStdString(), now.has_key ? typed : std::string(),
                  now.insecure_key};
  if (!uses_kept_key()) return ask(call);
  waits_for_key_ = true;
  say(tr("Waiting for the keyring"), false);
  show_busy();
  servers_.call_for(id_,
                    [self = QPointer(this), number = ++asked_, call](const Result<ServerCall>& kept) mutable {
                      if (!self || self->asked_ != number) return;
                      self->waits_for_key_ = false;
                      if (!kept) {
                        self->say(core_words(kept.error()), true);
                        return self->show_busy();
                      }
                      call.key = kept->key;
                      self->ask(call);
                    });
}

void RemoteServerDialog::ask(const ServerCall& call) {
  const bool needs_list = step_ == Step::kList || call.model.empty();
  const QString host = QString::fromStdString(servers_.source(entry()).place.host);
  say(needs_list ? tr("Asking %1 for its models").arg(host) : tr("Testing %1").arg(host), false);
  if (needs_list) {
    probe_.list(call);
  } else {
    probe_.test(call);
  }
}

void RemoteServerDialog::take_models(const std::vector<ServerModel>& models) {
  const QString chosen = model_->currentText().trimmed();
  {
    const QSignalBlocker quiet(model_);
    model_->clear();
    for (const ServerModel& model : models) {
      const QString name = QString::fromStdString(model.name);
      model_->addItem(name);
      if (model.context_tokens > 0)
        model_->setItemData(model_->count() - 1,
                            tr("context %1 tokens").arg(count_text(model.context_tokens)), Qt::ToolTipRole);
    }
    const int at = model_->findText(chosen);
    if (at >= 0) model_->setCurrentIndex(at);
    if (at < 0 && models.size() > 1) model_->setEditText({});
  }
  const Step step = step_;
  tried_ = Tried::kNot;
  say(models.size() == 1 ? tr("It has one model.") : tr("It has %1 models. Choose one.").arg(models.size()),
      false);
  show_busy();
  const bool chosen_now = !model_->currentText().isEmpty();
  if (step != Step::kList && chosen_now) return begin(step);
  if (!chosen_now) model_->showPopup();
}

void RemoteServerDialog::take_trial(const ServerTrial& trial) {
  if (trial.pictures && step_ == Step::kKeep) return accept();
  tried_ = trial.pictures ? Tried::kWell : Tried::kBadly;
  say(trial.pictures ? tr("It answers, in %1, and takes pictures.").arg(seconds_text(trial.seconds))
                     : tr("It answers, but takes no pictures: %1").arg(core_words(trial.without)),
      !trial.pictures);
  show_busy();
}

}  // namespace fovea::ui
