#include "app/server/wire/multipart.h"

#include "app/server/http/http_message.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace fovea::server {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// A parameter of a field (`name="value"` or `name=value`); backslashes in quotes take the next character as
/// it is.
std::optional<std::string> parameter(std::string_view field, std::string_view wanted) {
  std::size_t at = field.find(';');
  while (at != std::string_view::npos && at < field.size()) {
    const std::size_t equals = field.find('=', ++at);
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string name = in_lower_case(trimmed(field.substr(at, equals - at)));
    std::string value;
    at = equals + 1;
    if (at < field.size() && field[at] == '"') {
      for (++at; at < field.size() && field[at] != '"'; ++at) {
        if (field[at] == '\\' && at + 1 < field.size()) ++at;
        value += field[at];
      }
      at = field.find(';', at);
    } else {
      const std::size_t end = std::min(field.find(';', at), field.size());
      value = std::string(trimmed(field.substr(at, end - at)));
      at = end;
    }
    if (name == wanted) return value;
  }
  return std::nullopt;
}

Error malformed(std::string what) {
  return {ErrorCode::kInvalidArgument, "The form cannot be read: " + std::move(what) + ".", {}, {}};
}

Result<FormPart> parse_part(std::string_view part) {
  const std::size_t blank = part.find("\r\n\r\n");
  if (blank == std::string_view::npos) return malformed("a part has no head");
  FormPart result;
  result.bytes = part.substr(blank + 4);
  std::string_view head = part.substr(0, blank);
  bool named = false;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name = in_lower_case(trimmed(line.substr(0, colon)));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "content-type") result.type = media_type(value);
    if (name != "content-disposition") continue;
    const std::optional<std::string> field = parameter(value, "name");
    named = field.has_value();
    result.name = field.value_or("");
    result.filename = parameter(value, "filename").value_or("");
  }
  if (!named) return malformed("a part has no name");
  return result;
}

}  // namespace

std::string media_type(std::string_view field) {
  return in_lower_case(trimmed(field.substr(0, field.find(';'))));
}

Result<std::vector<FormPart>> parse_multipart(std::string_view body, std::string_view content_type) {
  const std::optional<std::string> boundary = parameter(content_type, "boundary");
  // RFC 2046, 5.1.1: 1 to 70 characters.
  if (!boundary || boundary->empty() || boundary->size() > 70) return malformed("it has no boundary");
  const std::string first = "--" + *boundary;
  const std::string mark = "\r\n" + first;
  std::vector<FormPart> parts;
  std::size_t at = 0;
  if (body.starts_with(first)) {
    at = first.size();
  } else {
    const std::size_t begin = body.find(mark);
    if (begin == std::string_view::npos) return malformed("its boundary isn't there");
    at = begin + mark.size();
  }
  for (;;) {
    if (body.substr(at, 2) == "--") return parts;
    const std::size_t line = body.find("\r\n", at);
    if (line == std::string_view::npos || !trimmed(body.substr(at, line - at)).empty()) {
      return malformed("a boundary is broken");
    }
    const std::size_t end = body.find(mark, line);
    if (end == std::string_view::npos) return malformed("it is cut off");
    if (parts.size() == kMostFormParts) return malformed("it has too many parts");
    const std::size_t begin = std::min(line + 2, end);
    Result<FormPart> part = parse_part(body.substr(begin, end - begin));
    if (!part) return part.error();
    parts.push_back(std::move(*part));
    at = end + mark.size();
  }
}

}  // namespace fovea::server
