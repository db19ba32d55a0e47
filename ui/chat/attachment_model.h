#pragma once

#include "ui/chat_types.h"

#include <QAbstractListModel>

namespace fovea::ui {

/// The pictures and clips beside the question that is being written, in the order in which they are sent.
class AttachmentModel : public QAbstractListModel {
  Q_OBJECT

 public:
  using QAbstractListModel::QAbstractListModel;

  const std::vector<Attachment>& attachments() const { return attachments_; }
  bool loading() const;

  /// Puts a place for what is being read at the end; its ticket.
  quint64 add_loading(const QString& name, const QString& path = {});
  void add(Attachment attachment);
  /// Fills the place of the ticket; ignored if it was removed meanwhile.
  void fill(quint64 ticket, const Attachment& attachment);
  void set(std::vector<Attachment> attachments);
  void remove(int row);
  /// Brings back what was removed last, to its place; that row, or -1 if there is nothing to bring back.
  int bring_back();
  /// Moves the attachment `by` places; false at the ends.
  bool shift(int row, int by);

  int rowCount(const QModelIndex& parent = {}) const override;
  /// Display: name; Decoration: thumbnail; ToolTip: name, size and what is wrong.
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  struct Removed {
    int row;
    Attachment attachment;
    quint64 ticket;
  };

  std::vector<Attachment> attachments_;
  std::vector<quint64> tickets_;  // beside attachments_; 0 once filled
  std::vector<Removed> removed_;  // the last of it last; of this question alone
  quint64 last_ticket_ = 0;
};

/// "1280 × 960, first frame of an animation" or what is wrong.
QString attachment_text(const Attachment& attachment);

}  // namespace fovea::ui
