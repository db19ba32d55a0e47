#pragma once

#include "core/remote/server_address.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// What to ask a server.
struct HttpPlan {
  ServerAddress server;
  std::string route;                        ///< below /v1: "/models"
  std::string key;                          ///< sent as a bearer token; empty: none
  std::shared_ptr<const std::string> body;  ///< JSON to POST; null: GET
  std::chrono::milliseconds connect{3'000};
};

/// One HTTP exchange on a libcurl handle, to be performed alone or by a multi handle: HTTP/1.1, the server's
/// certificate checked, no redirect followed, nothing but the plan's scheme spoken, at most 256 kB of headers
/// taken. One thread.
class HttpExchange {
 public:
  using Clock = std::chrono::steady_clock;
  /// Takes pieces of a 2xx answer's body; false ends the exchange.
  using BodySink = std::function<bool(std::string_view piece)>;
  /// Asked about once a second; false ends the exchange.
  using Wanted = std::function<bool()>;

  HttpExchange(HttpPlan plan, BodySink sink, Wanted wanted = {});
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  void* handle() const { return handle_; }  ///< CURL*; null if there was no memory for it
  /// Blocks until it has ended; a CURLcode.
  int perform();

  int status() const;  ///< of the answer; 0 before it
  const std::string& refusal() const {
    return refusal_;
  }  ///< body of an answer outside of 2xx, its first 64 kB
  std::optional<std::chrono::seconds> retry_after() const;
  /// When the last byte of the body was handed to the connection; nothing before that, and of a GET.
  std::optional<Clock::time_point> uploaded() const { return uploaded_; }
  Clock::time_point last_sign() const { return last_sign_; }  ///< bytes went or came
  std::uint64_t sent_bytes() const;
  /// Bytes a second at which the body went: what the other side has acknowledged over the time in which
  /// something was on its way, as the system tells it, or what was handed over where that was too quick for
  /// its clock. 0: not known, there is no connection any more, or all went at once.
  double upload_rate() const;
  std::uint64_t received_bytes() const;

 private:
  struct Callbacks;
  /// A socket that was made for this exchange. Its number may be another's by now, its cookie never is.
  struct Dialled {
    int socket = -1;
    std::uint64_t cookie = 0;
  };

  HttpPlan plan_;
  BodySink sink_;
  Wanted wanted_;
  void* handle_ = nullptr;
  void* headers_ = nullptr;  // curl_slist*
  std::string url_;
  std::string refusal_;
  std::size_t sent_ = 0;
  std::size_t header_bytes_ = 0;
  std::vector<Dialled> dialled_;  // several where a host has several addresses
  std::optional<Clock::time_point> first_read_;
  std::optional<Clock::time_point> uploaded_;
  Clock::time_point last_sign_;
};

}  // namespace fovea
