#pragma once

#include "ui/monitor_watch.h"

#include <QWidget>
#include <optional>
#include <vector>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTableView;

namespace fovea::ui {

class CellTableModel;
class GaugeChart;
class RuleEditor;

/// The machine over minutes and hours: curves or a table of what is recorded, the user's rules, and what
/// fired and when.
class MonitorPanel : public QWidget {
  Q_OBJECT

 public:
  explicit MonitorPanel(MonitorWatch& monitor, QWidget* parent = nullptr);
  ~MonitorPanel() override;

  std::vector<GaugeChart*> charts() const;  ///< those that are shown
  QTableView& table() { return *table_; }
  QTableView& alerts() { return *alerts_; }
  RuleEditor& editor() { return *editor_; }
  /// What it needs with its parts below each other, which is how it is shown where there is no more room.
  QSize minimumSizeHint() const override;

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* make_head();
  QWidget* make_curves();
  QWidget* make_side();
  QWidget* make_roads();
  void show_picture();
  void show_state(const MonitorPicture& picture);
  void show_charts(const MonitorPicture& picture);
  void show_alerts(const MonitorPicture& picture);
  void arrange();
  void set_cursor(const std::optional<double>& time);
  void take_rules();
  void take_roads();
  void set_recorded(bool on);
  void save();
  void say(const QString& problem);
  void tell_shown(bool shown);

  MonitorWatch& monitor_;
  QSplitter* parts_;
  QCheckBox* record_;
  QComboBox* range_;
  QPushButton* as_table_;
  QLabel* state_;
  QLabel* problem_;
  QStackedWidget* pages_;
  QWidget* curves_;
  QGridLayout* grid_;
  std::vector<GaugeChart*> charts_;  // one a gauge
  QLabel* absent_;
  QLabel* empty_;
  CellTableModel* table_model_;
  QTableView* table_;
  RuleEditor* editor_;
  QCheckBox* notify_;
  QLineEdit* log_;
  QLineEdit* webhook_;
  QLabel* webhook_fault_;
  CellTableModel* alert_model_;
  QTableView* alerts_;
  QLabel* no_alerts_;
  std::vector<watch::Alert> shown_alerts_;
  int columns_ = 0;
  bool shown_ = false;  // as the monitor was told
  std::vector<watch::Gauge> arranged_;
};

}  // namespace fovea::ui
