#include "app/server/media/media_fetcher.h"

#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace fovea::server {
namespace {

struct Range4 {
  std::uint32_t first;
  int bits;
};

/// RFC 6890 and its successors' registry of IPv4 addresses that are not global, and multicast.
constexpr std::array kForbidden4 = {
    Range4{0x00000000, 8},   // 0.0.0.0/8: this network
    Range4{0x0A000000, 8},   // 10/8: private
    Range4{0x64400000, 10},  // 100.64/10: shared
    Range4{0x7F000000, 8},   // 127/8: loopback
    Range4{0xA9FE0000, 16},  // 169.254/16: link-local, clouds' metadata
    Range4{0xAC100000, 12},  // 172.16/12: private
    Range4{0xC0000000, 24},  // 192.0.0/24: protocol assignments
    Range4{0xC0000200, 24},  // 192.0.2/24: documentation
    Range4{0xC0586300, 24},  // 192.88.99/24: 6to4 relays
    Range4{0xC0A80000, 16},  // 192.168/16: private
    Range4{0xC6120000, 15},  // 198.18/15: benchmarks
    Range4{0xC6336400, 24},  // 198.51.100/24: documentation
    Range4{0xCB007100, 24},  // 203.0.113/24: documentation
    Range4{0xE0000000, 3},   // 224/3: multicast, reserved, broadcast
};

bool may_dial4(std::uint32_t address) {
  for (const Range4& range : kForbidden4) {
    if ((address ^ range.first) >> (32 - range.bits) == 0) return false;
  }
  return true;
}

bool may_dial6(const std::array<std::uint8_t, 16>& a) {
  const auto v4_at = [&](std::size_t i) {
    return static_cast<std::uint32_t>(a[i]) << 24U | static_cast<std::uint32_t>(a[i + 1]) << 16U |
           static_cast<std::uint32_t>(a[i + 2]) << 8U | a[i + 3];
  };
  // 64:ff9b::/96 carries an IPv4 address, and may be dialled if that may.
  constexpr std::array<std::uint8_t, 12> kNat64 = {0, 0x64, 0xFF, 0x9B};
  if (std::memcmp(a.data(), kNat64.data(), kNat64.size()) == 0) return may_dial4(v4_at(12));
  // Of all the others only 2000::/3 is global: ::1, ::ffff:0:0/96, fc00::/7, fe80::/10 and ff00::/8 lie
  // outside.
  if ((a[0] & 0xE0U) != 0x20U) return false;
  if (a[0] == 0x20 && a[1] == 0x02) return may_dial4(v4_at(2));            // 6to4
  if (a[0] == 0x20 && a[1] == 0x01 && a[2] < 0x02) return false;           // 2001::/23: Teredo and others
  return !(a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0D && a[3] == 0xB8);  // documentation
}

}  // namespace

bool may_dial(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return may_dial4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), v6.sin6_addr.s6_addr, bytes.size());
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    std::uint32_t v4 = 0;
    std::memcpy(&v4, bytes.data() + 12, sizeof v4);
    return may_dial4(ntohl(v4));
  }
  return may_dial6(bytes);
}

}  // namespace fovea::server
