#pragma once

#include "core/cost/inputs.h"
#include "core/cost/machine_cost.h"
#include "ui/lab_services.h"

#include <QWidget>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;

namespace fovea::ui {

/// Every input of a cost, to be seen and changed: a field each, with its unit, what it means and what counts
/// where nothing is set.
class CostForm : public QWidget {
  Q_OBJECT

 public:
  explicit CostForm(QWidget* parent = nullptr);

  void set(const Prices& prices);
  /// What was measured, shown where nothing is typed; fields that are typed count more.
  void set_measured(const cost::CostInputs& measured);
  /// What the fields say. A text that is no number, or out of its range, is an error that names the field.
  Result<Prices> prices() const;

 Q_SIGNALS:
  void changed();

 private:
  struct Field {
    const cost::InputField* input;
    QLineEdit* edit;
    QLabel* unit;
  };

  void show_units();
  void show_placeholders();

  QLineEdit* currency_;
  QComboBox* basis_;
  std::vector<Field> fields_;
  cost::CostInputs measured_;
};

}  // namespace fovea::ui
