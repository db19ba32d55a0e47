#include "ui/chat/composer.h"

#include "ui/attachment_loader.h"
#include "ui/chat/attachment_model.h"
#include "ui/chat/attachment_strip.h"
#include "ui/chat/composer_edit.h"
#include "ui/chat/forecast_line.h"
#include "ui/controls.h"
#include "ui/dropped_files.h"
#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QImage>
#include <QMimeData>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kDraftAfterMs = 600;
constexpr int kMostAttachments = 500;

}  // namespace

Composer::Composer(AttachmentLoader& loader, QWidget* parent)
    : QFrame(parent),
      loader_(loader),
      model_(new AttachmentModel(this)),
      strip_(new AttachmentStrip(*model_, this)),
      edit_(new ComposerEdit(this)) {
  setProperty("role", "composer");
  QVBoxLayout* all = column(this, kSpace2, kSpace1);
  all->addWidget(strip_);
  auto* bottom = row(nullptr, 0, kSpace2);
  add_ = tool_button(QStringLiteral("image"), tr("Add pictures or a clip"), this, QStringLiteral("Ctrl+O"));
  ask_ = push_button(tr("Ask"), this, true);
  screen_ = tool_button(QStringLiteral("region"), tr("Take a part of the screen"), this,
                        QStringLiteral("Ctrl+Shift+S"));
  bottom->addWidget(add_, 0, Qt::AlignBottom);
  bottom->addWidget(screen_, 0, Qt::AlignBottom);
  bottom->addWidget(edit_, 1, Qt::AlignVCenter);
  bottom->addWidget(ask_, 0, Qt::AlignBottom);
  all->addLayout(bottom);
  forecast_ = new ForecastLine(this);
  all->addWidget(forecast_);
  connect(forecast_, &ForecastLine::fitWanted, this, &Composer::fitWanted);
  edit_->setAccessibleName(tr("Question"));
  // As they stand, from left to right.
  setTabOrder(strip_, add_);
  setTabOrder(add_, screen_);
  setTabOrder(screen_, edit_);
  setTabOrder(edit_, ask_);
  strip_->hide();
  draft_timer_.setSingleShot(true);
  draft_timer_.setInterval(kDraftAfterMs);

  connect(add_, &QToolButton::clicked, this, &Composer::choose_files);
  connect(screen_, &QToolButton::clicked, this, &Composer::screenWanted);
  connect(ask_, &QPushButton::clicked, this, [this] {
    if (running_) {
      Q_EMIT stopped();
    } else {
      send();
    }
  });
  connect(edit_, &ComposerEdit::sent, this, [this] {
    if (!running_) send();
  });
  connect(edit_, &ComposerEdit::pasted, this, &Composer::add);
  connect(edit_, &ComposerEdit::undoWanted, model_, &AttachmentModel::bring_back);
  connect(edit_, &ComposerEdit::focused, this, [this](bool has) { set_style_flag(this, "focus", has); });
  connect(edit_, &QPlainTextEdit::textChanged, this, [this] {
    begin_draft();
    show_state();
    Q_EMIT textChanged();
  });
  connect(&draft_timer_, &QTimer::timeout, this, &Composer::draftChanged);
  connect(strip_, &AttachmentStrip::chosen, this, &Composer::attachmentChosen);
  connect(&loader_, &AttachmentLoader::loaded, this, [this](quint64 ticket, const Attachment& attachment) {
    model_->fill(ticket, attachment);
    if (send_when_read_ && !model_->loading()) send();
  });
  const auto changed = [this] {
    if (model_->rowCount() == 0 && strip_->hasFocus()) focus_text();  // or the keys went anywhere
    strip_->setVisible(model_->rowCount() > 0);
    begin_draft();
    show_state();
    Q_EMIT attachmentsChanged();
  };
  connect(model_, &QAbstractItemModel::rowsInserted, this, changed);
  connect(model_, &QAbstractItemModel::rowsRemoved, this, changed);
  connect(model_, &QAbstractItemModel::rowsMoved, this, changed);
  connect(model_, &QAbstractItemModel::modelReset, this, changed);
  connect(model_, &QAbstractItemModel::dataChanged, this, changed);
  show_state();
}

void Composer::begin_draft() {
  if (!draft_timer_.isActive()) draft_timer_.start();
}

void Composer::keep_draft() {
  if (!draft_timer_.isActive()) return;
  draft_timer_.stop();
  Q_EMIT draftChanged();
}

void Composer::put_aside() {
  if (!aside_) aside_ = content();
}

void Composer::bring_back() {
  if (!aside_) return;
  const Content before = *std::exchange(aside_, std::nullopt);
  if (!before.text.isEmpty() || !before.attachments.empty()) take_up(before);
  begin_draft();
}

void Composer::set_content(const QString& text, std::vector<Attachment> attachments) {
  send_when_read_ = false;
  edit_->setPlainText(text);
  edit_->moveCursor(QTextCursor::End);
  model_->set(std::move(attachments));
  draft_timer_.stop();  // what was just read need not be written
}

void Composer::take_over(const Composer& other) {
  take_up(other.content());
  aside_ = other.aside_;
}

void Composer::take_up(const Content& content) {
  std::vector<Attachment> read;
  QStringList again;
  for (const Attachment& a : content.attachments) {
    if (!a.loading) {
      read.push_back(a);
    } else if (!a.path.isEmpty()) {
      again.append(a.path);
    }
  }
  set_content(content.text, std::move(read));
  add_files(again);
  begin_draft();
}

void Composer::set_forecast(const ForecastWords& words) {
  forecast_->set_words(words);
}

void Composer::set_screen_unavailable(const QString& why) {
  set_enabled_or_why(screen_, why.isEmpty(), screen_->toolTip(), why);
}

QString Composer::text() const {
  return edit_->toPlainText();
}
const std::vector<Attachment>& Composer::attachments() const {
  return model_->attachments();
}

void Composer::add(const QMimeData* mime) {
  const DroppedFiles dropped = expanded_files(mime->urls(), kMostAttachments - model_->rowCount());
  const QString name = tr("Pasted picture");
  if (dropped.files.isEmpty() && dropped.pictures.isEmpty() && mime->hasImage())
    return add_image(qvariant_cast<QImage>(mime->imageData()), name);
  if (const QString words = left_out_words(dropped); !words.isEmpty()) Q_EMIT leftOut(words);
  add_files(dropped.files);
  for (const QUrl& picture : dropped.pictures) loader_.load_address(picture, name, model_->add_loading(name));
}

void Composer::paste() {
  edit_->paste();
  focus_text();
}

void Composer::add_image(const QImage& image, const QString& name) {
  loader_.load_image(image, name, model_->add_loading(name));
}

void Composer::add_files(const QStringList& paths) {
  for (const QString& path : paths) {
    if (model_->rowCount() >= kMostAttachments) break;
    loader_.load_file(path, model_->add_loading(QFileInfo(path).fileName(), path));
  }
}

void Composer::choose_files() {
  const QStringList files = QFileDialog::getOpenFileNames(
      window(), tr("Add pictures or a clip"), {},
      tr("Pictures and clips") +
          QStringLiteral(
              " (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.mp4 *.m4v *.mov *.mkv *.webm *.avi);;") +
          tr("All files") + QStringLiteral(" (*)"));
  add_files(files);
}

void Composer::send() {
  if (!ready_) return;
  if (model_->loading()) {
    send_when_read_ = true;
    return show_state();
  }
  send_when_read_ = false;
  const QString question = text();
  const auto usable = std::count_if(attachments().begin(), attachments().end(),
                                    [](const Attachment& a) { return a.usable(); });
  if (question.trimmed().isEmpty() && usable == 0) return;
  const std::vector<Attachment> pictures = attachments();
  set_content({}, {});
  Q_EMIT asked(question, pictures);
}

void Composer::set_ready(bool ready, const QString& why) {
  ready_ = ready;
  why_ = why;
  show_state();
}

void Composer::set_running(bool running) {
  running_ = running;
  show_state();
}

void Composer::focus_text() {
  edit_->setFocus();
}

void Composer::show_state() {
  const auto good = [](const Attachment& a) { return a.problem.isEmpty(); };
  const auto count = std::count_if(attachments().begin(), attachments().end(), good);
  const bool clips = std::any_of(attachments().begin(), attachments().end(),
                                 [&](const Attachment& a) { return good(a) && a.clip; });
  edit_->setPlaceholderText(count == 0  ? tr("Ask, or drop a picture here")
                            : count > 1 ? tr("Ask about the pictures")
                            : clips     ? tr("Ask about the clip")
                                        : tr("Ask about the picture"));
  edit_->viewport()->update();  // Qt leaves the placeholder that stood there
  ask_->setText(running_ ? tr("Stop") : tr("Ask"));
  ask_->setAccessibleName(ask_->text());
  set_style_flag(ask_, "primary", !running_);
  ask_->setIcon(running_ ? icon(QStringLiteral("stop")) : QIcon());
  if (running_) {
    set_enabled_or_why(ask_, true, tr("Stop the answer (Esc)"), {});
    return;
  }
  const bool something = !text().trimmed().isEmpty() || count > 0;
  const QString why = !ready_           ? why_
                      : send_when_read_ ? tr("Is asked as soon as the pictures are read")
                      : !attachments().empty()
                          ? tr("None of these files can be read: write a question or add another one")
                          : tr("Write a question or add a picture first");
  set_enabled_or_why(ask_, ready_ && something && !send_when_read_, tr("Ask (Enter)"), why);
}

}  // namespace fovea::ui
