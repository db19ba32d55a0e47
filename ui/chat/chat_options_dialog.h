#pragma once

#include "ui/presets.h"

#include <QDialog>

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QHBoxLayout;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace fovea::ui {

/// System prompt and sampling of one chat, and the presets to take them from. `options()` after it was
/// accepted; presets are changed at once.
class ChatOptionsDialog : public QDialog {
  Q_OBJECT

 public:
  ChatOptionsDialog(const ChatOptions& options, std::vector<Preset> presets, bool model_reasons,
                    QWidget* parent = nullptr);

  const ChatOptions& options() const { return options_; }

 Q_SIGNALS:
  void presetsChanged(const std::vector<fovea::ui::Preset>& presets);

 private:
  QHBoxLayout* make_presets();
  void make_sampling(QFormLayout* form, bool model_reasons);
  void show_options(const ChatOptions& options);
  ChatOptions shown_options() const;
  void list_presets(const QString& chosen);
  void save_preset();
  void remove_preset();

  ChatOptions options_;
  std::vector<Preset> presets_;
  QComboBox* preset_;
  QPushButton* remove_;
  QPlainTextEdit* prompt_;
  QDoubleSpinBox* temperature_;
  QDoubleSpinBox* top_p_;
  QSpinBox* tokens_;
  QComboBox* thinking_;
};

}  // namespace fovea::ui
