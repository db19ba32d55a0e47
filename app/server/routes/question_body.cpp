#include "app/file_kind.h"
#include "app/server/http/target.h"
#include "app/server/openai/response_format.h"
#include "app/server/routes/question.h"
#include "app/server/wire/base64.h"
#include "app/server/wire/json_fields.h"
#include "app/server/wire/multipart.h"
#include "core/api/utf8.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace fovea::server {
namespace {

using nlohmann::json;

struct Upload {
  std::shared_ptr<const Bytes> bytes;
  bool video = false;
  std::string name;
};

/// A body as JSON, and the files that came beside it.
struct Question {
  json fields = json::object();
  std::vector<Upload> uploads;
};

/// Whether a file is a clip. Its bytes decide where its type says no more than that it is a file, as most
/// clients say of clips.
bool is_clip(std::string_view type, std::string_view bytes, std::string_view name) {
  if (type.starts_with("video/")) return true;
  if (type.starts_with("image/")) return false;
  const auto* head = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return file_kind({head, std::min(bytes.size(), kFileHead)}, name) == FileKind::kClip;
}

/// A form's or a query's text as the JSON that it means: numbers, true and false as such, anything else as
/// text.
json meant(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  return parsed.is_number() || parsed.is_boolean() ? parsed : json(text);
}

Result<void> add_field(Question& question, const std::string& name, const std::string& text) {
  if (!is_utf8(name) || !is_utf8(text) || text.find('\0') != std::string::npos) {
    return Error{ErrorCode::kInvalidText, "A field of the form is not UTF-8 text.", {}, {}};
  }
  if (question.fields.contains(name)) {
    return Error{ErrorCode::kInvalidArgument, "The form names " + name.substr(0, 60) + " twice.", {}, name};
  }
  // What is said stays text, whatever it looks like.
  const bool words =
      name == "prompt" || name == "system" || name == "model" || name == "stop" || name == "image";
  question.fields[name] = words ? json(text) : meant(text);
  return {};
}

Result<Question> read_form(const std::string& body, std::string_view type) {
  Result<std::vector<FormPart>> parts = parse_multipart(body, type);
  if (!parts) return parts.error();
  Question question;
  for (const FormPart& part : *parts) {
    const bool file =
        !part.filename.empty() || part.type.starts_with("image/") || part.type.starts_with("video/");
    if (file) {
      question.uploads.push_back({std::make_shared<const Bytes>(part.bytes.begin(), part.bytes.end()),
                                  is_clip(part.type, part.bytes, part.filename),
                                  part.filename.empty() ? part.name : part.filename});
    } else if (part.name == "request") {
      Result<json> parsed = parse_question(part.bytes);
      if (!parsed) return parsed.error();
      if (!parsed->is_object())
        return Error{ErrorCode::kInvalidArgument, "request must be a JSON object.", {}, "request"};
      for (auto& [name, value] : parsed->items()) question.fields[name] = std::move(value);
    } else {
      const Result<void> added = add_field(question, part.name, std::string(part.bytes));
      if (!added) return added.error();
    }
  }
  return question;
}

Result<Question> read_raw(const std::string& body, const HttpHead& head, std::string_view type) {
  Question question;
  const bool video = is_clip(type, body, {});
  const auto query = parse_query(head.query);
  if (!query) return Error{ErrorCode::kInvalidArgument, "The address's query is malformed.", {}, {}};
  for (const auto& [name, value] : *query) {
    const Result<void> added = add_field(question, name, value);
    if (!added) return added.error();
  }
  question.uploads.push_back(
      {std::make_shared<const Bytes>(body.begin(), body.end()), video, video ? "clip" : "picture"});
  return question;
}

Result<Question> read_any(Call& call) {
  const std::string field(call.request().head.field("content-type"));
  const std::string type = media_type(field);
  const std::string body = call.take_body();
  if (type == "multipart/form-data") return read_form(body, field);
  if (type.starts_with("image/") || type.starts_with("video/") || type == "application/octet-stream") {
    return read_raw(body, call.request().head, type);
  }
  Result<json> parsed = parse_question(body);
  if (!parsed) return parsed.error();
  Question question;
  question.fields = std::move(*parsed);
  return question;
}

/// `prompt` and `system` of a form as messages, if it has none.
void make_messages(json& fields) {
  if (!fields.is_object() || fields.contains("messages") || !fields.contains("prompt")) return;
  json messages = json::array();
  if (fields.contains("system")) messages.push_back({{"role", "system"}, {"content", fields["system"]}});
  messages.push_back({{"role", "user"}, {"content", fields["prompt"]}});
  fields.erase("system");
  fields.erase("prompt");
  fields["messages"] = std::move(messages);
}

/// Puts the files in front of the last user message's words.
Result<void> attach(std::vector<Upload> uploads, ChatRequest& request) {
  if (uploads.empty()) return {};
  std::vector<Message>& messages = request.generation.messages;
  std::size_t last = messages.size();
  while (last > 0 && messages[last - 1].role != Role::kUser) --last;
  if (last == 0) {
    return Error{ErrorCode::kInvalidArgument, "There is no user message for the files.", {}, "messages"};
  }
  Message& message = messages[last - 1];
  for (MediaReference& reference : request.references) {
    if (reference.message == last - 1) reference.part += uploads.size();
  }
  std::vector<ContentPart> parts;
  for (Upload& upload : uploads) {
    if (upload.bytes->empty()) {
      return Error{ErrorCode::kInvalidImage, "The file " + upload.name.substr(0, 100) + " is empty.", {}, {}};
    }
    const std::string name = is_utf8(upload.name) ? upload.name.substr(0, 200) : std::string("file");
    Result<ContentPart> part = attachment(std::move(upload.bytes), upload.video, name, request.kept);
    if (!part) return part.error();
    parts.push_back(std::move(*part));
  }
  std::move(message.content.begin(), message.content.end(), std::back_inserter(parts));
  message.content = std::move(parts);
  message.plain_text = false;
  return {};
}

/// One picture of a flat body: a data URL, an address, or bare Base64.
Result<void> take_image(const json& image, const std::string& path, json& parts) {
  if (!image.is_string()) return Error{ErrorCode::kInvalidArgument, path + " must be a text.", {}, path};
  const std::string& text = image.get_ref<const std::string&>();
  const bool address = is_data_url(text) || text.find("://") != std::string::npos;
  parts.push_back({{"type", "image_url"}, {"image_url", {{"url", address ? text : "data:;base64," + text}}}});
  return {};
}

/// A flat body's `image`: one, or a list.
Result<void> take_images(const json& image, json& parts) {
  if (!image.is_array()) return take_image(image, "image", parts);
  for (std::size_t i = 0; i < image.size(); ++i) {
    Result<void> taken = take_image(image[i], "image[" + std::to_string(i) + "]", parts);
    if (!taken) return taken;
  }
  return {};
}

}  // namespace

bool is_json_type(std::string_view content_type) {
  return media_type(content_type) == "application/json";
}

bool is_question_type(std::string_view content_type) {
  const std::string type = media_type(content_type);
  return type == "application/json" || type == "multipart/form-data" || type.starts_with("image/") ||
         type.starts_with("video/") || type == "application/octet-stream";
}

Result<ChatRequest> read_question(const RouteContext& context, Call& call) {
  Result<Question> question = read_any(call);
  if (!question) return question.error();
  make_messages(question->fields);
  Result<ChatRequest> request = read_chat_request(question->fields);
  if (!request) return request;
  const bool says_length =
      question->fields.contains("max_tokens") || question->fields.contains("max_completion_tokens");
  if (!says_length) request->generation.max_new_tokens = context.options.default_max_tokens;
  const Result<void> attached = attach(std::move(question->uploads), *request);
  if (!attached) return attached.error();
  return request;
}

Result<ChatRequest> read_flat_question(const RouteContext&, Call& call, int default_max_tokens) {
  Result<Question> question = read_any(call);
  if (!question) return question.error();
  JsonFields fields(question->fields, "");
  const std::optional<std::string> prompt = fields.text("prompt");
  if (!prompt) fields.require("prompt");
  const json* history = fields.list("history");
  const json* image = fields.value("image");
  if (fields.error()) return *fields.error();
  json chat = question->fields;
  for (const char* name : {"prompt", "history", "image", "system"}) chat.erase(name);
  if (!chat.contains("max_tokens")) chat["max_tokens"] = default_max_tokens;
  json messages = json::array();
  if (question->fields.contains("system"))
    messages.push_back({{"role", "system"}, {"content", question->fields["system"]}});
  if (history != nullptr) {
    for (const json& turn : *history) messages.push_back(turn);
  }
  json parts = json::array();
  if (image != nullptr) {
    const Result<void> taken = take_images(*image, parts);
    if (!taken) return taken.error();
  }
  parts.push_back({{"type", "text"}, {"text", *prompt}});
  messages.push_back({{"role", "user"}, {"content", std::move(parts)}});
  chat["messages"] = std::move(messages);
  Result<ChatRequest> request = read_chat_request(chat);
  if (!request) return request;
  if (request->stream || request->choices != 1 || request->tools) {
    return Error{ErrorCode::kUnsupported,
                 "This route gives one answer at once.",
                 "Use /v1/chat/completions for streams, several choices and tools.",
                 {}};
  }
  const Result<void> attached = attach(std::move(question->uploads), *request);
  if (!attached) return attached.error();
  return request;
}

}  // namespace fovea::server
