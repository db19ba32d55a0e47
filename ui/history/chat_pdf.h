#pragma once

#include "ui/chat_types.h"
#include "ui/services.h"

#include <QByteArray>

namespace fovea::ui {

class Database;

/// A chat on pages (A4, or Letter where inches are used) with its pictures and a line under each page that
/// says which of how many it is. Nothing is fetched that an answer names. `decode` reads the pictures' files;
/// without it, or where it fails, the kept thumbnail stands for a picture. Any thread; takes as long as the
/// pictures take to decode. Empty if the pages could not be written.
QByteArray chat_as_pdf(Database& database, const Chat& chat, const PictureDecoder& decode);

}  // namespace fovea::ui
