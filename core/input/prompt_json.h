#pragma once

#include "core/api/error.h"
#include "core/api/generation_request.h"
#include "core/input/text/template/chat_template.h"

#include <filesystem>

namespace fovea {

/// The variables that a chat template is rendered with: messages as transformers hands them over (content as
/// text or as a list of parts), tools, the request's own variables, add_generation_prompt. Errors:
/// kInvalidArgument naming the field whose JSON cannot be read.
Result<ChatTemplate::Json> template_variables(const GenerationRequest& request);

/// The tokenizer's named special tokens (bos_token, eos_token, …) from tokenizer_config.json; empty without
/// the file.
ChatTemplate::Json named_special_tokens(const std::filesystem::path& model_folder);

}  // namespace fovea
