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

class Fold;

/// Every input of a cost, to be seen and changed: a field each, with its unit, what it means and what counts
/// where nothing is set. As wide as two columns it has two; of its sections those that every cost needs are
/// open, and those in which something is set.
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

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Field {
    const cost::InputField* input;
    QLabel* name;
    QLineEdit* edit;
    QLabel* unit;
    Fold* section;
  };

  Fold* section_of(const char* name);
  void add_field(const cost::InputField& input, Fold* section);
  /// Puts the fields of every section into so many columns, by rows.
  void arrange(int columns);
  void show_units();
  void show_placeholders();

  QLineEdit* currency_;
  QComboBox* basis_;
  std::vector<Fold*> sections_;
  int columns_ = 0;
  std::vector<Field> fields_;
  cost::CostInputs measured_;
};

}  // namespace fovea::ui
