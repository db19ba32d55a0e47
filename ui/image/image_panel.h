#pragma once

#include "core/api/engine.h"
#include "ui/chat_types.h"
#include "ui/regions.h"

#include <QTimer>
#include <QWidget>
#include <optional>

class QBoxLayout;
class QLabel;
class QSlider;
class QStackedWidget;
class QToolButton;

namespace fovea::ui {

class AttachmentLoader;
class PictureView;
struct ForecastWords;

/// What the model saw of a picture, or would see: the picture with its patch grid, beside it the resized one,
/// which is zoomed and moved with it; sizes, tokens, the pixel budget; and the regions that an answer names.
class ImagePanel : public QWidget {
  Q_OBJECT

 public:
  explicit ImagePanel(AttachmentLoader& loader, QWidget* parent = nullptr);

  /// Shows a picture; its bytes have to be there. `seen`: what the model saw of it, where it was asked.
  void show_picture(const Attachment& picture, const std::optional<VisionInput>& seen);
  void clear();
  /// What the model would see now.
  void set_preview(const VisionInput& seen, std::int64_t prompt_tokens);
  void set_problem(const QString& problem);
  /// Of the question that is being written; stands under the budget.
  void set_forecast(const ForecastWords& words);
  void set_regions(const std::vector<Region>& regions);
  void highlight_region(int region);
  /// What can be done with the places that are shown, and with one of them, -1: none, at this place of the
  /// screen.
  void show_menu(int region, const QPoint& global);
  /// Of the loaded model, in pixels and patches; 0: none is loaded, or `why_none`.
  void set_model(int patch_size, int merge_size, const QString& why_none = {});
  void set_budget(std::int64_t max_pixels);

 Q_SIGNALS:
  /// The budget for resized pictures, in pixels; 0: what the model says.
  void budgetChanged(qint64 max_pixels);
  void regionHovered(int region);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void show_seen();
  /// Puts the two pictures beside or below each other: whichever shows them larger.
  void arrange_pictures();
  void show_facts();
  /// To those who can't see it.
  void describe_picture();
  std::int64_t budget_tokens() const;

  AttachmentLoader& loader_;
  QStackedWidget* pages_;
  QBoxLayout* pictures_;
  PictureView* view_;
  PictureView* seen_view_;  // as the model sees it
  QToolButton* grid_button_;
  QToolButton* seen_button_;
  QLabel* name_;
  QLabel* facts_;
  QLabel* budget_text_;
  QSlider* budget_;
  QLabel* forecast_;
  QTimer budget_timer_;
  Attachment picture_;
  QImage original_;
  QImage resized_;
  std::optional<VisionInput> seen_;
  std::int64_t prompt_tokens_ = 0;
  std::vector<Region> regions_;
  QString problem_;
  int patch_ = 0;
  int merge_ = 0;
  quint64 ticket_ = 0;
};

}  // namespace fovea::ui
