#include "app/server/wire/long_strings.h"

#include <algorithm>

namespace fovea::server {
namespace {

/// Where a string that begins at `begin` ends: the place of its closing quote, or npos.
struct Ending {
  std::size_t quote = std::string_view::npos;
  bool escapes = false;
};

/// Looks for quotes and for backslashes apart, each byte once for each: those are memchr's, many bytes a
/// step.
Ending ending_of(std::string_view text, std::size_t begin) {
  Ending ending;
  ending.quote = text.find('"', begin);
  std::size_t from = begin;
  while (ending.quote != std::string_view::npos) {
    const std::size_t escape = text.substr(0, ending.quote).find('\\', from);
    if (escape == std::string_view::npos) break;
    ending.escapes = true;
    from = escape + 2;
    if (from > ending.quote) ending.quote = text.find('"', from);
  }
  return ending;
}

bool has_controls(std::string_view text) {
  unsigned char lowest = 0xFF;
  for (const char c : text) lowest = std::min(lowest, static_cast<unsigned char>(c));
  return lowest < 0x20;
}

}  // namespace

LongStrings::LongStrings(std::string_view text, std::size_t least) : original_(text) {
  std::size_t copied = 0;
  std::size_t number = 0;
  for (std::size_t open = text.find('"'); open != std::string_view::npos; ++number) {
    const Ending ending = ending_of(text, open + 1);
    if (ending.quote == std::string_view::npos) break;
    const std::string_view content = text.substr(open + 1, ending.quote - open - 1);
    if (content.size() >= least && !ending.escapes && !has_controls(content)) {
      shortened_.append(text, copied, open + 1 - copied);
      removed_.push_back({number, shortened_.size(), content});
      copied = ending.quote;
    }
    open = text.find('"', ending.quote + 1);
  }
  if (!removed_.empty()) shortened_.append(text, copied);
}

const std::string_view* LongStrings::next() {
  const std::size_t number = strings_++;
  if (handed_ == removed_.size() || removed_[handed_].number != number) return nullptr;
  return &removed_[handed_++].content;
}

std::size_t LongStrings::original_position(std::size_t position) const {
  std::size_t original = position;
  for (const Removed& one : removed_) {
    if (one.at < position) original += one.content.size();
  }
  return original;
}

}  // namespace fovea::server
