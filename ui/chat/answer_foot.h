#pragma once

#include "ui/chat_types.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace fovea::ui {

class WaterfallView;

/// The line under an answer with its figures; unfolds into waterfall and details.
class AnswerFoot : public QWidget {
  Q_OBJECT

 public:
  explicit AnswerFoot(QWidget* parent = nullptr);

  void set_answer(const ChatMessage& answer);

 Q_SIGNALS:
  /// Unfolded: this answer's figures are of interest.
  void unfolded();

 private:
  void unfold(bool open);

  QPushButton* summary_;
  QWidget* details_;
  WaterfallView* waterfall_ = nullptr;
  QLabel* facts_ = nullptr;
  AnswerFigures figures_;
  QString facts_text_;
};

}  // namespace fovea::ui
