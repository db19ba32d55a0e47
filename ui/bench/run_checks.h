#pragma once

#include <QString>
#include <QStringList>

namespace fovea::ui {

/// What may be typed for a parameter of a run, as far as it can be told without the run.
struct Allowed {
  enum class What { kAnything, kWhole, kNumber, kWholeList, kNumberList, kSize, kNames, kFile };

  What what = What::kAnything;
  double low = 0.0;  ///< of each number
  double high = 0.0;
  QStringList names = {};  ///< kNames: a list of these, with commas

  static Allowed whole(double low, double high) { return {What::kWhole, low, high}; }
  static Allowed number(double low, double high) { return {What::kNumber, low, high}; }
  static Allowed whole_list(double low, double high) { return {What::kWholeList, low, high}; }
  static Allowed number_list(double low, double high) { return {What::kNumberList, low, high}; }
  static Allowed size(double longest) { return {What::kSize, 1.0, longest}; }
  static Allowed of(const QStringList& names) { return {What::kNames, 0.0, 0.0, names}; }
  /// The name of a file that is there; nothing is no file.
  static Allowed file() { return {What::kFile}; }
};

/// What is wrong with a value, a sentence that says what would be right; empty: nothing. What is left empty
/// counts as usual, but for a file.
QString fault_of(const QString& name, const Allowed& allowed, const QString& value);

}  // namespace fovea::ui
