#include "app/server/openai/messages.h"

#include "app/server/wire/base64.h"
#include "app/server/wire/json_fields.h"
#include "app/server/wire/memory_file.h"

#include <optional>
#include <utility>

namespace fovea::server {
namespace {

using nlohmann::json;

constexpr std::int64_t kLowDetailPixels = 512 * 512;  // OpenAI's `detail: low` shows a model 512 x 512

Error wrong(ErrorCode code, const std::string& field, const std::string& what, std::string remedy = {}) {
  return {code, field + " " + what, std::move(remedy), field};
}

std::optional<Role> role_of(const std::string& name) {
  if (name == "system" || name == "developer") return Role::kSystem;
  if (name == "user") return Role::kUser;
  if (name == "assistant") return Role::kAssistant;
  if (name == "tool" || name == "function") return Role::kTool;
  return std::nullopt;
}

/// Reads one message's parts.
class PartReader {
 public:
  PartReader(ChatRequest& request, std::size_t message) : request_(request), message_(message) {}

  Result<void> read(const json& part, const std::string& path, Message& into) {
    JsonFields fields(part, path);
    const std::optional<std::string> type = fields.text("type");
    if (fields.error()) return *fields.error();
    if (!type) return wrong(ErrorCode::kInvalidArgument, path + ".type", "is missing.");
    if (*type == "text") {
      const std::optional<std::string> text = fields.text("text");
      if (fields.error()) return *fields.error();
      if (!text) return wrong(ErrorCode::kInvalidArgument, path + ".text", "is missing.");
      into.content.emplace_back(TextPart{*text});
      return {};
    }
    if (*type == "image_url") return media(fields, part, path, "image_url", false, into);
    if (*type == "video_url") return media(fields, part, path, "video_url", true, into);
    return wrong(ErrorCode::kUnsupported, path + ".type", "is neither text, image_url nor video_url.");
  }

 private:
  Result<void> media(JsonFields& fields, const json& part, const std::string& path, const char* name,
                     bool video, Message& into) {
    const json* value = fields.value(name);
    std::string field = path + "." + name;
    if (value == nullptr) return wrong(ErrorCode::kInvalidArgument, field, "is missing.");
    const std::string* url = nullptr;
    if (value->is_string()) {
      url = value->get_ptr<const std::string*>();
    } else if (value->is_object() && value->contains("url") && (*value)["url"].is_string()) {
      field += ".url";
      url = (*value)["url"].get_ptr<const std::string*>();
      if (value->value("detail", json()) == "low")
        request_.generation.image_budget.max_pixels = kLowDetailPixels;
    }
    if (url == nullptr)
      return wrong(ErrorCode::kInvalidArgument, field, "must be an object with a text `url`.");
    if (++media_ > kMostMedia) {
      return wrong(ErrorCode::kTooLarge, field,
                   "is one picture or clip too many: " + std::to_string(kMostMedia) + " at most.");
    }
    static_cast<void>(part);
    if (!is_data_url(*url)) {
      request_.references.push_back({message_, into.content.size(), video, *url, field});
      if (video) into.content.emplace_back(VideoPart{});
      if (!video) into.content.emplace_back(ImagePart{});
      return {};
    }
    std::optional<DataUrl> data = parse_data_url(*url);
    if (!data || data->bytes->empty()) {
      return wrong(video ? ErrorCode::kInvalidVideo : ErrorCode::kInvalidImage, field,
                   "is no data URL in Base64.",
                   "Write data:image/png;base64,... with the file's bytes in Base64.");
    }
    Result<ContentPart> attached = attachment(data->bytes, video, field, request_.kept);
    if (!attached) return attached.error();
    into.content.push_back(std::move(*attached));
    return {};
  }

  ChatRequest& request_;
  std::size_t message_;
  std::size_t media_ = 0;
};

Result<void> read_tool_calls(const json& list, const std::string& path, Message& into) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string place = path + "[" + std::to_string(i) + "]";
    JsonFields call(list[i], place);
    const std::optional<std::string> id = call.text("id");
    const json* function = call.object("function");
    if (call.error()) return *call.error();
    if (function == nullptr) return wrong(ErrorCode::kInvalidArgument, place + ".function", "is missing.");
    JsonFields fields(*function, place + ".function");
    const std::optional<std::string> name = fields.text("name");
    const std::optional<std::string> arguments = fields.text("arguments");
    if (fields.error()) return *fields.error();
    if (!name) return wrong(ErrorCode::kInvalidArgument, place + ".function.name", "is missing.");
    const json parsed = json::parse(arguments.value_or("{}"), nullptr, false);
    if (!parsed.is_object()) {
      return wrong(ErrorCode::kInvalidArgument, place + ".function.arguments",
                   "must be a JSON object, as text.");
    }
    into.tool_calls.push_back({id.value_or(""), *name, parsed.dump()});
  }
  return {};
}

Result<void> read_message(const json& value, std::size_t index, ChatRequest& request) {
  const std::string path = "messages[" + std::to_string(index) + "]";
  JsonFields fields(value, path);
  const std::optional<std::string> role_name = fields.text("role");
  const json* content = fields.value("content");
  const std::optional<std::string> reasoning = fields.text("reasoning_content");
  const json* calls = fields.list("tool_calls");
  fields.refuse_others(
      {"name", "tool_call_id", "refusal", "annotations", "audio", "function_call", "reasoning"});
  if (fields.error()) return *fields.error();
  if (!role_name) return wrong(ErrorCode::kInvalidArgument, path + ".role", "is missing.");
  const std::optional<Role> role = role_of(*role_name);
  if (!role) {
    return wrong(ErrorCode::kInvalidArgument, path + ".role", "must be system, user, assistant or tool.");
  }
  Message message;
  message.role = *role;
  message.reasoning = reasoning.value_or("");
  if (calls != nullptr) {
    if (*role != Role::kAssistant) {
      return wrong(ErrorCode::kInvalidArgument, path + ".tool_calls",
                   "belongs to an assistant's message only.");
    }
    Result<void> read = read_tool_calls(*calls, path + ".tool_calls", message);
    if (!read) return read;
  }
  if (content == nullptr) {
    if (message.tool_calls.empty())
      return wrong(ErrorCode::kInvalidArgument, path + ".content", "is missing.");
    message.content.emplace_back(TextPart{});
    message.plain_text = true;
  } else if (content->is_string()) {
    message.content.emplace_back(TextPart{content->get<std::string>()});
    message.plain_text = true;
  } else if (content->is_array()) {
    PartReader reader(request, index);
    for (std::size_t i = 0; i < content->size(); ++i) {
      Result<void> read = reader.read((*content)[i], path + ".content[" + std::to_string(i) + "]", message);
      if (!read) return read;
    }
    if (message.content.empty()) return wrong(ErrorCode::kInvalidArgument, path + ".content", "is empty.");
  } else {
    return wrong(ErrorCode::kInvalidArgument, path + ".content", "must be a text or a list of parts.");
  }
  request.generation.messages.push_back(std::move(message));
  return {};
}

}  // namespace

Result<ContentPart> attachment(std::shared_ptr<const std::vector<std::uint8_t>> bytes, bool video,
                               std::string name, std::vector<std::shared_ptr<const void>>& kept) {
  if (!video) {
    ImagePart part;
    part.image.name = std::move(name);
    part.image.encoded = std::move(bytes);
    return ContentPart(std::move(part));
  }
  Result<std::shared_ptr<const MemoryFile>> file = MemoryFile::of(*bytes);
  if (!file) return file.error();
  VideoPart part;
  part.video.name = std::move(name);
  part.video.path = (*file)->path();
  kept.push_back(*file);
  return ContentPart(std::move(part));
}

Result<void> read_messages(const json& list, ChatRequest& request) {
  if (list.empty()) return wrong(ErrorCode::kInvalidArgument, "messages", "is empty.");
  if (list.size() > kMostMessages) {
    return wrong(ErrorCode::kTooLarge, "messages", "is longer than " + std::to_string(kMostMessages) + ".");
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    Result<void> read = read_message(list[i], i, request);
    if (!read) return read;
  }
  return {};
}

}  // namespace fovea::server
