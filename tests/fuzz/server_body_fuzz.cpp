// What strangers send the server: whatever the bytes, a body becomes a question or a clear error.
//
// Input: a byte that says how the rest is read (0 a chat request, 1 a form, 2 a query, 3 a request's target,
// 4 a data URL).

#include "app/server/http/target.h"
#include "app/server/openai/chat_request.h"
#include "app/server/openai/response_format.h"
#include "app/server/wire/base64.h"
#include "app/server/wire/multipart.h"
#include "core/api/request_check.h"
#include "core/api/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace fovea::server;

void require(bool holds) {
  if (!holds) std::abort();
}

void read_body(std::string_view text) {
  const auto parsed = parse_question(text);
  if (!parsed) return require(!parsed.error().message.empty());
  const auto request = read_chat_request(*parsed);
  if (!request) return require(!request.error().message.empty() && fovea::is_utf8(request.error().message));
  require(!request->generation.messages.empty() || !fovea::validate(request->generation));
  require(request->choices >= 1 && request->choices <= kMostChoices);
}

void read_form(std::string_view text) {
  const auto parts = parse_multipart(text, "multipart/form-data; boundary=b");
  if (!parts) return;
  require(parts->size() <= kMostFormParts);
  for (const FormPart& part : *parts) {
    require(!part.name.empty());
    require(part.bytes.empty() || (part.bytes.data() >= text.data() &&
                                   part.bytes.data() + part.bytes.size() <= text.data() + text.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      read_body(text);
      break;
    case 1:
      read_form(text);
      break;
    case 2:
      static_cast<void>(parse_query(text));
      break;
    case 3:
      if (const auto target = parse_target(text)) require(target->path.starts_with('/'));
      break;
    default:
      static_cast<void>(parse_data_url(text));
  }
  return 0;
}
