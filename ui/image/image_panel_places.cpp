// The places that an answer names in the picture: shown, said, copied, saved.
#include "ui/attachment_loader.h"
#include "ui/image/image_panel.h"
#include "ui/image/picture_view.h"
#include "ui/regions.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QPointer>

namespace fovea::ui {

void ImagePanel::set_regions(const std::vector<Region>& regions) {
  regions_ = regions;
  view_->set_regions(regions);
  describe_picture();
}

void ImagePanel::describe_picture() {
  const QString facts = facts_->text().replace(u'\n', QStringLiteral(", "));
  QStringList places;
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    const QString& label = regions_[i].label;
    places.append(QStringLiteral("%1 %2").arg(i + 1).arg(label.isEmpty() ? tr("without a name") : label));
  }
  seen_view_->setAccessibleDescription(facts);
  view_->setAccessibleDescription(
      places.isEmpty() ? facts
                       : facts + u' ' + tr("Places in it: %1").arg(places.join(QStringLiteral(", "))));
}

void ImagePanel::highlight_region(int region) {
  view_->highlight(region);
}

void ImagePanel::show_menu(int region, const QPoint& global) {
  if (regions_.empty()) return;
  const int width = picture_.size.width();
  const int height = picture_.size.height();
  QMenu menu(this);
  menu.addAction(tr("Copy the places as JSON"), this,
                 [&] { QGuiApplication::clipboard()->setText(regions_as_json(regions_, width, height)); });
  menu.addAction(tr("Copy the places as CSV"), this,
                 [&] { QGuiApplication::clipboard()->setText(regions_as_csv(regions_, width, height)); });
  if (region >= 0 && !regions_[std::size_t(region)].point && picture_.bytes) {
    menu.addAction(tr("Save this part of the picture"), this, [this, region] {
      const QRectF box = regions_[std::size_t(region)].box;
      const QString file =
          QFileDialog::getSaveFileName(window(), tr("Save this part of the picture"),
                                       QStringLiteral("part.png"), QStringLiteral("PNG (*.png)"));
      if (file.isEmpty()) return;
      // From the file: what is shown of a large picture is a smaller one.
      loader_.save_part(picture_, box, file, [panel = QPointer<ImagePanel>(this)](const QString& problem) {
        if (panel && !problem.isEmpty()) panel->set_problem(problem);
      });
    });
  }
  menu.exec(global);
}

}  // namespace fovea::ui
