#include "core/watch/http.h"

#include <cstdlib>
#include <memory>
#include <mutex>

#include <curl/curl.h>

namespace fovea::watch {
namespace {

constexpr std::size_t kLargestAnswer = 4 << 20;  // bytes

std::size_t take(char* data, std::size_t, std::size_t size, void* into) {
  auto& text = *static_cast<std::string*>(into);
  if (text.size() + size > kLargestAnswer) return 0;
  text.append(data, size);
  return size;
}

struct Free {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Place {
  std::string host;
  int port = 0;
};

struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// To whom an address leads.
Result<Place> place_of(const std::string& url) {
  const std::unique_ptr<CURLU, FreeUrl> parts(curl_url());
  const auto part = [&](CURLUPart which, unsigned flags) {
    char* text = nullptr;
    curl_url_get(parts.get(), which, &text, flags);
    const std::unique_ptr<char, FreeText> owner(text);
    return text == nullptr ? std::string() : std::string(text);
  };
  const bool http = url.starts_with("http://") || url.starts_with("https://");
  if (!parts || !http || curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return Error{ErrorCode::kInvalidArgument,
                 "\"" + url + "\" is no address of http or https.",
                 "Give one such as https://example.org/alerts.",
                 {}};
  }
  return Place{part(CURLUPART_HOST, 0), std::atoi(part(CURLUPART_PORT, CURLU_DEFAULT_PORT).c_str())};
}

/// `status` becomes that of the answer; it stays as it is where none came.
Result<std::string> exchange(const std::string& url, const std::string& key, const std::string* body,
                             double seconds, long& status) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, Free> easy(curl_easy_init());
  if (!easy) return Error{ErrorCode::kInternal, "No request could be made.", {}, {}};
  std::string answer;
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(seconds * 1000.0));
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer);
  std::unique_ptr<curl_slist, Free> fields;
  if (body != nullptr) {
    fields.reset(curl_slist_append(nullptr, "Content-Type: application/json"));
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, fields.get());
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body->c_str());
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
  }
  if (!key.empty()) {
    curl_easy_setopt(easy.get(), CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(easy.get(), CURLOPT_XOAUTH2_BEARER, key.c_str());
  }
  const CURLcode code = curl_easy_perform(easy.get());
  if (code != CURLE_OK)
    return Error{ErrorCode::kUnreachable, url + ": " + curl_easy_strerror(code) + ".", {}, {}};
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 401 || status == 403)
    return Error{ErrorCode::kForbidden, url + " wants a key.", "Set FOVEA_SERVER_KEY.", {}};
  if (status < 200 || status > 299)
    return Error{ErrorCode::kUnreachable, url + " answered " + std::to_string(status) + ".", {}, {}};
  return answer;
}

/// The same, noted before anything is sent.
Result<std::string> noted_exchange(const std::string& url, const std::string& key, const std::string* body,
                                   double seconds, const Noted& noted) {
  const Result<Place> place = place_of(url);
  if (!place) return place.error();
  const std::uint64_t number = noted.ledger.begin(place->host, place->port, noted.why);
  long status = 0;
  Result<std::string> answer = exchange(url, key, body, seconds, status);
  const OutboundVerdict verdict = answer        ? OutboundVerdict::kAnswered
                                  : status != 0 ? OutboundVerdict::kRefused
                                                : OutboundVerdict::kFailed;
  noted.ledger.end(number, {verdict, static_cast<int>(status), body == nullptr ? 0 : body->size(),
                            answer ? answer->size() : 0});
  return answer;
}

}  // namespace

Result<std::string> http_get(const std::string& url, const std::string& key, double seconds,
                             const Noted* noted) {
  if (noted != nullptr) return noted_exchange(url, key, nullptr, seconds, *noted);
  long status = 0;
  return exchange(url, key, nullptr, seconds, status);
}

Result<void> http_post_json(const std::string& url, const std::string& body, double seconds,
                            const Noted& noted) {
  const Result<std::string> answer = noted_exchange(url, {}, &body, seconds, noted);
  if (!answer) return answer.error();
  return {};
}

}  // namespace fovea::watch
