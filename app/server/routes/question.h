#pragma once

#include "app/server/openai/chat_request.h"
#include "app/server/routes/route.h"

#include <memory>
#include <string_view>
#include <vector>

namespace fovea::server {

/// Reads a chat question from a call's body: JSON; a form, whose field `request` holds that JSON or whose
/// other fields are its members, with files; or one picture's bytes, with the members in the query. Files
/// come to the last user message. Errors as read_chat_request's; kUnsupported for another Content-Type.
Result<ChatRequest> read_question(const RouteContext& context, Call& call);

/// The same for routes with a flat body {"image", "prompt", "max_tokens", ...}.
Result<ChatRequest> read_flat_question(const RouteContext& context, Call& call, int default_max_tokens);

/// Whether a Content-Type is one that the functions above read.
bool is_question_type(std::string_view content_type);
/// Whether it is application/json, whatever its parameters.
bool is_json_type(std::string_view content_type);

/// Checks the model's name, fetches what is named by address, fills in what the request leaves to the server.
/// Blocks while it fetches.
Result<void> complete(const RouteContext& context, const Call& call, ChatRequest& request);

/// Starts the answers of the model that the request names, which complete() found; they are cancelled when
/// the caller goes away.
void start_answers(RouteContext& context, const std::shared_ptr<Call>& call, ChatRequest request,
                   GenerationCallbacks callbacks);

/// A call's last word for some answers: the error's code, or why the first ended.
std::string verdict_of(const std::vector<CollectedAnswer>& answers);

}  // namespace fovea::server
