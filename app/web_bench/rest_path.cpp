#include "app/web_bench/rest_path.h"

#include "core/bench/web/web_labels.h"
#include "core/remote/data_url.h"
#include "core/remote/sse_parser.h"

#include <chrono>
#include <exception>
#include <mutex>
#include <string_view>
#include <utility>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

namespace fovea::web_bench {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Clock = bench::LoggedEngine::Clock;

constexpr std::size_t kMostEventBytes = 4U << 20;
constexpr std::size_t kMostRefusal = 4096;
constexpr const char* kBoundary = "fovea-bench-5f0e1c7ab2";

Error failed(const std::string& what) {
  return {ErrorCode::kModelError, what, {}, {}};
}

/// A member that is text; nothing of any other.
std::string text_of(const json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

struct Body {
  std::string bytes;
  const char* type = "application/json";
  double base64_seconds = -1.0;
};

ordered_json question_json(ordered_json content) {
  return {{"messages", {{{"role", "user"}, {"content", std::move(content)}}}},
          {"stream", true},
          {"stream_options", {{"include_usage", true}}}};
}

Body base64_body(const bench::WebTask& task) {
  Body body;
  body.base64_seconds = 0.0;
  ordered_json content = ordered_json::array();
  for (const ImageInput& picture : task.pictures) {
    const Clock::time_point begin = Clock::now();
    std::string url = data_url(picture);
    body.base64_seconds += std::chrono::duration<double>(Clock::now() - begin).count();
    content.push_back({{"type", "image_url"}, {"image_url", {{"url", std::move(url)}}}});
  }
  content.push_back({{"type", "text"}, {"text", task.question}});
  body.bytes = question_json(std::move(content)).dump();
  return body;
}

Body form_body(const bench::WebTask& task) {
  Body body;
  body.type = "multipart/form-data; boundary=fovea-bench-5f0e1c7ab2";
  const std::string begin = std::string("--") + kBoundary + "\r\nContent-Disposition: form-data; name=";
  body.bytes = begin + "\"request\"\r\nContent-Type: application/json\r\n\r\n" +
               question_json(task.question).dump() + "\r\n";
  for (const ImageInput& picture : task.pictures) {
    body.bytes += begin + "\"image\"; filename=\"picture\"\r\nContent-Type: application/octet-stream\r\n\r\n";
    body.bytes.append(reinterpret_cast<const char*>(picture.encoded->data()), picture.encoded->size());
    body.bytes += "\r\n";
  }
  body.bytes += std::string("--") + kBoundary + "--\r\n";
  return body;
}

/// A streamed answer as it comes.
struct Stream {
  explicit Stream(Clock::time_point asked) : begin(asked) {}

  double now() const { return std::chrono::duration<double>(Clock::now() - begin).count(); }

  bool take(std::string_view data) {
    if (data == "[DONE]") {
      asker.read_end = now();
      return true;
    }
    const json chunk = json::parse(data, nullptr, false);
    if (!chunk.is_object()) return false;
    if (const auto error = chunk.find("error"); error != chunk.end()) {
      refusal = error->is_object() ? text_of(*error, "message") : std::string("?");
      return false;
    }
    if (const auto told = chunk.find("timings"); told != chunk.end()) timings = *told;
    const json delta = chunk.value("/choices/0/delta"_json_pointer, json::object());
    const std::string piece = text_of(delta, "content") + text_of(delta, "reasoning_content");
    if (piece.empty()) return true;
    text += piece;
    asker.read.push_back(now());
    return true;
  }

  Clock::time_point begin;
  bench::AskerTimes asker;
  json timings;
  std::string text;
  std::string refusal;
};

}  // namespace

struct RestPath::Connection {
  CURL* handle = curl_easy_init();
  SseParser* parser = nullptr;  ///< of the answer that is read
  Stream* stream = nullptr;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { curl_easy_cleanup(handle); }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& own = *static_cast<Connection*>(self);
    const std::string_view piece(data, size * count);
    try {
      long status = 0;
      curl_easy_getinfo(own.handle, CURLINFO_RESPONSE_CODE, &status);
      if (status != 200) {
        if (own.stream->refusal.size() < kMostRefusal) own.stream->refusal += piece.substr(0, kMostRefusal);
        return piece.size();
      }
      return own.parser->push(piece) == SseParser::State::kGoesOn ? piece.size() : CURL_WRITEFUNC_ERROR;
    } catch (const std::exception&) {  // out of memory; C code stands between us and whoever could catch it
      return CURL_WRITEFUNC_ERROR;
    }
  }
};

RestPath::RestPath(const std::string& url, Picture picture, bench::LoggedEngine& engine)
    : url_(url + "/v1/chat/completions"), picture_(picture), engine_(engine) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  connection_ = std::make_unique<Connection>();
  CURL* curl = connection_->handle;
  if (curl == nullptr) return;
  curl_easy_setopt(curl, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Connection::on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, connection_.get());
}

RestPath::~RestPath() = default;

std::string RestPath::name() const {
  return picture_ == Picture::kBinary ? bench::kRestBinary : bench::kRestBase64;
}

bench::PathAnswer RestPath::ask(const bench::WebTask& task) {
  bench::PathAnswer answer;
  CURL* curl = connection_->handle;
  if (curl == nullptr) {
    answer.error = Error{ErrorCode::kOutOfMemory, "There is no memory for a connection.", {}, {}};
    return answer;
  }
  Stream stream(Clock::now());
  SseParser parser([&](std::string_view data) { return stream.take(data); }, kMostEventBytes);
  connection_->parser = &parser;
  connection_->stream = &stream;
  const Body body = picture_ == Picture::kBinary ? form_body(task) : base64_body(task);
  stream.asker.encoded = stream.now();
  // A large body would wait a second for "100 Continue".
  curl_slist* headers = curl_slist_append(nullptr, "Expect:");
  headers = curl_slist_append(headers, (std::string("Content-Type: ") + body.type).c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.bytes.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.bytes.data());
  const CURLcode code = curl_easy_perform(curl);
  curl_slist_free_all(headers);
  if (!stream.refusal.empty()) {
    answer.error = failed("The server refused: " + stream.refusal.substr(0, 400));
  } else if (code != CURLE_OK) {
    answer.error = failed(std::string("The answer broke off: ") + curl_easy_strerror(code) + ".");
  } else if (!stream.timings.is_object()) {
    answer.error = failed("The server told no timings.");
  }
  if (answer.error) return answer;
  const std::optional<bench::LoggedEngine::Entry> entry =
      engine_.take(stream.timings.value("ttft", 0.0), stream.timings.value("tpot", 0.0));
  if (!entry) {
    answer.error = failed("The server gave an answer that this engine did not.");
    return answer;
  }
  bench::ServedTimes served;
  served.submitted = std::chrono::duration<double>(entry->submitted - stream.begin).count();
  served.request_parse = stream.timings.value("/stages/request_parse"_json_pointer, 0.0);
  served.metrics = entry->metrics;
  answer = stitched(stream.asker, served);
  answer.text = std::move(stream.text);
  answer.request_bytes = static_cast<double>(body.bytes.size());
  answer.base64_seconds = body.base64_seconds;
  return answer;
}

}  // namespace fovea::web_bench
