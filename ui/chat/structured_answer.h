#pragma once

#include <QWidget>

class QPushButton;
class QTableView;

namespace fovea::ui {

class JsonTableModel;

/// Shows an answer that is JSON as a table, with a switch back to its text and a copy as CSV. Hidden, and
/// nothing inside, where the answer is anything else. GUI thread.
class StructuredAnswer : public QWidget {
  Q_OBJECT

 public:
  explicit StructuredAnswer(QWidget* parent = nullptr);

  /// The finished answer; empty while it is written.
  void set_answer(const QString& answer);
  /// Whether the table stands in the text's place.
  bool shows_table() const;

 Q_SIGNALS:
  /// The user wants the other of table and text.
  void switched();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  /// Makes what is inside, once.
  void build();
  void fit();
  void show_choice();

  QString answer_;
  JsonTableModel* model_ = nullptr;  // nothing was a table yet: null, and so the others
  QTableView* table_ = nullptr;
  QPushButton* switch_ = nullptr;
  bool as_table_ = true;
};

}  // namespace fovea::ui
