#include "ui/bench/run_form.h"

#include "core/bench/ablation/ablation_switches.h"
#include "core/bench/report/run_record.h"
#include "ui/controls.h"
#include "ui/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFontDatabase>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

namespace fovea::ui {

RunForm::RunForm(QWidget* parent) : QWidget(parent), kinds_(run_kinds()) {
  QVBoxLayout* all = column(this, 0, kSpace2);
  auto* head = row(nullptr, 0, kSpace2);
  kind_ = new QComboBox(this);
  kind_->setAccessibleName(tr("What is measured"));
  kind_->setToolTip(tr("What is measured"));
  for (const RunKind& kind : kinds_) kind_->addItem(kind.name);
  start_ = push_button(tr("Measure"), this, true);
  head->addWidget(kind_, 1);
  head->addWidget(start_);
  all->addLayout(head);
  what_ = muted_label({}, this);
  all->addWidget(what_);
  model_text_ = muted_label({}, this);
  all->addWidget(model_text_);
  fault_ = new QLabel(this);
  fault_->setWordWrap(true);
  fault_->setTextFormat(Qt::PlainText);
  fault_->setProperty("bad", true);
  fault_->setAccessibleName(tr("What can't be measured so"));
  fault_->hide();
  all->addWidget(fault_);
  command_ = muted_label({}, this);
  command_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  command_->setAccessibleName(tr("The same in a terminal"));
  all->addWidget(command_);
  setFocusProxy(kind_);
  connect(kind_, &QComboBox::currentIndexChanged, this, &RunForm::show_kind);
  connect(start_, &QPushButton::clicked, this, [this] { Q_EMIT startWanted(arguments()); });
  show_kind();
}

void RunForm::set_model(const RunModel& model, const QString& name) {
  model_ = model;
  model_text_->setText(
      name.isEmpty() ? tr("There is no model to measure. Choose one under Model.")
                     : tr("Measured on %1, loaded anew for the run: no guessing of tokens, as in a terminal. "
                          "Until it is over the chat has no model.")
                           .arg(name));
  show_command();
}

void RunForm::set_obstacle(const QString& why) {
  obstacle_ = why;
  show_start();
}

void RunForm::show_start() {
  const QString fault = fault_of(kinds_[std::size_t(kind_->currentIndex())], values());
  fault_->setText(fault);
  fault_->setVisible(!fault.isEmpty());
  const QString reason = model_.folder.empty()  ? tr("There is no model to measure")
                         : !obstacle_.isEmpty() ? obstacle_
                                                : fault;
  set_enabled_or_why(start_, reason.isEmpty(), tr("Begin the run"), reason);
}

void RunForm::set_browser_obstacle(const QString& why) {
  auto* entries = qobject_cast<QStandardItemModel*>(kind_->model());
  for (int i = 0; i < int(kinds_.size()); ++i) {
    if (!kinds_[std::size_t(i)].browser) continue;
    entries->item(i)->setEnabled(why.isEmpty());
    // A list shows no tooltip of what is disabled: the entry says it itself.
    const QString& name = kinds_[std::size_t(i)].name;
    entries->item(i)->setText(why.isEmpty() ? name : tr("%1 (%2)").arg(name, why));
    if (!why.isEmpty() && kind_->currentIndex() == i) pick(0);
  }
}

void RunForm::pick(int kind) {
  kind_->setCurrentIndex(kind);
}

void RunForm::show_kind() {
  const RunKind& kind = kinds_[std::size_t(kind_->currentIndex())];
  what_->setText(kind.what);
  delete fields_;
  readers_.clear();
  fields_ = new QWidget(this);
  auto* grid = new QGridLayout(fields_);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(kSpace3);
  grid->setVerticalSpacing(kSpace1);
  grid->setColumnStretch(1, 1);
  grid->setColumnStretch(3, 1);
  QWidget* before = kind_;
  int at = 0;
  for (const RunParameter& parameter : kind.parameters) {
    Reader reader;
    QWidget* field = field_of(parameter, reader);
    readers_.push_back(std::move(reader));
    field->setToolTip(parameter.tip);
    const int line = at / 2;
    const int left = at % 2 * 2;
    if (parameter.form == RunParameter::Form::kFlag) {
      grid->addWidget(field, line, left, 1, 2);
    } else {
      auto* label = new QLabel(parameter.name, fields_);
      label->setToolTip(parameter.tip);
      label->setBuddy(field);
      grid->addWidget(label, line, left);
      grid->addWidget(field, line, left + 1);
    }
    setTabOrder(before, field);
    before = field;
    ++at;
  }
  setTabOrder(before, start_);
  static_cast<QVBoxLayout*>(layout())->insertWidget(2, fields_);
  show_command();
}

QWidget* RunForm::field_of(const RunParameter& parameter, Reader& reader) {
  switch (parameter.form) {
    case RunParameter::Form::kFlag: {
      auto* box = new QCheckBox(parameter.name, fields_);
      connect(box, &QCheckBox::toggled, this, &RunForm::show_command);
      reader = [box] { return box->isChecked() ? QStringLiteral("1") : QString(); };
      return box;
    }
    case RunParameter::Form::kSwitch: {
      auto* box = new QComboBox(fields_);
      box->addItem(tr("All of them"));
      for (const bench::AblationSwitch& one : bench::ablation_switches()) {
        box->addItem(QString::fromUtf8(one.name));
        box->setItemData(box->count() - 1, QString::fromUtf8(one.what), Qt::ToolTipRole);
      }
      box->setAccessibleName(parameter.name);
      connect(box, &QComboBox::currentIndexChanged, this, &RunForm::show_command);
      reader = [box] { return box->currentIndex() > 0 ? box->currentText() : QString(); };
      return box;
    }
    case RunParameter::Form::kPicture:
    case RunParameter::Form::kFile:
      return file_field(parameter, reader);
    case RunParameter::Form::kText:
      break;
  }
  auto* edit = new QLineEdit(parameter.usual, fields_);
  edit->setAccessibleName(parameter.name);
  edit->setPlaceholderText(parameter.usual.isEmpty() ? tr("none") : parameter.usual);
  connect(edit, &QLineEdit::textChanged, this, &RunForm::show_command);
  connect(edit, &QLineEdit::returnPressed, start_, &QPushButton::click);
  reader = [edit] { return edit->text(); };
  return edit;
}

QWidget* RunForm::file_field(const RunParameter& parameter, Reader& reader) {
  auto* both = new QWidget(fields_);
  auto* line = row(both, 0, kSpace1);
  auto* edit = new QLineEdit(both);
  edit->setAccessibleName(parameter.name);
  const bool picture = parameter.form == RunParameter::Form::kPicture;
  edit->setPlaceholderText(picture ? tr("one of the samples") : tr("none chosen"));
  edit->setToolTip(parameter.tip);
  QToolButton* choose = tool_button(picture ? QStringLiteral("image") : QStringLiteral("more"),
                                    picture ? tr("Choose a picture") : tr("Choose a file"), both);
  line->addWidget(edit, 1);
  line->addWidget(choose);
  both->setFocusProxy(edit);
  connect(edit, &QLineEdit::textChanged, this, &RunForm::show_command);
  connect(edit, &QLineEdit::returnPressed, start_, &QPushButton::click);
  connect(choose, &QToolButton::clicked, this, [this, edit, picture] {
    const QString file =
        QFileDialog::getOpenFileName(window(), picture ? tr("Picture to ask about") : tr("File of cases"));
    if (!file.isEmpty()) edit->setText(file);
  });
  reader = [edit] { return edit->text(); };
  return both;
}

std::vector<QString> RunForm::values() const {
  std::vector<QString> values;
  for (const Reader& reader : readers_) values.push_back(reader());
  return values;
}

std::vector<std::string> RunForm::arguments() const {
  return arguments_of(kinds_[std::size_t(kind_->currentIndex())], values(), model_);
}

void RunForm::show_command() {
  bench::RunRecord record;
  record.arguments = arguments();
  command_->setText(tr("In a terminal: %1 --out FOLDER").arg(QString::fromStdString(record.command())));
  show_start();
}

}  // namespace fovea::ui
