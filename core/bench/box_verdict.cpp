#include "core/bench/box_verdict.h"

#include <algorithm>
#include <limits>

namespace fovea::bench {
namespace {

/// IoU by row and column, with no more rows than columns.
using Table = std::vector<std::vector<double>>;

/// Coordinates are rounded, so that an IoU of exactly kSameBox may come out a little below.
bool same_box(double iou) {
  constexpr double kRounding = 1e-9;
  return iou >= kSameBox - kRounding;
}

double area(const AnswerRegion& box) {
  return (box.right - box.left) * (box.bottom - box.top);
}

/// Which column each row gets, none twice, so that the costs add up to least: the Hungarian method, with a
/// price on each row and column (Jonker and Volgenant's shortest augmenting paths). Rows and columns are
/// counted from 1; row 0 is nobody, column 0 the row that seeks one.
std::vector<std::size_t> cheapest_columns(const Table& costs) {
  const std::size_t rows = costs.size();
  const std::size_t columns = costs.front().size();
  std::vector<double> row_price(rows + 1, 0.0);
  std::vector<double> column_price(columns + 1, 0.0);
  std::vector<std::size_t> owner(columns + 1, 0);
  for (std::size_t seeker = 1; seeker <= rows; ++seeker) {
    owner[0] = seeker;
    std::vector<double> least(columns + 1, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> before(columns + 1, 0);
    std::vector<bool> seen(columns + 1, false);
    std::size_t at = 0;
    while (owner[at] != 0) {
      seen[at] = true;
      const std::size_t row = owner[at];
      double step = std::numeric_limits<double>::infinity();
      std::size_t next = 0;
      for (std::size_t column = 1; column <= columns; ++column) {
        if (seen[column]) continue;
        const double reduced = costs[row - 1][column - 1] - row_price[row] - column_price[column];
        if (reduced < least[column]) {
          least[column] = reduced;
          before[column] = at;
        }
        if (least[column] < step) {
          step = least[column];
          next = column;
        }
      }
      for (std::size_t column = 0; column <= columns; ++column) {
        if (seen[column]) {
          row_price[owner[column]] += step;
          column_price[column] -= step;
        } else {
          least[column] -= step;
        }
      }
      at = next;
    }
    for (; at != 0; at = before[at]) owner[at] = owner[before[at]];
  }
  std::vector<std::size_t> out(rows);
  for (std::size_t column = 1; column <= columns; ++column) {
    if (owner[column] != 0) out[owner[column] - 1] = column - 1;
  }
  return out;
}

}  // namespace

double intersection_over_union(const AnswerRegion& a, const AnswerRegion& b) {
  const double width = std::min(a.right, b.right) - std::max(a.left, b.left);
  const double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  if (width <= 0.0 || height <= 0.0) return 0.0;
  const double both = width * height;
  return both / (area(a) + area(b) - both);
}

std::vector<AnswerRegion> boxes_in(std::string_view answer) {
  std::vector<AnswerRegion> boxes = find_answer_regions(answer).regions;
  std::erase_if(boxes, [](const AnswerRegion& region) { return region.point; });
  return boxes;
}

BoxVerdict judge_boxes(const std::vector<AnswerRegion>& wanted, const std::vector<AnswerRegion>& given) {
  BoxVerdict verdict;
  if (given.empty()) return verdict;
  const std::vector<AnswerRegion>& fewer = wanted.size() <= given.size() ? wanted : given;
  const std::vector<AnswerRegion>& more = wanted.size() <= given.size() ? given : wanted;
  Table ious;
  Table costs;
  for (const AnswerRegion& one : fewer) {
    ious.emplace_back();
    costs.emplace_back();
    for (const AnswerRegion& other : more) {
      const double iou = intersection_over_union(one, other);
      ious.back().push_back(iou);
      // One more pair that is the same outweighs all that IoUs can add up to.
      const double same = same_box(iou) ? 1.0 + static_cast<double>(fewer.size()) : 0.0;
      costs.back().push_back(-iou - same);
    }
  }
  const std::vector<std::size_t> columns = cheapest_columns(costs);
  std::size_t same = 0;
  double sum = 0.0;
  for (std::size_t row = 0; row < columns.size(); ++row) {
    const double iou = ious[row][columns[row]];
    same += same_box(iou) ? 1 : 0;
    sum += iou;
  }
  verdict.right = wanted.size() == given.size() && same == wanted.size();
  verdict.iou = sum / static_cast<double>(wanted.size());
  return verdict;
}

}  // namespace fovea::bench
