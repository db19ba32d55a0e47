#include "app/server/access/caller_check.h"

#include <algorithm>

#include <arpa/inet.h>

namespace fovea::server {
namespace {

/// Without the port and a v6 address's brackets.
std::string host_of(std::string_view host) {
  if (host.starts_with('[')) return in_lower_case(host.substr(1, host.find(']') - 1));
  const std::size_t colon = host.find(':');
  return in_lower_case(host.substr(0, colon));
}

bool is_numeric(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool among(const std::vector<std::string>& list, std::string_view text) {
  const std::string wanted = in_lower_case(text);
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& one) { return in_lower_case(one) == wanted; });
}

}  // namespace

bool is_loopback(std::string_view address) {
  const std::string text(address);
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool CallerCheck::host_fits(std::string_view host_field) const {
  const std::string host = host_of(host_field);
  return host == "localhost" || is_numeric(host) || among(names_, host);
}

bool CallerCheck::origin_fits(const HttpHead& head) const {
  if (head.count("origin") == 0) return true;
  const std::string_view origin = head.field("origin");
  const std::string own = "://" + in_lower_case(head.field("host"));
  const std::string given = in_lower_case(origin);
  if (given == "http" + own || given == "https" + own) return true;
  return is_foreign_but_named(origin);
}

bool CallerCheck::is_foreign_but_named(std::string_view origin) const {
  return in_lower_case(origin) != "null" && among(origins_, origin);
}

}  // namespace fovea::server
