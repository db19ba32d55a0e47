#pragma once

#include "core/api/error.h"
#include "core/api/generation_request.h"

#include <string>

namespace fovea {

/// The JSON of POST /v1/chat/completions for a request that `validate` accepts, streamed and with usage. What
/// is no part of OpenAI's own API (top_k, min_p, repetition_penalty, ignore_eos, chat_template_kwargs,
/// mm_processor_kwargs) stands in it only if the request sets it. Cost: pictures are written in base64.
/// Errors: kUnsupported (clips, tools), kInvalidArgument (a template variable that is no JSON).
Result<std::string> chat_body(const GenerationRequest& request, const std::string& model);

}  // namespace fovea
