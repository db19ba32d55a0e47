#include "core/hub/pull/http_client.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <mutex>

#include <curl/curl.h>

namespace fovea {
namespace {

constexpr int kMostRedirects = 10;
constexpr long kConnectSeconds = 20;
constexpr long kReceiveBuffer = 256L << 10;
constexpr std::size_t kMostErrorBody = 64 << 10;

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

struct FreeHeaders {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, FreeHeaders>;

void add(Headers& headers, const std::string& line) {
  curl_slist* list = curl_slist_append(headers.get(), line.c_str());
  if (list == nullptr) return;  // out of memory: the old list stays
  static_cast<void>(headers.release());
  headers.reset(list);
}

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

/// Scheme, host and port in one text: what a token is bound to.
std::string origin(CURLU* url) {
  std::string host = part(url, CURLUPART_HOST);
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return part(url, CURLUPART_SCHEME) + "://" + host + ":" + part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

Url parsed(const std::string& text) {
  Url url(curl_url());
  if (url && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) url.reset();
  return url;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

HttpOutcome::End end_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return HttpOutcome::End::kAnswered;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return HttpOutcome::End::kNoHost;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return HttpOutcome::End::kNotTrusted;
    case CURLE_WRITE_ERROR:
      return HttpOutcome::End::kSinkRefused;
    case CURLE_ABORTED_BY_CALLBACK:
      return HttpOutcome::End::kStopped;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return HttpOutcome::End::kBadRedirect;
    default:
      return HttpOutcome::End::kBroken;
  }
}

OutboundVerdict verdict_of(HttpOutcome::End end, int status) {
  switch (end) {
    case HttpOutcome::End::kAnswered:
      return status < 400 ? OutboundVerdict::kAnswered : OutboundVerdict::kRefused;
    case HttpOutcome::End::kSinkRefused:
    case HttpOutcome::End::kStopped:
      return OutboundVerdict::kStopped;
    default:
      return OutboundVerdict::kFailed;
  }
}

void start_libcurl_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

/// What libcurl's callbacks need of one request.
struct HttpClient::Transfer {
  const BodySink& sink;
  const std::atomic<bool>& stop;
  HttpOutcome& outcome;

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    HttpHead& head = static_cast<Transfer*>(self)->outcome.head;
    std::string_view line(data, size * count);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(
            "HTTP/")) {  // a proxy's answer, "100 Continue" and the like come before the real one
      head = {};
      const std::size_t space = line.find(' ');
      if (space != std::string_view::npos)
        std::from_chars(line.data() + space + 1, line.data() + line.size(), head.status);
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      std::string name(line.substr(0, colon));
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      std::string_view value = line.substr(colon + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      head.headers[std::move(name)] = value;
    }
    return size * count;
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    HttpOutcome& outcome = transfer.outcome;
    const std::string_view piece(data, size * count);
    if (transfer.stop.load(std::memory_order_relaxed)) return 0;
    if (outcome.head.status >= 200 && outcome.head.status < 300)
      return transfer.sink(outcome.head, piece) ? piece.size() : 0;
    const std::size_t room = kMostErrorBody - std::min(kMostErrorBody, outcome.body.size());
    outcome.body += piece.substr(0, room);
    return piece.size();
  }

  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(self)->stop.load(std::memory_order_relaxed) ? 1 : 0;
  }
};

std::string HttpHead::header(const std::string& lower_name) const {
  const auto found = headers.find(lower_name);
  return found == headers.end() ? std::string() : found->second;
}

std::optional<std::uint64_t> HttpHead::number(const std::string& lower_name) const {
  const std::string text = header(lower_name);
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

HttpClient::HttpClient(const HubAccess& access, const std::atomic<bool>& stop, int stall_seconds)
    : access_(access), stop_(stop), stall_seconds_(stall_seconds) {
  start_libcurl_once();
  handle_ = curl_easy_init();
}

HttpClient::~HttpClient() {
  curl_easy_cleanup(handle_);
}

HttpOutcome::End HttpClient::perform(const HttpRequest& request, const std::string& url, const BodySink& sink,
                                     HttpOutcome& outcome) {
  const Url target = parsed(url);
  const Url home = parsed(access_.endpoint);
  if (!target || !home || handle_ == nullptr) return HttpOutcome::End::kBadRedirect;
  outcome.host = part(target.get(), CURLUPART_HOST);
  const bool plain_allowed = access_.endpoint.starts_with("http://");
  const std::string scheme = part(target.get(), CURLUPART_SCHEME);
  if (scheme != "https" && !(plain_allowed && scheme == "http")) return HttpOutcome::End::kBadRedirect;

  Headers headers;
  if (!access_.token.empty() && origin(target.get()) == origin(home.get())) {
    add(headers, "Authorization: Bearer " + access_.token);
    // ModelScope's file routes look for the token in this cookie.
    if (access_.hub == Hub::kModelScope) add(headers, "Cookie: m_session_id=" + access_.token);
  }

  Transfer transfer{sink, stop_, outcome};
  CURL* curl = handle_;
  curl_easy_reset(curl);  // connections stay
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, plain_allowed ? "http,https" : "https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  // One connection a request: several over one HTTP/2 connection would share its rate.
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "fovea/" FOVEA_VERSION);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(stall_seconds_));
  curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  if (!access_.certificates.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, access_.certificates.c_str());
  std::string range;
  if (request.range) {
    range = std::to_string(request.range->first) + "-" + std::to_string(request.range->last);
    curl_easy_setopt(curl, CURLOPT_RANGE, range.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  outcome.head = {};
  outcome.body.clear();
  OutboundLedger* ledger = access_.ledger.get();
  const int port = std::atoi(part(target.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).c_str());
  const std::uint64_t number = ledger == nullptr ? 0 : ledger->begin(outcome.host, port, kWhyModelFiles);
  const CURLcode code = curl_easy_perform(curl);
  const bool stopped = stop_.load(std::memory_order_relaxed);
  const HttpOutcome::End end = stopped ? HttpOutcome::End::kStopped : end_of(code);
  if (ledger != nullptr) {
    curl_off_t received = 0;
    curl_easy_getinfo(curl, CURLINFO_SIZE_DOWNLOAD_T, &received);
    ledger->end(number, {verdict_of(end, outcome.head.status), outcome.head.status, 0,
                         static_cast<std::uint64_t>(std::max<curl_off_t>(received, 0))});
  }
  return end;
}

HttpOutcome HttpClient::get(const HttpRequest& request, const BodySink& sink) {
  HttpOutcome outcome;
  outcome.url = request.url;
  for (int hop = 0; hop <= kMostRedirects; ++hop) {
    outcome.end = perform(request, outcome.url, sink, outcome);
    if (hop == 0) outcome.first = outcome.head;
    if (outcome.end != HttpOutcome::End::kAnswered || !is_redirect(outcome.head.status)) return outcome;
    Url next = parsed(outcome.url);
    const std::string location = outcome.head.header("location");
    if (!next || location.empty() ||
        curl_url_set(next.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK)
      break;
    outcome.url = part(next.get(), CURLUPART_URL);
  }
  outcome.end = HttpOutcome::End::kBadRedirect;
  return outcome;
}

std::string percent_encoded(std::string_view text, bool keep_slashes) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~' || (c == '/' && keep_slashes);
    if (plain) {
      out += c;
      continue;
    }
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

}  // namespace fovea
