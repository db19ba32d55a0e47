#include "app/server/http/response_text.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace fovea::server {
namespace {

/// RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT", whatever the locale says.
std::string date_text() {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                utc.tm_sec);
  return text.data();
}

std::string head(int status, std::string_view type, const HttpFields& fields, bool keep_alive) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " ";
  text.append(http_reason(status)).append("\r\nDate: ").append(date_text());
  if (!type.empty()) text.append("\r\nContent-Type: ").append(type);
  text.append("\r\nX-Content-Type-Options: nosniff\r\nConnection: ")
      .append(keep_alive ? "keep-alive" : "close");
  for (const auto& [name, value] : fields) text.append("\r\n").append(name).append(": ").append(value);
  text.append("\r\n");
  return text;
}

}  // namespace

std::string response_text(const HttpResponse& response, bool keep_alive, bool body) {
  std::string text = head(response.status, response.type, response.fields, keep_alive);
  text.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n\r\n");
  if (body) text.append(response.body);
  return text;
}

std::string stream_head_text(int status, std::string_view type, const HttpFields& fields, bool keep_alive,
                             bool chunked) {
  std::string text = head(status, type, fields, keep_alive && chunked);
  if (chunked) text.append("Transfer-Encoding: chunked\r\n");
  return text.append("\r\n");
}

std::string chunk_text(std::string_view bytes) {
  if (bytes.empty()) return {};
  std::array<char, 24> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
  return std::string(size.data()).append(bytes).append("\r\n");
}

}  // namespace fovea::server
