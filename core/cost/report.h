#pragma once

#include <string>
#include <vector>

namespace fovea::cost {

/// One result, as a table, a script and a panel show it.
struct Line {
  std::string name;  ///< as scripts see it: "cost_per_answer"
  double value = 0.0;
  std::string unit;     ///< "money", "money/h", "hours", "%": "money" stands for the currency
  std::string formula;  ///< how it is made, in the names of inputs (with dashes) and of other lines
};

/// Results that belong together.
struct Section {
  std::string name;   ///< as scripts see it: "answer"
  std::string title;  ///< for people
  std::vector<Line> lines;
  std::vector<std::string> notes;  ///< what is assumed, what cannot be

  /// The line of that name, or nullptr.
  const Line* find(const std::string& line) const {
    for (const Line& one : lines) {
      if (one.name == line) return &one;
    }
    return nullptr;
  }
};

}  // namespace fovea::cost
