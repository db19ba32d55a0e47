#pragma once

#include "ui/settings.h"

#include <QDialog>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace fovea::ui {

/// The settings of the program, with a search over their names. Each change takes effect at once.
class SettingsDialog : public QDialog {
  Q_OBJECT

 public:
  SettingsDialog(const Settings& settings, const QString& history_folder, QWidget* parent = nullptr);

 Q_SIGNALS:
  void changed(const fovea::ui::Settings& settings);
  /// The dialog closes, and the server's is wanted.
  void serverWanted();

 private:
  struct Row {
    QWidget* widget;
    QString words;  ///< what the search looks at
    std::size_t section;
  };

  void begin_section(const QString& title);
  void add(const QString& name, const QString& description, QWidget* control);
  void add_look();
  void add_chats();
  void add_models();
  void filter(const QString& query);
  void tell();

  Settings settings_;
  QVBoxLayout* list_;
  QLabel* nothing_;
  std::vector<QWidget*> sections_;
  std::vector<Row> rows_;
};

}  // namespace fovea::ui
