#include "core/input/text/template/text_search.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace fovea::jinja {

std::size_t find_text(std::string_view text, std::string_view needle, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  if (needle.empty()) return from;
  const void* at = ::memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
  if (at == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

std::size_t find_text_backwards(std::string_view text, std::string_view needle, std::size_t end) {
  const std::string_view head = text.substr(0, end);
  if (needle.size() > head.size()) return std::string_view::npos;
  if (needle.empty()) return head.size();
  const std::string backwards(head.rbegin(), head.rend());
  const std::string reversed(needle.rbegin(), needle.rend());
  const std::size_t at = find_text(backwards, reversed, 0);
  return at == std::string_view::npos ? at : head.size() - at - needle.size();
}

}  // namespace fovea::jinja
