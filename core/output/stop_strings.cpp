#include "core/output/stop_strings.h"

#include <algorithm>

namespace fovea {
namespace {

std::vector<std::size_t> borders(std::string_view text) {
  std::vector<std::size_t> border(text.size(), 0);
  for (std::size_t i = 1; i < text.size(); ++i) {
    std::size_t length = border[i - 1];
    while (length > 0 && text[i] != text[length]) length = border[length - 1];
    border[i] = text[i] == text[length] ? length + 1 : 0;
  }
  return border;
}

}  // namespace

StopStrings::StopStrings(const std::vector<std::string>& strings) {
  patterns_.reserve(strings.size());  // found_ points into it
  for (const std::string& text : strings) patterns_.push_back({text, borders(text), 0});
}

void StopStrings::push(std::string_view text, std::string& out) {
  if (found()) return;
  if (patterns_.empty()) {
    out += text;
    return;
  }
  std::size_t longest = 0;  // beginning of any stop string at the end of the text so far
  for (std::size_t i = 0; i < text.size(); ++i) {
    longest = 0;
    for (Pattern& pattern : patterns_) {
      std::size_t& matched = pattern.matched;
      while (matched > 0 && pattern.text[matched] != text[i]) matched = pattern.border[matched - 1];
      if (pattern.text[matched] == text[i]) ++matched;
      if (matched == pattern.text.size() && (!found() || pattern.text.size() > found_->text.size())) {
        found_ = &pattern;
      }
      longest = std::max(longest, matched);
    }
    if (found()) {
      held_.append(text, 0, i + 1);
      out.append(held_, 0, held_.size() - found_->text.size());
      held_.clear();
      return;
    }
  }
  held_ += text;
  if (text.empty()) return;
  out.append(held_, 0, held_.size() - longest);
  held_.erase(0, held_.size() - longest);
}

void StopStrings::flush(std::string& out) {
  out += held_;
  held_.clear();
  for (Pattern& pattern : patterns_) pattern.matched = 0;
}

}  // namespace fovea
