#pragma once

#include "ui/chat_types.h"

#include <QDialog>

namespace fovea::ui {

/// System prompt and sampling of one chat. `options()` after it was accepted.
class ChatOptionsDialog : public QDialog {
  Q_OBJECT

 public:
  ChatOptionsDialog(const ChatOptions& options, bool model_reasons, QWidget* parent = nullptr);

  const ChatOptions& options() const { return options_; }

 private:
  ChatOptions options_;
};

}  // namespace fovea::ui
