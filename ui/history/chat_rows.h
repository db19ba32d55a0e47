#pragma once

#include "ui/chat_types.h"
#include "ui/history/statement.h"

namespace fovea::ui {

/// Columns of a chat `c` as summary_of() reads them.
inline constexpr auto kSummary =
    "c.id, c.title, c.pinned, c.updated, (SELECT group_concat(t.tag, char(10)) FROM (SELECT tag FROM tags "
    "WHERE chat = c.id ORDER BY tag) t)";
inline constexpr int kSummaryColumns = 5;

/// The chat of a row that begins with these columns.
inline ChatSummary summary_of(const Statement& row) {
  ChatSummary out;
  out.id = row.value(0).toLongLong();
  out.title = row.value(1).toString();
  out.pinned = row.value(2).toBool();
  out.updated = row.value(3).toLongLong();
  out.tags = row.value(4).toString().split(u'\n', Qt::SkipEmptyParts);
  return out;
}

}  // namespace fovea::ui
