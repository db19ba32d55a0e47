#pragma once

#include "ui/history_store.h"
#include "ui/services.h"

namespace fovea::ui {

/// Writes a chat with its pictures into `file`: JSON, HTML and PDF hold the pictures, Markdown has them in a
/// folder beside it. The file is whole or not there. `decode`: see chat_as_pdf(). kNotFound, kDiskFull.
Result<void> write_chat(Database& database, ChatId chat, const QString& file, ExportFormat format,
                        const PictureDecoder& decode = {});

/// Who says a message, for its head: Question, Answer (model).
QString speaker_name(const ChatMessage& message);

/// Reads such JSON and keeps it as a new chat, with numbers of its own. kInvalidArgument for another file.
Result<ChatId> read_chat_file(Database& database, const QString& file);

}  // namespace fovea::ui
