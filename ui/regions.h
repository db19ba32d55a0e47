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

/// Finds the regions in an answer, in the order of the text:
///  - Qwen3-VL's JSON: objects with "bbox_2d": [x1, y1, x2, y2] or "point_2d": [x, y], and "label", 0 … 1000;
///  - GLM-4.6V's <|begin_of_box|>[[x1, y1, x2, y2], …]<|end_of_box|>, 0 … 1000, with one or two brackets.
/// Coordinates outside 0 … 1000, NaN and boxes without an area are left out. Linear in the text.
std::vector<Region> find_regions(const QString& answer);

/// The text without GLM's box marks, for showing.
QString without_box_marks(const QString& answer);

QString regions_as_json(const std::vector<Region>& regions, int width, int height);
/// A point has no right and no bottom.
QString regions_as_csv(const std::vector<Region>& regions, int width, int height);

}  // namespace fovea::ui
