#pragma once

#include "ui/settings.h"

#include <QDialog>
#include <initializer_list>
#include <vector>

class QComboBox;
class QLabel;
class QVBoxLayout;

namespace fovea::ui {

class DeviceBox;

/// The settings of the program, with a search over their names, words and choices. Each change takes effect
/// at once.
class SettingsDialog : public QDialog {
  Q_OBJECT

 public:
  SettingsDialog(const Settings& settings, const QString& history_folder, QWidget* parent = nullptr);

  /// Names of the graphics cards that were found, by their numbers.
  void set_gpus(const QStringList& names);

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
  /// `also`: other words that people look for it by, marked for translation; found in English too.
  void add(const QString& name, const QString& description, QWidget* control, const char* also);
  QComboBox* choice_box(std::initializer_list<QString> names, int current);
  void add_look();
  void add_chats();
  void add_models();
  void add_device();
  void add_weights();
  void add_kv_cache();
  /// What can be computed with where the model computes; the others can't be chosen, and say why.
  void limit_weights();
  void filter(const QString& query);
  void tell();

  Settings settings_;
  QVBoxLayout* list_;
  QLabel* nothing_;
  DeviceBox* device_ = nullptr;
  QComboBox* weights_ = nullptr;
  std::vector<QLabel*> sections_;
  std::vector<Row> rows_;
};

}  // namespace fovea::ui
