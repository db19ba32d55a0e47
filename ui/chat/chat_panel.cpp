#include "ui/chat/chat_panel.h"

#include "ui/chat/composer.h"
#include "ui/chat/sample_row.h"
#include "ui/chat/transcript_view.h"
#include "ui/chat_session.h"
#include "ui/controls.h"
#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace fovea::ui {

ChatPanel::ChatPanel(ChatSession& session, AttachmentLoader& loader, const WindowServices& services,
                     QWidget* parent)
    : QWidget(parent), session_(session) {
  setProperty("role", "surface");
  setAttribute(Qt::WA_StyledBackground);
  QVBoxLayout* all = column(this, 0, 0);
  composer_ = new Composer(loader, this);
  all->addWidget(make_header());
  all->addWidget(line(this));
  pages_ = new QStackedWidget(this);
  transcript_ = new TranscriptView(session, pages_);
  pages_->addWidget(transcript_);
  pages_->addWidget(make_first_page(services));
  all->addWidget(pages_, 1);
  auto* bottom = new QWidget(this);
  auto* across = row(bottom, 0, 0);
  across->setContentsMargins(kSpace5, kSpace2, kSpace5, kSpace3);
  auto* stack = new QWidget(bottom);
  stack->setMaximumWidth(kColumnWidth);
  QVBoxLayout* stacked = column(stack, 0, kSpace2);
  stacked->addWidget(make_notice());
  destination_ = muted_label({}, stack);
  destination_->setTextFormat(Qt::PlainText);
  stacked->addWidget(destination_);
  stacked->addWidget(composer_);
  across->addStretch(1);
  across->addWidget(stack, 1000);
  across->addStretch(1);
  all->addWidget(bottom);

  connect(&session_, &ChatSession::summaryChanged, this, [this] {
    const QString title = session_.summary().title;
    title_->setText(title.isEmpty() ? tr("New chat") : title);
  });
  connect(&session_, &ChatSession::reset, this, &ChatPanel::show_page);
  connect(&session_, &ChatSession::appended, this, &ChatPanel::show_page);
  connect(&session_, &ChatSession::runningChanged, this,
          [this] { composer_->set_running(session_.running()); });
  connect(&session_, &ChatSession::opened, this,
          [this](const QString& draft, const std::vector<Attachment>& attachments) {
            composer_->set_content(draft, attachments);
            composer_->forget_aside();
            if (!notice_held_) notice_->hide();
          });
  connect(&session_, &ChatSession::leaving, composer_, &Composer::keep_draft);
  connect(&session_, &ChatSession::editingChanged, this, &ChatPanel::show_editing);
  connect(composer_, &Composer::asked, &session_, &ChatSession::ask);
  connect(composer_, &Composer::leftOut, this, [this](const QString& words) { show_notice(words); });
  connect(composer_, &Composer::stopped, &session_, &ChatSession::stop);
  connect(composer_, &Composer::draftChanged, this,
          [this] { session_.save_draft(composer_->text(), composer_->attachments()); });
  // Before the button goes, or its keys went to what follows it.
  connect(transcript_, &TranscriptView::answerWanted, composer_, &Composer::focus_text);
  connect(transcript_, &TranscriptView::editWanted, this, [this](int index) {
    QMetaObject::invokeMethod(
        this,
        [this, index] {
          const ChatMessage question = session_.edit(index);
          if (question.id == 0) return;
          composer_->put_aside();
          composer_->set_content(question.text, question.attachments);
          composer_->focus_text();
        },
        Qt::QueuedConnection);
  });
  // The session may already run: a window that is built anew takes it up as it is.
  title_->setText(session_.summary().title.isEmpty() ? tr("New chat") : session_.summary().title);
  composer_->set_running(session_.running());
  set_destination({}, false);
  show_page();
  if (session_.editing()) show_editing(true);
}

void ChatPanel::show_editing(bool editing) {
  if (!editing) {
    if (notice_of_editing_) notice_->hide();
    return composer_->bring_back();
  }
  show_notice(tr("The question as it was stays as an earlier version."), tr("Leave it as it was"), [this] {
    composer_->set_content({}, {});
    session_.stop_editing();
  });
  notice_of_editing_ = true;
}

QWidget* ChatPanel::make_header() {
  auto* header = new QWidget(this);
  auto* layout = row(header, 0, kSpace2);
  layout->setContentsMargins(kSpace4, kSpace2, kSpace2, kSpace2);
  title_ = title_label({}, header);
  title_->setTextFormat(Qt::PlainText);
  title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  layout->addWidget(title_, 1);
  QToolButton* options =
      tool_button(QStringLiteral("settings"), tr("System prompt and sampling of this chat"), header);
  connect(options, &QToolButton::clicked, this, &ChatPanel::optionsWanted);
  layout->addWidget(options);
  QToolButton* more = tool_button(QStringLiteral("more"), tr("More about this chat"), header);
  auto* menu = new QMenu(more);
  menu->addAction(icon(QStringLiteral("edit")), tr("Rename"), this, &ChatPanel::renameWanted);
  menu->addAction(icon(QStringLiteral("download")), tr("Export"), this, &ChatPanel::exportWanted);
  menu->addSeparator();
  menu->addAction(icon(QStringLiteral("network")), tr("Connections") + QStringLiteral("\tCtrl+Shift+N"), this,
                  &ChatPanel::connectionsWanted);
  more->setMenu(menu);
  more->setPopupMode(QToolButton::InstantPopup);
  layout->addWidget(more);
  return header;
}

QWidget* ChatPanel::make_first_page(const WindowServices& services) {
  auto* page = new QWidget(pages_);
  QVBoxLayout* all = column(page, kSpace5, kSpace3);
  all->addStretch(2);
  auto* headline = title_label(tr("Drop a picture and ask about it"), page);
  headline->setAlignment(Qt::AlignHCenter);
  first_words_ = muted_label({}, page);
  first_words_->setAlignment(Qt::AlignHCenter);
  first_words_->setTextFormat(Qt::PlainText);
  all->addWidget(headline);
  all->addWidget(first_words_);
  if (!services.samples.empty()) {
    all->addSpacing(kSpace2);
    auto* samples = new SampleRow(services.samples, page);
    connect(samples, &SampleRow::chosen, this, [this](const QString& path, const QString& question) {
      const Composer::Content before = composer_->content();
      composer_->set_content(question, {});
      composer_->add_files({path});
      composer_->focus_text();
      if (before.text.trimmed().isEmpty() && before.attachments.empty()) return;
      show_notice(tr("The sample took the place of your question."), tr("Undo"),
                  [this, before] { composer_->take_up(before); });
    });
    all->addWidget(samples);
  }
  all->addSpacing(kSpace3);
  model_box_ = new QWidget(page);
  QVBoxLayout* box = column(model_box_, 0, kSpace2);
  model_text_ = new QLabel(model_box_);
  model_text_->setAlignment(Qt::AlignHCenter);
  model_text_->setWordWrap(true);
  model_detail_ = muted_label({}, model_box_);
  model_detail_->setAlignment(Qt::AlignHCenter);
  model_progress_ = new QProgressBar(model_box_);
  model_progress_->setTextVisible(false);
  model_progress_->setFixedWidth(240);
  model_action_ = push_button({}, model_box_);
  box->addWidget(model_text_);
  box->addWidget(model_progress_, 0, Qt::AlignHCenter);
  box->addWidget(model_detail_);
  box->addWidget(model_action_, 0, Qt::AlignHCenter);
  all->addWidget(model_box_);
  connect(model_action_, &QPushButton::clicked, this, [this] {
    if (loading_) {
      Q_EMIT loadCancelled();
    } else {
      Q_EMIT modelsWanted();
    }
  });
  all->addStretch(3);
  return page;
}

QWidget* ChatPanel::make_notice() {
  auto* frame = new QFrame(this);
  frame->setProperty("role", "banner");
  auto* layout = row(frame, 0, kSpace2);
  layout->setContentsMargins(kSpace3, kSpace1, kSpace1, kSpace1);
  notice_text_ = new QLabel(frame);
  notice_text_->setTextFormat(Qt::PlainText);
  notice_text_->setWordWrap(true);
  notice_action_ = push_button({}, frame);
  QToolButton* close = tool_button(QStringLiteral("close"), tr("Close this notice"), frame);
  layout->addWidget(notice_text_, 1);
  layout->addWidget(notice_action_);
  layout->addWidget(close);
  connect(close, &QToolButton::clicked, frame, &QWidget::hide);
  connect(notice_action_, &QPushButton::clicked, this, [this] {
    notice_->hide();
    if (notice_act_) notice_act_();
  });
  frame->hide();
  notice_ = frame;
  return frame;
}

void ChatPanel::show_notice(const QString& text, const QString& action, std::function<void()> act) {
  notice_text_->setText(text);
  notice_action_->setText(action);
  notice_action_->setAccessibleName(action);
  notice_action_->setToolTip(action);
  notice_action_->setVisible(!action.isEmpty());
  notice_act_ = std::move(act);
  notice_of_editing_ = notice_held_ = false;
  notice_->show();
}

void ChatPanel::set_destination(const QString& host, bool loopback, int longest_side) {
  destination_->setVisible(!host.isEmpty());
  const QString smaller = longest_side > 0
                              ? u' ' + tr("Pictures are made smaller to %1 pixels first.").arg(longest_side)
                              : QString();
  destination_->setText(QStringLiteral("↗ ") +
                        (loopback
                             ? tr("Questions and pictures go to the server %1 on this machine.").arg(host)
                             : tr("Questions and pictures leave this machine: they go to %1.").arg(host)) +
                        smaller);
  set_style_flag(destination_, "muted", loopback);
  const QString where = host.isEmpty() ? tr("Everything stays on this machine.")
                        : loopback     ? tr("A server on this machine answers.")
                                       : tr("%1 answers: pictures go there.").arg(host);
  first_words_->setText(where + u' ' + tr("Ctrl+O opens, Ctrl+V pastes."));
}

void ChatPanel::set_model_state(bool ready, const QString& headline, const QString& detail, int permille) {
  loading_ = permille >= 0;
  composer_->set_ready(ready, headline);
  model_box_->setVisible(!ready || loading_);
  model_text_->setText(headline);
  model_detail_->setText(detail);
  model_detail_->setVisible(!detail.isEmpty());
  model_progress_->setVisible(loading_);
  model_progress_->setRange(0, permille > 0 ? 1000 : 0);
  model_progress_->setValue(permille);
  model_action_->setText(loading_ ? tr("Cancel") : tr("Choose a model"));
  model_action_->setAccessibleName(model_action_->text());
  model_action_->setToolTip(loading_ ? tr("Stop loading") : tr("Show the models on this machine"));
}

void ChatPanel::show_page() {
  // A first question that is edited stands below; nothing is to begin with then.
  pages_->setCurrentIndex(session_.empty() && !session_.editing() ? 1 : 0);
}

}  // namespace fovea::ui
