#pragma once

#include "core/api/outbound_ledger.h"

#include <QDialog>
#include <QTimer>
#include <memory>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace fovea::ui {

class CellTableModel;

/// What this program sent to others since it was started: every connection, as it happens.
class ConnectionsDialog : public QDialog {
  Q_OBJECT

 public:
  /// `ledger` may be null: this build connects to nobody.
  explicit ConnectionsDialog(std::shared_ptr<const OutboundLedger> ledger, QWidget* parent = nullptr);

 private:
  void look();
  void show_exchanges();

  const std::shared_ptr<const OutboundLedger> ledger_;
  std::uint64_t seen_ = 0;  // OutboundLedger::changes() of what is shown
  CellTableModel* model_;
  QLabel* summary_;
  QStackedWidget* pages_;
  QTableView* view_;
  QPushButton* copy_;
  QTimer timer_;
};

}  // namespace fovea::ui
