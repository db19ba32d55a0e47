#pragma once

#include "ui/chat_types.h"

#include <QFrame>
#include <QTimer>
#include <optional>
#include <vector>

class QMimeData;
class QLabel;
class QPushButton;
class QToolButton;

namespace fovea::ui {

class AttachmentLoader;
class AttachmentModel;
class AttachmentStrip;
class ComposerEdit;
class ForecastLine;
struct ForecastWords;

/// Where a question is written: its pictures, its text, Ask or Stop.
class Composer : public QFrame {
  Q_OBJECT

 public:
  struct Content {
    QString text;
    std::vector<Attachment> attachments;
  };

  explicit Composer(AttachmentLoader& loader, QWidget* parent = nullptr);

  void set_content(const QString& text, std::vector<Attachment> attachments);
  Content content() const { return {text(), attachments()}; }
  /// Content that was taken out before, in place of what is there; what was still being read of it is read
  /// again.
  void take_up(const Content& content);
  /// Takes the content of another window's composer; what it is still reading is read again.
  void take_over(const Composer& other);
  /// Tells of what was typed last now, where draftChanged() is still to come.
  void keep_draft();
  /// Puts the content aside while another question is edited; what was put aside before stays so.
  void put_aside();
  /// Takes up again what was put aside, in place of the content, unless that was nothing.
  void bring_back();
  void forget_aside() { aside_.reset(); }
  QString text() const;
  const std::vector<Attachment>& attachments() const;
  /// Adds files, folders' pictures or pictures of a drop, the clipboard or a choice.
  void add(const QMimeData* mime);
  /// As Ctrl+V in its text.
  void paste();
  void add_files(const QStringList& paths);
  void add_image(const QImage& image, const QString& name);
  void choose_files();

  /// Whether questions can be asked now; `why` is told where they cannot.
  void set_ready(bool ready, const QString& why);
  void set_running(bool running);
  void focus_text();
  void set_forecast(const ForecastWords& words);
  /// Whether a part of the screen can be taken; `why` is told where it cannot, empty if it can.
  void set_screen_unavailable(const QString& why);

 Q_SIGNALS:
  void asked(const QString& text, const std::vector<fovea::ui::Attachment>& attachments);
  void stopped();
  /// What was left out of what should be added: a sentence.
  void leftOut(const QString& words);
  /// A part of the screen is wanted as a picture.
  void screenWanted();
  /// Text or pictures are others; comes a moment after the first change that was not told, so that a crash
  /// costs that moment however long somebody types.
  void draftChanged();
  void textChanged();
  void attachmentsChanged();
  /// Smaller pictures are wanted: of so many pixels each.
  void fitWanted(qint64 max_pixels);
  void attachmentChosen(int index);

 private:
  void begin_draft();
  void send();
  void show_state();

  AttachmentLoader& loader_;
  AttachmentModel* model_;
  AttachmentStrip* strip_;
  ComposerEdit* edit_;
  QToolButton* add_;
  QToolButton* screen_;
  QPushButton* ask_;
  ForecastLine* forecast_;
  QTimer draft_timer_;
  std::optional<Content> aside_;
  bool ready_ = false;
  bool running_ = false;
  bool send_when_read_ = false;  // Enter was pressed while pictures were still read
  QString why_;
};

}  // namespace fovea::ui
