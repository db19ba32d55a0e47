#pragma once

#include <QScrollArea>
#include <QTimer>
#include <vector>

class QPushButton;

namespace fovea::ui {

class ChatSession;
class MessageColumn;
class MessageView;
struct ChatMessage;

/// The conversation, newest at the bottom, at most kColumnWidth wide. Of a long one the end is built first
/// and the rest in small steps as it is scrolled to, so that neither length nor width of a chat blocks the
/// window.
class TranscriptView : public QScrollArea {
  Q_OBJECT

 public:
  explicit TranscriptView(ChatSession& session, QWidget* parent = nullptr);

  /// Lights up a region in the message whose regions are shown.
  void highlight_region(int message, int region);
  /// Whether messages are still to be built that are wanted now.
  bool building() const { return build_timer_.isActive(); }
  /// Parts with the conversation for good, before the window goes: its messages are deleted a few at a time.
  void release_views();

 Q_SIGNALS:
  void pictureChosen(int message, int attachment);
  void pictureCopyWanted(int message, int attachment);
  void editWanted(int message);
  /// An answer is asked for by a button here, which goes while it is written.
  void answerWanted();
  void figuresWanted(int message);
  void regionsWanted(int message);
  void regionHovered(int message, int region);
  void regionMenuWanted(int message, int region, const QPoint& global);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void rebuild();
  void build_some();
  MessageView* make_view(int index);
  MessageView* view_of(int index) const;
  void stick_to_end();
  /// Lays out all that holds a message, now: one painting shows what would else be painted level by level.
  void settle(QWidget* message);
  void show_version();

  ChatSession& session_;
  QWidget* column_;
  MessageColumn* layout_;
  QPushButton* earlier_;
  std::vector<MessageView*> views_;  // of messages first_ …
  int first_ = 0;                    // the earliest message that has a view
  int wanted_first_ = 0;             // build back to here
  bool at_end_ = true;
  int version_to_show_ = -1;     // the message that was switched; scrolled to once it has a view
  int version_step_ = 1;         // where to
  bool keys_were_here_ = false;  // before everything was built anew
  QTimer build_timer_;
};

}  // namespace fovea::ui
