#pragma once

#include "ui/history_store.h"

namespace fovea::ui {

/// Writes a chat with its pictures into `file`: JSON and HTML hold the pictures, Markdown has them in a
/// folder beside it. The file is whole or not there. kNotFound, kDiskFull.
Result<void> write_chat(Database& database, ChatId chat, const QString& file, ExportFormat format);

/// Reads such JSON and keeps it as a new chat, with numbers of its own. kInvalidArgument for another file.
Result<ChatId> read_chat_file(Database& database, const QString& file);

}  // namespace fovea::ui
