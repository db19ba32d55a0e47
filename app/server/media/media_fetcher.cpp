#include "app/server/media/media_fetcher.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fovea::server {
namespace {

using Clock = std::chrono::steady_clock;

Error unfetchable() {
  return {ErrorCode::kInvalidImage,
          "What is at this address cannot be fetched.",
          "Send the file itself as a data URL.",
          {}};
}

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};

struct Place {
  std::string host;
  int port = 0;
};

/// Whom an address would have dialled; nothing for what is no address of http or https.
std::optional<Place> place_of(const std::string& text) {
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto part = [&](CURLUPart which, unsigned flags) {
    char* value = nullptr;
    curl_url_get(url.get(), which, &value, flags);
    const std::unique_ptr<char, FreeText> owner(value);
    return std::string(value == nullptr ? "" : value);
  };
  const std::string scheme = part(CURLUPART_SCHEME, 0);
  if (scheme != "http" && scheme != "https") return std::nullopt;
  return Place{part(CURLUPART_HOST, 0), std::atoi(part(CURLUPART_PORT, CURLU_DEFAULT_PORT).c_str())};
}

/// One exchange of those that a fetch takes: one more with each redirect.
struct Hop {
  MediaFetcher::DialRule may = nullptr;
  std::size_t most = 0;
  std::vector<std::uint8_t> bytes = {};
  bool dialled = false;
  bool forbidden = false;
};

std::size_t take_bytes(char* data, std::size_t size, std::size_t count, void* to) {
  Hop& hop = *static_cast<Hop*>(to);
  const std::size_t length = size * count;
  if (length > hop.most - hop.bytes.size()) return 0;
  hop.bytes.insert(hop.bytes.end(), data, data + length);
  return length;
}

/// curl asks for a socket for the very address that it is about to dial.
curl_socket_t open_checked(void* of, curlsocktype purpose, curl_sockaddr* address) {
  Hop& hop = *static_cast<Hop*>(of);
  if (purpose != CURLSOCKTYPE_IPCXN || !hop.may(address->addr)) {
    hop.forbidden = true;
    return CURL_SOCKET_BAD;
  }
  hop.dialled = true;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

OutboundVerdict verdict_of(CURLcode code, const Hop& hop) {
  switch (code) {
    case CURLE_OK:
      return OutboundVerdict::kAnswered;
    case CURLE_HTTP_RETURNED_ERROR:
      return OutboundVerdict::kRefused;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED:
      return OutboundVerdict::kStopped;
    default:
      return hop.forbidden && !hop.dialled ? OutboundVerdict::kForbidden : OutboundVerdict::kFailed;
  }
}

void prepare(CURL* handle, const std::string& url, const FetchLimits& limits, long milliseconds, Hop& hop) {
  curl_easy_reset(handle);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  // A connection that is kept would be used again without a socket that open_checked() sees.
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, milliseconds);
  curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(limits.bytes));
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "fovea/" FOVEA_VERSION);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_checked);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &hop);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &hop);
}

}  // namespace

Result<std::shared_ptr<const std::vector<std::uint8_t>>> MediaFetcher::fetch(const std::string& url) const {
  const std::unique_ptr<CURL, FreeHandle> handle(curl_easy_init());
  if (!handle) return unfetchable();
  const Clock::time_point begun = Clock::now();
  std::string next = url;
  for (int redirects = 0; redirects <= limits_.redirects; ++redirects) {
    const std::optional<Place> place = place_of(next);
    const std::chrono::duration<double> past = Clock::now() - begun;
    const auto left = static_cast<long>((limits_.total_seconds - past.count()) * 1000.0);
    if (!place || left <= 0) return unfetchable();
    Hop hop{may_, limits_.bytes};
    prepare(handle.get(), next, limits_, left, hop);
    const std::uint64_t number = ledger_->begin(place->host, place->port, kWhyMedia);
    const CURLcode code = curl_easy_perform(handle.get());
    long status = 0;
    curl_off_t received = 0;
    char* location = nullptr;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(handle.get(), CURLINFO_SIZE_DOWNLOAD_T, &received);
    curl_easy_getinfo(handle.get(), CURLINFO_REDIRECT_URL, &location);
    ledger_->end(number, {verdict_of(code, hop), static_cast<int>(status), 0,
                          static_cast<std::uint64_t>(std::max<curl_off_t>(received, 0))});
    if (code != CURLE_OK) return unfetchable();
    if (location == nullptr) {
      if (status < 200 || status > 299 || hop.bytes.empty()) return unfetchable();
      return std::make_shared<const std::vector<std::uint8_t>>(std::move(hop.bytes));
    }
    next = location;
  }
  return unfetchable();
}

}  // namespace fovea::server
