#include "ui/server/server_dialog.h"

#include "ui/controls.h"
#include "ui/local_server.h"
#include "ui/quantities.h"
#include "ui/server_words.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDesktopServices>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QUrl>
#include <QVBoxLayout>

namespace fovea::ui {
namespace {

constexpr int kCountsEveryMs = 300;
constexpr int kHeight = 420;  // pixels; room for all rows, those that come with the key too

QCheckBox* check(const QString& text, const QString& tip, bool on, QWidget* parent) {
  auto* box = new QCheckBox(text, parent);
  box->setAccessibleName(text);
  box->setToolTip(tip);
  box->setChecked(on);
  return box;
}

}  // namespace

ServerDialog::ServerDialog(const Settings& settings, LocalServer& server, QWidget* parent)
    : QDialog(parent), settings_(settings), server_(server) {
  setWindowTitle(tr("Local server"));
  setMinimumSize(scaled(500), scaled(kHeight));
  QVBoxLayout* all = column(this, kSpace4, kSpace3);
  all->addWidget(muted_label(tr("Other programs, and a page in the browser, ask the model that this window "
                                "uses. Their questions and yours share it."),
                             this));
  destination_ = new QLabel(this);
  destination_->setTextFormat(Qt::PlainText);
  destination_->setWordWrap(true);
  destination_->hide();
  all->addWidget(destination_);
  all->addWidget(make_choices());
  all->addWidget(line(this));
  all->addWidget(make_address());
  all->addStretch(1);
  QPushButton* close = push_button(tr("Close"), this, true);
  all->addWidget(close, 0, Qt::AlignRight);
  connect(close, &QPushButton::clicked, this, &QDialog::accept);
  connect(&server_, &LocalServer::changed, this, &ServerDialog::show_state);
  connect(&counts_timer_, &QTimer::timeout, this, &ServerDialog::show_counts);
  counts_timer_.start(kCountsEveryMs);
  show_state();
}

void ServerDialog::set_destination(const QString& host, bool loopback, int longest_side) {
  destination_->setText(
      QStringLiteral("↗ ") +
      (loopback
           ? tr("What callers ask is passed on to the server %1 on this machine, which answers in this "
                "window now.")
                 .arg(host)
           : tr("What callers ask leaves this machine: questions and pictures are passed on to %1, which "
                "answers in this window now.")
                 .arg(host)) +
      (longest_side > 0 ? u' ' + tr("Pictures are made smaller to %1 pixels first.").arg(longest_side)
                        : QString()));
  set_style_flag(destination_, "muted", loopback);
  destination_->setVisible(!host.isEmpty());
}

QWidget* ServerDialog::make_choices() {
  auto* box = new QWidget(this);
  QVBoxLayout* all = column(box, 0, kSpace2);
  on_ = check(tr("Answer other programs"), tr("Switches the server on; it is on again at the next start"),
              settings_.server_on, box);
  all->addWidget(on_);
  auto* port_row = row(nullptr, 0, kSpace2);
  auto* port_name = new QLabel(tr("Port"), box);
  port_ = new QSpinBox(box);
  port_->setRange(1, 65535);
  port_->setValue(settings_.server_port);
  port_->setGroupSeparatorShown(false);
  port_->setAccessibleName(tr("Port"));
  port_->setToolTip(tr("1,024 or more where you are not the administrator"));
  port_name->setBuddy(port_);
  port_row->addWidget(port_name);
  port_row->addWidget(port_);
  port_row->addStretch(1);
  all->addLayout(port_row);
  key_wanted_ =
      check(tr("Callers need a key"), tr("Without one, every program of every user of this machine may ask"),
            settings_.server_key, box);
  network_ = check(tr("Other machines may ask too"), {}, settings_.server_network, box);
  all->addWidget(key_wanted_);
  all->addWidget(network_);
  connect(on_, &QCheckBox::toggled, this, [this](bool on) {
    settings_.server_on = on;
    tell();
  });
  // As it is typed, 8 and 80 are no ports that anybody wants.
  connect(port_, &QSpinBox::editingFinished, this, [this] {
    if (settings_.server_port == port_->value()) return;
    settings_.server_port = port_->value();
    tell();
  });
  connect(key_wanted_, &QCheckBox::toggled, this, [this](bool on) {
    settings_.server_key = on;
    if (!on) network_->setChecked(false);
    tell();
  });
  connect(network_, &QCheckBox::toggled, this, [this](bool on) {
    if (settings_.server_network == on) return;
    settings_.server_network = on;
    tell();
  });
  return box;
}

QWidget* ServerDialog::make_address() {
  auto* box = new QWidget(this);
  QVBoxLayout* all = column(box, 0, kSpace2);
  auto* state_row = row(nullptr, 0, kSpace2);
  state_ = new QLabel(box);
  state_->setTextFormat(Qt::PlainText);
  state_->setWordWrap(true);
  again_ = push_button(tr("Try again"), box);
  state_row->addWidget(state_, 1);
  state_row->addWidget(again_);
  all->addLayout(state_row);
  auto* address_row = row(nullptr, 0, kSpace2);
  address_ = new QLabel(box);
  address_->setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
  open_ = push_button(tr("Open the page"), box);
  copy_address_ = push_button(tr("Copy the address"), box);
  address_row->addWidget(address_, 1);
  address_row->addWidget(open_);
  address_row->addWidget(copy_address_);
  all->addLayout(address_row);
  key_row_ = new QWidget(box);
  auto* keys = row(key_row_, 0, kSpace2);
  key_ = muted_label({}, key_row_);
  QPushButton* copy_key = push_button(tr("Copy the key"), key_row_);
  QPushButton* new_key = push_button(tr("New key"), key_row_);
  new_key->setToolTip(tr("The old one opens nothing any more"));
  keys->addWidget(key_, 1);
  keys->addWidget(copy_key);
  keys->addWidget(new_key);
  all->addWidget(key_row_);
  counts_ = muted_label({}, box);
  all->addWidget(counts_);
  connect(again_, &QPushButton::clicked, this, &ServerDialog::tell);
  connect(open_, &QPushButton::clicked, this,
          [this] { QDesktopServices::openUrl(QUrl(server_.url() + u'/')); });
  connect(address_, &QLabel::linkActivated, open_, &QPushButton::click);
  connect(copy_address_, &QPushButton::clicked, this,
          [this] { QGuiApplication::clipboard()->setText(server_.url()); });
  connect(copy_key, &QPushButton::clicked, this,
          [this] { QGuiApplication::clipboard()->setText(server_.key()); });
  connect(new_key, &QPushButton::clicked, &server_, &LocalServer::renew_key);
  return box;
}

void ServerDialog::tell() {
  Q_EMIT changed(settings_);
}

void ServerDialog::show_state() {
  const bool on = server_.state() == LocalServer::State::kOn;
  state_->setText(server_state_text(server_));
  state_->setAccessibleName(tr("State of the server: %1").arg(state_->text()));
  again_->setVisible(server_.state() == LocalServer::State::kFailed);
  address_->setVisible(on);
  open_->setVisible(on);
  copy_address_->setVisible(on);
  address_->setText(QStringLiteral("<a href=\"%1/\">%1</a>").arg(server_.url().toHtmlEscaped()));
  address_->setAccessibleName(tr("Address: %1").arg(server_.url()));
  key_row_->setVisible(on && !server_.key().isEmpty());
  key_->setText(tr("Key: %1…").arg(server_.key().left(4)));
  const bool there = server_.state() != LocalServer::State::kUnavailable;
  for (QWidget* control :
       {static_cast<QWidget*>(on_), static_cast<QWidget*>(port_), static_cast<QWidget*>(key_wanted_)})
    control->setEnabled(there);
  set_enabled_or_why(
      network_, there && settings_.server_key,
      tr("Pictures, answers and the key travel unencrypted; docs/deploying.md says how to put a "
         "proxy with TLS in front"),
      tr("Other machines may ask only if callers need a key"));
  show_counts();
}

void ServerDialog::show_counts() {
  const bool runs =
      server_.state() == LocalServer::State::kOn || server_.state() == LocalServer::State::kStopping;
  counts_->setVisible(runs || server_.answered() > 0);
  counts_->setText(tr("Questions: %1 under way, %2 answered")
                       .arg(count_text(server_.under_way()), count_text(server_.answered())));
}

}  // namespace fovea::ui
