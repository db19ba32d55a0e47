// Addresses of pictures: whatever a caller writes, this machine is not dialled. A listener on its loopback
// sees that.
//
// Input: each byte chooses a piece of an address, so that all forms of numbers, brackets and users come up
// and no name that a resolver could know.

#include "app/server/media/media_fetcher.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace {

/// Listens on a port of 127.0.0.1 and of ::1, and never answers.
class Listener {
 public:
  Listener()
      : v4_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)),
        v6_(socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    const bool bound = bind(v4_, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                       listen(v4_, 16) == 0 &&
                       getsockname(v4_, reinterpret_cast<sockaddr*>(&address), &length) == 0;
    if (!bound) std::abort();
    port_ = ntohs(address.sin_port);
    sockaddr_in6 address6{};
    address6.sin6_family = AF_INET6;
    address6.sin6_addr = in6addr_loopback;
    address6.sin6_port = htons(port_);
    // Where there is no IPv6, it cannot be dialled either.
    if (bind(v6_, reinterpret_cast<sockaddr*>(&address6), sizeof address6) == 0) listen(v6_, 16);
  }
  bool dialled() const { return accept(v4_, nullptr, nullptr) >= 0 || accept(v6_, nullptr, nullptr) >= 0; }
  std::string port() const { return std::to_string(port_); }

 private:
  int v4_;
  int v6_;
  std::uint16_t port_ = 0;
};

constexpr std::array kPieces = {"0",
                                "1",
                                "2",
                                "7",
                                "9",
                                "127",
                                "255",
                                "256",
                                "2130706433",
                                "0x7f",
                                "x",
                                "a",
                                "f",
                                "F",
                                ".",
                                "..",
                                ":",
                                "::",
                                "::1",
                                "::ffff:",
                                "[",
                                "]",
                                "@",
                                "/",
                                "//",
                                "\\",
                                "#",
                                "?",
                                "%",
                                "%00",
                                "%2e",
                                "%31",
                                "127.0.0.1",
                                "017",
                                "0177.0.0.1",
                                "64:ff9b::",
                                "2002:7f00:1::",
                                "-",
                                " ",
                                "\t"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Listener kListener;
  std::string url = "http://";
  for (std::size_t i = 0; i < size && i < 24; ++i) {
    if (data[i] >= 0xF0) {
      url += ":" + kListener.port();
    } else {
      url += kPieces[data[i] % kPieces.size()];
    }
  }
  fovea::server::FetchLimits limits;
  limits.total_seconds = 0.02;
  if (fovea::server::MediaFetcher(limits, std::make_shared<fovea::OutboundLedger>()).fetch(url)) std::abort();
  if (kListener.dialled()) std::abort();
  return 0;
}
