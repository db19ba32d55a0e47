#pragma once

#include <QPolygonF>
#include <QRectF>
#include <QString>
#include <vector>

namespace fovea::ui {

/// A place in a picture that an answer names. Coordinates are shares of the picture's sides, 0 … 1.
struct Region {
  QRectF box;  ///< a point has an empty box at its place
  bool point = false;
  QString label;             ///< what the answer calls it; may be empty
  qsizetype text_begin = 0;  ///< where the answer names it, in characters of its text
  qsizetype text_end = 0;
};

/// The regions in an answer as find_answer_regions() reads it, in the order of the text.
std::vector<Region> find_regions(const QString& answer);

/// The text without GLM's box marks, for showing.
QString without_box_marks(const QString& answer);

QString regions_as_json(const std::vector<Region>& regions, int width, int height);
/// A point has no right and no bottom.
QString regions_as_csv(const std::vector<Region>& regions, int width, int height);

}  // namespace fovea::ui
