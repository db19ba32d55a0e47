#pragma once

#include <string_view>

namespace fovea {

/// Whether a hub's name of a file could lead out of a model's folder or is made to mislead: an absolute path,
/// empty parts, "." or "..", a backslash, control characters, bytes that are no UTF-8, a part over 255 bytes.
/// No honest repository has such a name.
bool is_dangerous_path(std::string_view path);

/// Whether a file of a repository is fetched: safetensors, and the JSON, templates and text beside them that
/// a loader or a reader needs (config.json, tokenizer files, *.jinja, LICENSE, README.md, ...), in the
/// model's own folder, not below it; except for additional_chat_templates/*.jinja. Hidden files, pickles and
/// other formats never are, nor what is_dangerous_path().
bool is_wanted(std::string_view path);

/// A weight file by its name.
bool is_weight_file(std::string_view path);

}  // namespace fovea
