#pragma once

#include "core/api/engine.h"
#include "core/api/message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::cli {

/// A conversation as Markdown: who answered, then every turn, pictures and clips by their names.
std::string chat_markdown(const ModelInfo& model, const std::optional<std::string>& system,
                          const std::vector<Message>& turns);

/// Writes `text` to a file that is not there yet: whole or not at all (a temporary file beside it, synced,
/// then renamed). kInvalidArgument if the file exists, kInternal if it cannot be written.
Result<void> save_new_file(const std::string& path, std::string_view text);

}  // namespace fovea::cli
