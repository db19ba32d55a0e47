#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

namespace fovea::ui {

/// An answer in JSON as rows and columns, in the order in which the answer names them. Numbers stand as they
/// were written (12.50 stays 12.50), strings without quotes, nested values as compact JSON, null as nothing.
struct JsonTable {
  QStringList columns;  ///< of an array: each field once. Of one object: empty, its rows are name and value
  std::vector<QStringList> rows;  ///< all as long as columns; of one object two cells each
  bool one_object() const { return columns.isEmpty(); }
};

inline constexpr qsizetype kLongestTableText = 200'000;  ///< characters; a longer answer stays text
inline constexpr qsizetype kMostTableColumns = 64;
inline constexpr qsizetype kMostTableCells = 50'000;  ///< rows with few of many fields are mostly empty ones

/// Reads an answer that is nothing but one JSON object, or one array of objects; a Markdown fence (```json or
/// without a name) around it and GLM's box marks are allowed. Nothing for everything else: other text beside
/// it, malformed JSON, empty values, arrays of something else, more than the bounds above. Linear in the
/// text.
std::optional<JsonTable> read_json_table(const QString& answer);

/// RFC 4180 with lines that end in \n: a cell with a comma, a quote or a line's end stands in quotes. The
/// first line names the columns; `name` and `value` are the words for them where the table is one object.
QString table_as_csv(const JsonTable& table, const QString& name, const QString& value);

}  // namespace fovea::ui
