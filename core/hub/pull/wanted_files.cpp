#include "core/hub/pull/wanted_files.h"

#include "core/api/utf8.h"

#include <algorithm>
#include <array>

namespace fovea {
namespace {

constexpr std::size_t kLongestPart = 255;

bool is_dangerous_part(std::string_view part) {
  return part.empty() || part == "." || part == ".." || part.size() > kLongestPart ||
         std::any_of(part.begin(), part.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte < 0x20 || byte == 0x7F || c == '\\';
         });
}

template <std::size_t N>
bool ends_with_one(std::string_view path, const std::array<std::string_view, N>& endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [path](std::string_view ending) { return path.ends_with(ending); });
}

}  // namespace

bool is_dangerous_path(std::string_view path) {
  if (!is_utf8(path)) return true;
  while (true) {
    const std::size_t slash = path.find('/');
    if (is_dangerous_part(path.substr(0, slash))) return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

bool is_weight_file(std::string_view path) {
  return path.ends_with(".safetensors");
}

bool is_wanted(std::string_view path) {
  static constexpr std::array<std::string_view, 5> kEndings = {".safetensors", ".json", ".jinja", ".txt",
                                                               ".md"};
  static constexpr std::array<std::string_view, 4> kPlainTexts = {"LICENSE", "LICENCE", "NOTICE", "COPYING"};
  if (is_dangerous_path(path) || path.starts_with('.')) return false;
  constexpr std::string_view kTemplates = "additional_chat_templates/";
  if (path.starts_with(kTemplates)) {
    path.remove_prefix(kTemplates.size());
    return path.find('/') == std::string_view::npos && !path.starts_with('.') && path.ends_with(".jinja");
  }
  if (path.find('/') != std::string_view::npos) return false;
  return ends_with_one(path, kEndings) ||
         std::find(kPlainTexts.begin(), kPlainTexts.end(), path) != kPlainTexts.end();
}

}  // namespace fovea
