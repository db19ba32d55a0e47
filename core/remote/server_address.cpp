#include "core/remote/server_address.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include <arpa/inet.h>
#include <curl/curl.h>

namespace fovea {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

constexpr std::size_t kLongestAddress = 2048;

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

Error no_address(const std::string& why) {
  return {ErrorCode::kInvalidArgument, "That is no address of a server: " + why,
          "Give it like http://127.0.0.1:8000 or https://api.example.org/v1.", "server"};
}

bool is_loopback(const std::string& host) {
  if (host == "localhost") return true;  // libcurl never asks a name server for it
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24U) == 127;
  in6_addr six{};
  return inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

}  // namespace

std::string ServerAddress::shown() const {
  const bool six = host.find(':') != std::string::npos;
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<ServerAddress> parse_server_address(const std::string& text) {
  if (text.empty() || text.size() > kLongestAddress) return no_address("it is empty or too long.");
  const bool has_scheme = text.find("://") != std::string::npos;
  std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  const std::string whole = has_scheme ? text : "https://" + text;
  if (!url || curl_url_set(url.get(), CURLUPART_URL, whole.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return no_address("it cannot be read.");
  }
  ServerAddress address;
  address.host = lower(part(url.get(), CURLUPART_HOST));
  if (address.host.starts_with('[')) address.host = address.host.substr(1, address.host.size() - 2);
  if (address.host.empty()) return no_address("it names no host.");
  address.loopback = is_loopback(address.host);
  if (!has_scheme && address.loopback) curl_url_set(url.get(), CURLUPART_SCHEME, "http", 0);
  const std::string scheme = part(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return no_address("only http and https are spoken.");
  if (!part(url.get(), CURLUPART_USER).empty() || !part(url.get(), CURLUPART_PASSWORD).empty()) {
    return no_address("a key does not belong into it, where others see it.");
  }
  if (!part(url.get(), CURLUPART_QUERY).empty() || !part(url.get(), CURLUPART_FRAGMENT).empty()) {
    return no_address("it has a ? or # part.");
  }
  address.encrypted = scheme == "https";
  const std::string port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), address.port);
  std::string path = part(url.get(), CURLUPART_PATH);
  while (path.ends_with('/')) path.pop_back();
  if (!path.ends_with("/v1")) path += "/v1";
  curl_url_set(url.get(), CURLUPART_PATH, path.c_str(), 0);
  address.base = part(url.get(), CURLUPART_URL);
  return address;
}

}  // namespace fovea
