#pragma once

#include "core/hub/pull/hub_access.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fovea {

/// What to ask for.
struct HttpRequest {
  /// Bytes `first` to `last`, both counted.
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
  };

  std::string url;
  std::optional<Range> range;
};

/// One answer's head.
struct HttpHead {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< by name in lower case

  /// A header's value, empty if there is none.
  std::string header(const std::string& lower_name) const;
  /// The header as a count; nothing if it is missing or no number.
  std::optional<std::uint64_t> number(const std::string& lower_name) const;
};

/// How a request ended.
struct HttpOutcome {
  enum class End {
    kAnswered,     ///< a whole answer came, whatever its status
    kBroken,       ///< the connection broke, stalled or was refused: worth another try
    kNoHost,       ///< the host's name, or the proxy's, is not known: most likely offline
    kNotTrusted,   ///< TLS: the other side could not prove who it is
    kBadRedirect,  ///< it led to something else than https, or in circles
    kSinkRefused,  ///< the sink wanted no more
    kStopped,      ///< the caller's stop flag
  };
  End end = End::kBroken;
  HttpHead head;     ///< of the last answer
  HttpHead first;    ///< of the first answer, before redirects: the hub's own
  std::string url;   ///< where the last answer came from
  std::string body;  ///< of an answer that is no success, its first 64 kB
  std::string host;  ///< that failed or answered last
};

/// Takes a successful answer's body in pieces; `head` is complete by then. False ends the request.
using BodySink = std::function<bool(const HttpHead& head, std::string_view piece)>;

/// libcurl for the few things a hub needs: GET, ranges, redirects. Keeps connections between requests. One
/// thread at a time; the thread may not care for SIGPIPE's default action (libcurl's TLS may raise it).
///
/// The token goes to the endpoint's own scheme, host and port only, never along a redirect elsewhere.
/// Nothing but https is followed, unless the endpoint itself is http.
class HttpClient {
 public:
  /// `stop` ends a running request within a second. `stall_seconds` without a byte count as a broken
  /// connection.
  HttpClient(const HubAccess& access, const std::atomic<bool>& stop, int stall_seconds);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Follows at most 10 redirects.
  HttpOutcome get(const HttpRequest& request, const BodySink& sink);

 private:
  struct Transfer;
  HttpOutcome::End perform(const HttpRequest& request, const std::string& url, const BodySink& sink,
                           HttpOutcome& outcome);

  HubAccess access_;
  const std::atomic<bool>& stop_;
  int stall_seconds_;
  void* handle_ = nullptr;  // CURL*
};

/// `text` as a part of an address: everything but letters, digits and -._~ as %XX; slashes stay if wanted.
std::string percent_encoded(std::string_view text, bool keep_slashes);

}  // namespace fovea
