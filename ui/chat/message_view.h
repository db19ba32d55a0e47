#pragma once

#include "ui/chat_session.h"
#include "ui/regions.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace fovea::ui {

class AnswerFoot;
class AnswerText;
class RegionChips;
class StructuredAnswer;
class VersionSwitch;

/// One message of the conversation: a question with its pictures, or an answer with its reasoning, regions,
/// state and figures.
class MessageView : public QWidget {
  Q_OBJECT

 public:
  explicit MessageView(const ChatMessage& message, QWidget* parent = nullptr);

  void update_message(const ChatMessage& message);
  void grow(const QString& text, const QString& reasoning);
  void show_progress(const AnswerProgress& progress);
  /// Offers the message's other versions; nothing is shown of a single one.
  void set_version(VersionPlace place, bool can_switch);
  /// Puts the keys on the arrow that was used, or on the other at the end of the row.
  void focus_version(int step);
  /// Lights up one of the answer's regions; -1: none.
  void highlight_region(int region);
  const std::vector<Region>& regions() const { return regions_; }

 Q_SIGNALS:
  void pictureChosen(int attachment);
  void pictureCopyWanted(int attachment);
  void editWanted();
  void againWanted();
  void longerWanted();
  void continuationWanted();
  /// The version so many further on is to be shown.
  void versionWanted(int step);
  void figuresWanted();
  void regionHovered(int region);
  /// What can be done with a region, at this place of the screen.
  void regionMenuWanted(int region, const QPoint& global);
  /// The answer has regions, and the user points at this message.
  void regionsWanted();

 private:
  void build_question(const ChatMessage& message);
  void build_answer(const ChatMessage& message);
  void show_regions();
  void show_state();
  QWidget* tools();

  ChatMessage message_;
  std::vector<Region> regions_;
  QVBoxLayout* all_;
  AnswerText* text_ = nullptr;
  QPushButton* reasoning_toggle_ = nullptr;
  AnswerText* reasoning_ = nullptr;
  StructuredAnswer* structured_ = nullptr;
  RegionChips* region_chips_ = nullptr;
  QWidget* progress_row_ = nullptr;
  QLabel* progress_text_ = nullptr;
  QProgressBar* progress_bar_ = nullptr;
  QLabel* state_ = nullptr;
  QPushButton* continue_ = nullptr;
  QPushButton* longer_ = nullptr;
  QWidget* tools_ = nullptr;
  VersionSwitch* versions_ = nullptr;
  AnswerFoot* foot_ = nullptr;
};

}  // namespace fovea::ui
