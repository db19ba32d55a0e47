#pragma once

#include "core/api/error.h"
#include "ui/chat_types.h"
#include "ui/services.h"

#include <QByteArray>

namespace fovea::ui {

class Database;

/// A chat as a file of JSON that holds everything: all branches, and the pictures in base64. Messages of a
/// chat with branches carry "id" and "parent", and "version" is 2; without, they follow each other, and it
/// is 1.
QByteArray chat_as_json(Database& database, const Chat& chat);

/// Reads such a file and keeps it as a new chat, with numbers of its own; `decode` makes its thumbnails,
/// without it there are none. kInvalidArgument for another file, a damaged one and one of a later version.
Result<ChatId> read_chat_file(Database& database, const QString& file, const PictureDecoder& decode = {});

}  // namespace fovea::ui
