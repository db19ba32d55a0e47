#pragma once

#include "ui/monitor_settings.h"

#include <QWidget>
#include <optional>
#include <utility>
#include <vector>

class QGridLayout;
class QLabel;
class QPushButton;

namespace fovea::ui {

/// The rules as rows: on or off, what is looked at, its limit, for how long. What is typed counts with Enter
/// or when the field is left.
class RuleEditor : public QWidget {
  Q_OBJECT

 public:
  explicit RuleEditor(QWidget* parent = nullptr);

  void set(std::vector<KeptRule> rules);
  const std::vector<KeptRule>& rules() const { return rules_; }
  /// Those that hold now are marked.
  void set_standing(const std::vector<watch::Rule>& standing);

  /// The wheel scrolls the page; a field it changes only while it has the focus.
  bool eventFilter(QObject* watched, QEvent* event) override;

 Q_SIGNALS:
  void edited();

 private:
  void build();
  void build_row(QGridLayout* grid, int at);
  void add();
  void remove(int at);
  void bring_back();

  std::vector<KeptRule> rules_;
  std::optional<std::pair<int, KeptRule>> removed_;
  std::vector<QLabel*> marks_;
  QWidget* rows_ = nullptr;
  QPushButton* undo_;
};

}  // namespace fovea::ui
