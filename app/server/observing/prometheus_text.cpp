#include "app/server/observing/prometheus_text.h"

#include <array>
#include <charconv>

namespace fovea::server {

void print_head(std::string_view name, std::string_view type, std::string_view help, std::string& out) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
  out.append(name).append(" ").append(type).append("\n");
}

std::string prometheus_number(double value) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string prometheus_label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string_view("\\n") : std::string_view(&c, 1);
  }
  return out;
}

void print_value(std::string_view name, std::string_view type, std::string_view help, double value,
                 std::string& out) {
  print_head(name, type, help, out);
  out.append(name).append(" ").append(prometheus_number(value)).append("\n");
}

}  // namespace fovea::server
