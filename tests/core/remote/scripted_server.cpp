#include "scripted_server.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fovea::test {
namespace {

using Json = nlohmann::json;

constexpr int kPollMilliseconds = 20;

std::string event(const Json& json) {
  return "data: " + json.dump() + "\n\n";
}

std::string choice_event(const Json& delta, const Json& finish = nullptr) {
  return event({{"object", "chat.completion.chunk"},
                {"choices", {{{"index", 0}, {"delta", delta}, {"finish_reason", finish}}}}});
}

/// Waits until there is something to read; false if the server is to stop.
bool wait_readable(int socket, const std::atomic<bool>& stopping) {
  while (!stopping) {
    pollfd poll_for{socket, POLLIN, 0};
    if (poll(&poll_for, 1, kPollMilliseconds) > 0) return true;
  }
  return false;
}

bool read_request(int socket, const std::atomic<bool>& stopping, WireRequest& request) {
  std::string bytes;
  std::size_t head_end = std::string::npos;
  std::size_t length = 0;
  for (;;) {
    if (head_end != std::string::npos && bytes.size() >= head_end + 4 + length) break;
    if (!wait_readable(socket, stopping)) return false;
    std::string piece(1 << 16, '\0');
    const ssize_t count = recv(socket, piece.data(), piece.size(), 0);
    if (count <= 0) return false;
    bytes.append(piece, 0, static_cast<std::size_t>(count));
    if (bytes.front() == '\x16') {  // TLS: answered as servers of plain HTTP do
      constexpr std::string_view kBad = "HTTP/1.1 400 Bad Request\r\n\r\n";
      ::send(socket, kBad.data(), kBad.size(), MSG_NOSIGNAL);
      return false;
    }
    if (head_end != std::string::npos) continue;
    head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string::npos) continue;
    std::size_t at = bytes.find("\r\n");
    const std::string first = bytes.substr(0, at);
    request.method = first.substr(0, first.find(' '));
    request.path = first.substr(request.method.size() + 1);
    request.path.resize(request.path.find(' '));
    while (at < head_end) {
      at += 2;
      const std::size_t end = bytes.find("\r\n", at);
      const std::string line = bytes.substr(at, end - at);
      std::string name = line.substr(0, line.find(':'));
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      request.headers[name] = line.substr(std::min(line.size(), name.size() + 2));
      at = end;
    }
    if (request.headers.contains("content-length")) length = std::stoul(request.headers["content-length"]);
  }
  request.body = bytes.substr(head_end + 4, length);
  return true;
}

}  // namespace

bool WireConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void WireConnection::reply(int status, std::string_view body, std::string_view more_headers) {
  send("HTTP/1.1 " + std::to_string(status) +
       " Said\r\nContent-Type: application/json\r\nConnection: close\r\n" + std::string(more_headers) +
       "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

void WireConnection::begin_stream(std::string_view type) {
  send("HTTP/1.1 200 OK\r\nContent-Type: " + std::string(type) + "\r\nConnection: close\r\n\r\n");
}

bool WireConnection::wait_for_close() {
  while (wait_readable(socket_, stopping_)) {
    char byte = 0;
    if (recv(socket_, &byte, 1, 0) <= 0) return true;
  }
  return false;
}

ScriptedServer::ScriptedServer(Handler chat, std::vector<std::string> models)
    : chat_(std::move(chat)), models_(std::move(models)), listening_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic =
      reinterpret_cast<sockaddr*>(&address);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  if (bind(listening_, generic, size) != 0 || listen(listening_, 128) != 0 ||
      getsockname(listening_, generic, &size) != 0) {
    throw std::runtime_error("no port for the scripted server");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  stopping_ = true;
  acceptor_.join();
  for (std::thread& connection : connections_) connection.join();
  close(listening_);
}

void ScriptedServer::accept_all() {
  while (wait_readable(listening_, stopping_)) {
    const int socket = accept(listening_, nullptr, nullptr);
    if (socket >= 0) connections_.emplace_back([this, socket] { serve(socket); });
  }
}

void ScriptedServer::serve(int socket) {
  WireRequest request;
  if (read_request(socket, stopping_, request)) {
    Handler models_handler;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      models_handler = models_handler_;
    }
    WireConnection connection(socket, stopping_);
    if (request.path == "/v1/chat/completions") {
      chat_(request, connection);
    } else if (models_handler) {
      models_handler(request, connection);
    } else {
      Json data = Json::array();
      for (const std::string& id : models_)
        data.push_back({{"id", id}, {"object", "model"}, {"max_model_len", 4096}});
      connection.reply(200, Json{{"object", "list"}, {"data", data}}.dump());
    }
  }
  shutdown(socket, SHUT_WR);
  close(socket);
}

void ScriptedServer::answer_models(Handler handler) {
  const std::lock_guard lock(mutex_);
  models_handler_ = std::move(handler);
}

std::vector<WireRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<WireRequest> ScriptedServer::questions() const {
  std::vector<WireRequest> all = requests();
  std::erase_if(all, [](const WireRequest& one) { return one.path != "/v1/chat/completions"; });
  return all;
}

std::string text_event(const std::string& text) {
  return choice_event({{"content", text}});
}

std::string reasoning_event(const std::string& text) {
  return choice_event({{"reasoning_content", text}});
}

std::string finish_event(const std::string& reason) {
  return choice_event(Json::object(), reason);
}

std::string usage_event(int prompt, int completion) {
  return event({{"choices", Json::array()},
                {"usage",
                 {{"prompt_tokens", prompt},
                  {"completion_tokens", completion},
                  {"total_tokens", prompt + completion}}}});
}

std::string whole_answer() {
  return choice_event({{"role", "assistant"}, {"content", ""}}) + text_event("The sign ") +
         text_event("says ") + text_event("ÄÖ 停.") + finish_event("stop") + usage_event(21, 7) +
         std::string(kDone);
}

}  // namespace fovea::test
