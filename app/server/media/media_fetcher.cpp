#include "app/server/media/media_fetcher.h"

#include <utility>

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fovea::server {
namespace {

Error unfetchable() {
  return {ErrorCode::kInvalidImage,
          "What is at this address cannot be fetched.",
          "Send the file itself as a data URL.",
          {}};
}

struct Body {
  std::vector<std::uint8_t> bytes;
  std::size_t most = 0;
};

std::size_t take_bytes(char* data, std::size_t size, std::size_t count, void* to) {
  Body& body = *static_cast<Body*>(to);
  const std::size_t length = size * count;
  if (length > body.most - body.bytes.size()) return 0;
  body.bytes.insert(body.bytes.end(), data, data + length);
  return length;
}

/// curl asks for a socket for the very address that it is about to dial.
curl_socket_t open_checked(void*, curlsocktype purpose, curl_sockaddr* address) {
  if (purpose != CURLSOCKTYPE_IPCXN || !may_dial(address->addr)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

Result<std::shared_ptr<const std::vector<std::uint8_t>>> MediaFetcher::fetch(const std::string& url) const {
  CURL* handle = curl_easy_init();
  if (handle == nullptr) return unfetchable();
  Body body;
  body.most = limits_.bytes;
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, static_cast<long>(limits_.redirects));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.total_seconds * 1000.0));
  curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(limits_.bytes));
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "fovea/" FOVEA_VERSION);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_checked);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  const CURLcode result = curl_easy_perform(handle);
  curl_easy_cleanup(handle);
  if (result != CURLE_OK || body.bytes.empty()) return unfetchable();
  return std::make_shared<const std::vector<std::uint8_t>>(std::move(body.bytes));
}

}  // namespace fovea::server
