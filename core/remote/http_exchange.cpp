#include "core/remote/http_exchange.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <mutex>

#include <curl/curl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace fovea {
namespace {

constexpr std::size_t kMostRefusal = 64 << 10;
constexpr std::size_t kMostHeaders = 256 << 10;
constexpr long kUploadBuffer = 256L << 10;
constexpr std::uint64_t kLeastBusyMicroseconds = 20'000;  // the system counts in steps of up to 10 ms

void start_libcurl_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

void add(void*& headers, const std::string& line) {
  curl_slist* list = curl_slist_append(static_cast<curl_slist*>(headers), line.c_str());
  if (list != nullptr) headers = list;  // null: out of memory, and the old list stays
}

/// The system's own name of a socket; 0 of what is none.
std::uint64_t cookie_of(int socket) {
  std::uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  return getsockopt(socket, SOL_SOCKET, SO_COOKIE, &cookie, &length) == 0 ? cookie : 0;
}

}  // namespace

struct HttpExchange::Callbacks {
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<HttpExchange*>(self);
    const std::string_view piece(data, size * count);
    exchange.last_sign_ = Clock::now();
    try {
      const int status = exchange.status();
      if (status >= 200 && status < 300) return exchange.sink_(piece) ? piece.size() : CURL_WRITEFUNC_ERROR;
      exchange.refusal_ += piece.substr(0, kMostRefusal - std::min(kMostRefusal, exchange.refusal_.size()));
      return piece.size();
    } catch (const std::exception&) {  // out of memory; C code stands between us and whoever could catch it
      return CURL_WRITEFUNC_ERROR;
    }
  }

  static std::size_t on_header(char*, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<HttpExchange*>(self);
    exchange.last_sign_ = Clock::now();
    exchange.header_bytes_ += size * count;
    return exchange.header_bytes_ > kMostHeaders ? 0 : size * count;
  }

  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<HttpExchange*>(self);
    const std::string& body = *exchange.plan_.body;
    const std::size_t piece = body.copy(buffer, size * count, exchange.sent_);
    exchange.sent_ += piece;
    exchange.last_sign_ = Clock::now();
    if (!exchange.first_read_) exchange.first_read_ = exchange.last_sign_;
    if (exchange.sent_ == body.size()) exchange.uploaded_ = exchange.last_sign_;
    return piece;
  }

  static int on_seek(void* self, curl_off_t offset, int origin) {
    auto& exchange = *static_cast<HttpExchange*>(self);
    if (origin != SEEK_SET || offset < 0 || static_cast<std::size_t>(offset) > exchange.plan_.body->size()) {
      return CURL_SEEKFUNC_CANTSEEK;
    }
    exchange.sent_ = static_cast<std::size_t>(offset);
    exchange.first_read_.reset();
    exchange.uploaded_.reset();
    return CURL_SEEKFUNC_OK;
  }

  /// libcurl tells which socket is the connection's only after the transfer.
  static int on_socket(void* self, curl_socket_t socket, curlsocktype) {
    auto& exchange = *static_cast<HttpExchange*>(self);
    if (const std::uint64_t cookie = cookie_of(socket); cookie != 0)
      exchange.dialled_.push_back({socket, cookie});
    return CURL_SOCKOPT_OK;
  }

  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& exchange = *static_cast<HttpExchange*>(self);
    return exchange.wanted_ && !exchange.wanted_() ? 1 : 0;
  }
};

HttpExchange::HttpExchange(HttpPlan plan, BodySink sink, Wanted wanted)
    : plan_(std::move(plan)), sink_(std::move(sink)), wanted_(std::move(wanted)), last_sign_(Clock::now()) {
  start_libcurl_once();
  CURL* curl = curl_easy_init();
  handle_ = curl;
  if (curl == nullptr) return;
  url_ = plan_.server.route(plan_.route);
  add(headers_, "Accept: text/event-stream, application/json");
  if (!plan_.key.empty()) add(headers_, "Authorization: Bearer " + plan_.key);
  if (plan_.body) {
    add(headers_, "Content-Type: application/json");
    add(headers_, "Expect:");  // a large body would wait a second for "100 Continue"
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(plan_.body->size()));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &Callbacks::on_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, this);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, &Callbacks::on_seek);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, this);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBuffer);
  }
  curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, &Callbacks::on_socket);
  curl_easy_setopt(curl, CURLOPT_SOCKOPTDATA, this);
  curl_easy_setopt(curl, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(headers_));
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, plan_.server.encrypted ? "https" : "http");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  // One connection a question: closing it is what tells a server that nobody waits any more.
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "fovea/" FOVEA_VERSION);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(plan_.connect.count()));
  // What is meant for this machine must not reach a proxy.
  if (plan_.server.loopback) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Callbacks::on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Callbacks::on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Callbacks::on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
}

HttpExchange::~HttpExchange() {
  curl_easy_cleanup(handle_);
  curl_slist_free_all(static_cast<curl_slist*>(headers_));
}

int HttpExchange::perform() {
  return handle_ == nullptr ? CURLE_OUT_OF_MEMORY : curl_easy_perform(handle_);
}

int HttpExchange::status() const {
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

std::optional<std::chrono::seconds> HttpExchange::retry_after() const {
  curl_off_t seconds = 0;
  curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &seconds);
  if (seconds <= 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

std::uint64_t HttpExchange::sent_bytes() const {
  curl_off_t bytes = 0;
  curl_easy_getinfo(handle_, CURLINFO_SIZE_UPLOAD_T, &bytes);
  return static_cast<std::uint64_t>(std::max<curl_off_t>(bytes, 0));
}

double HttpExchange::upload_rate() const {
  for (const Dialled& one : dialled_) {
    if (cookie_of(one.socket) != one.cookie) continue;
    tcp_info info{};
    socklen_t length = sizeof info;
    constexpr std::size_t kWanted = offsetof(tcp_info, tcpi_busy_time) + sizeof info.tcpi_busy_time;
    if (getsockopt(one.socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0 || length < kWanted) continue;
    if (info.tcpi_bytes_acked < sent_ || info.tcpi_busy_time < kLeastBusyMicroseconds) continue;
    return static_cast<double>(info.tcpi_bytes_acked) * 1e6 / static_cast<double>(info.tcpi_busy_time);
  }
  if (!uploaded_ || !first_read_ || *uploaded_ <= *first_read_) return 0.0;
  return static_cast<double>(sent_) / std::chrono::duration<double>(*uploaded_ - *first_read_).count();
}

std::uint64_t HttpExchange::received_bytes() const {
  curl_off_t bytes = 0;
  curl_easy_getinfo(handle_, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
  return static_cast<std::uint64_t>(std::max<curl_off_t>(bytes, 0));
}

}  // namespace fovea
