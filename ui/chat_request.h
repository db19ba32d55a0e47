#pragma once

#include "ui/chat_types.h"

namespace fovea::ui {

/// The request that a chat's messages make. Empty answers and pictures without bytes are left out. An answer
/// at the end that runs and has begun is to be continued.
GenerationRequest chat_request(const ChatOptions& options, const std::vector<ChatMessage>& messages);

/// Hashes of pictures whose bytes have to be fetched before asking, each once.
std::vector<QByteArray> missing_pictures(const std::vector<ChatMessage>& messages);

/// A title out of a question: its first words, or the name of the first picture that can be read.
QString title_of(const QString& question, const std::vector<Attachment>& attachments);

}  // namespace fovea::ui
