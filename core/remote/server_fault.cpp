#include "core/remote/server_fault.h"

#include "core/api/utf8.h"

#include <curl/curl.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using Json = nlohmann::json;

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  // C1, and the marks that turn the direction of text (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069).
  if (character.size() == 2) return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  return character == "\u200E" || character == "\u200F" || (character >= "\u202A" && character <= "\u202E") ||
         (character >= "\u2066" && character <= "\u2069");
}

/// The string at a member, empty where there is none.
std::string text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string shown_words(std::string_view words, const std::string& key, std::size_t most_bytes) {
  std::string hidden(words);
  for (std::size_t at = 0; !key.empty() && (at = hidden.find(key, at)) != std::string::npos;) {
    hidden.replace(at, key.size(), "[key]");
    at += 5;
  }
  std::string out;
  std::string_view rest = hidden;
  while (!rest.empty()) {
    const Utf8Step step = utf8_first(rest);
    const std::string_view character = rest.substr(0, step.length);
    rest.remove_prefix(step.length);
    if (out.size() + 3 > most_bytes) return out + "...";
    if (step.kind != Utf8Kind::kWhole) {
      out += kReplacementCharacter;
    } else if (!is_control(character)) {
      out += character;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string message_in_body(std::string_view body) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return {};
  if (const auto error = json.find("error"); error != json.end()) {
    if (error->is_string()) return error->get<std::string>();
    if (error->is_object()) return text_at(*error, "message");
  }
  const std::string message = text_at(json, "message");
  return message.empty() ? text_at(json, "detail") : message;
}

bool passes_by(int status) {
  return status == 429 || status == 503;
}

Error status_fault(int status, std::string_view body, const ServerAddress& server, const std::string& key) {
  const std::string words = shown_words(message_in_body(body), key);
  const std::string said = words.empty() ? "." : ": " + words + (words.ends_with('.') ? "" : ".");
  const std::string who = "The server " + server.shown();
  const std::string number = " (status " + std::to_string(status) + ")";
  if (status == 401 || status == 403) {
    if (key.empty())
      return {ErrorCode::kForbidden, who + " wants a key" + number + said, "Give it one.", "server-key"};
    return {ErrorCode::kForbidden,
            who + " does not accept the key" + number + said,
            "Check the key and what it may be used for.",
            {}};
  }
  if (status >= 300 && status < 400) {
    return {ErrorCode::kUnreachable,
            who + " sends on to another address" + number + ", which is not followed.",
            "Give that address itself.", "server"};
  }
  if (status == 404) {
    return {ErrorCode::kUnreachable, who + " does not know that model or address" + number + said,
            "Check both; the address is the one before /v1.", "server"};
  }
  if (status == 413) {
    return {ErrorCode::kTooLarge,
            who + " finds the question too large" + number + said,
            "Ask about fewer or smaller pictures.",
            {}};
  }
  if (status == 429) {
    return {
        ErrorCode::kBusy, who + " takes no more questions for now" + number + said, "Try again later.", {}};
  }
  if (status == 503) {
    return {ErrorCode::kBusy, who + " is busy or not ready yet" + number + said, "Try again later.", {}};
  }
  if (status >= 400 && status < 500) {
    return {ErrorCode::kInvalidArgument, who + " does not take this question" + number + said, {}, {}};
  }
  return {ErrorCode::kUnreachable,
          who + " failed" + number + said,
          words.empty() ? "Its own log may say why." : "",
          {}};
}

Error connection_fault(int curl_code, const ServerAddress& server) {
  const std::string name = server.shown();
  switch (curl_code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {ErrorCode::kUnreachable, "There is no host " + server.host + ".",
              "Check its name and the network.", "server"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {ErrorCode::kUnreachable,
              "The proxy on the way to " + name + " is not known.",
              "Check https_proxy and http_proxy.",
              {}};
    case CURLE_COULDNT_CONNECT:
      return {ErrorCode::kUnreachable, "No server answers at " + name + ".",
              "Is it running, and is that its port?", "server"};
    case CURLE_OPERATION_TIMEDOUT:
      return {ErrorCode::kUnreachable, "The server " + name + " did not answer in time.",
              "Check the network, or try again later.", "server"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return {ErrorCode::kUnreachable, "The server " + name + " could not prove who it is.",
              "Its certificate must be one that this machine trusts.", "server"};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_USE_SSL_FAILED:
      return {ErrorCode::kUnreachable, "No encrypted connection to " + name + " came about.",
              "If the server speaks plain http, write http:// before its address.", "server"};
    case CURLE_OUT_OF_MEMORY:
      return {ErrorCode::kOutOfMemory,
              "There is not enough memory for the question.",
              "Ask about less at a time.",
              {}};
    default:
      return {ErrorCode::kUnreachable, "The connection to " + name + " was lost.", "Try again.", {}};
  }
}

bool connection_was_lost(int curl_code) {
  switch (curl_code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

Error malformed(const std::string& what, const ServerAddress& server) {
  return {ErrorCode::kUnreachable,
          "The server " + server.shown() + " does not answer as expected: " + what,
          "Is it an OpenAI-compatible server?",
          {}};
}

}  // namespace fovea
