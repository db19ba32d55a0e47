#pragma once

#include "ui/history_store.h"
#include "ui/services.h"

namespace fovea::ui {

/// Writes a chat with its pictures into `file`: the branch that is shown, JSON all of them. JSON, HTML and
/// PDF hold the pictures, Markdown has them in a folder beside it. The file is whole or not there. `decode`:
/// see chat_as_pdf(). kNotFound, kDiskFull.
Result<void> write_chat(Database& database, ChatId chat, const QString& file, ExportFormat format,
                        const PictureDecoder& decode = {});

/// Who says a message, for its head: Question, Answer (model).
QString speaker_name(const ChatMessage& message);

}  // namespace fovea::ui
