#include "core/input/text/added_tokens.h"

#include "core/input/text/stand_ins.h"
#include "core/input/text/utf8.h"

#include <algorithm>

#include <utf8proc.h>

namespace fovea::text {
namespace {

/// Unicode's White_Space.
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

/// What \w means to the reference (UTS #18, annex C): alphabetic, marks, decimal digits, connectors, joiners.
/// Alphabetic beyond the letters and letter numbers are the circled and squared Latin letters.
bool is_word(char32_t c) {
  if (c == 0x200C || c == 0x200D) return true;
  if ((c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x1F150 && c <= 0x1F169) ||
      (c >= 0x1F170 && c <= 0x1F189)) {
    return true;
  }
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(stand_in_for(c)))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      return false;
  }
}

bool touches_word(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t before = begin, behind = end;
  return (begin > 0 && is_word(previous_code_point(text, before))) ||
         (end < text.size() && is_word(next_code_point(text, behind)));
}

std::size_t without_space_before(std::string_view text, std::size_t begin, std::size_t least) {
  while (begin > least) {
    std::size_t previous = begin;
    if (!is_space(previous_code_point(text, previous))) break;
    begin = previous;
  }
  return begin;
}

std::size_t without_space_behind(std::string_view text, std::size_t end) {
  while (end < text.size()) {
    std::size_t next = end;
    if (!is_space(next_code_point(text, next))) break;
    end = next;
  }
  return end;
}

}  // namespace

AddedTokenMatcher::AddedTokenMatcher(std::vector<AddedToken> tokens)
    : tokens_(std::move(tokens)), token_at_(1, -1) {
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    std::uint32_t node = 0;
    for (char byte : tokens_[i].content) {
      const auto [edge_to, is_new] =
          edges_.try_emplace(edge(node, byte), static_cast<std::uint32_t>(token_at_.size()));
      if (is_new) token_at_.push_back(-1);
      node = edge_to->second;
    }
    if (token_at_[node] < 0) token_at_[node] = static_cast<std::int32_t>(i);
    begins_[static_cast<unsigned char>(tokens_[i].content.front())] = true;
  }
}

AddedTokenMatcher::Match AddedTokenMatcher::longest_at(std::string_view text, std::size_t at) const {
  Match best;
  std::uint32_t node = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    const auto next = edges_.find(edge(node, text[i]));
    if (next == edges_.end()) break;
    node = next->second;
    if (token_at_[node] >= 0) best = {token_at_[node], i + 1 - at};
  }
  return best;
}

void AddedTokenMatcher::split(std::string_view text, std::vector<Piece>& out) const {
  std::size_t done = 0;                        // everything before is in `out`
  std::size_t space_begin = 1, space_end = 0;  // white space already measured, so that a run is walked once
  for (std::size_t at = 0; at < text.size() && !tokens_.empty();) {
    if (!begins_[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    const Match match = longest_at(text, at);
    if (match.token < 0) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens_[static_cast<std::size_t>(match.token)];
    std::size_t begin = at, end = at + match.length;
    at = end;
    if (token.single_word && touches_word(text, begin, end)) continue;
    // White space that an earlier token has taken is not taken twice.
    if (token.lstrip) begin = std::max(without_space_before(text, begin, done), done);
    if (token.rstrip) {
      if (end < space_begin || end > space_end) {
        space_begin = end;
        space_end = without_space_behind(text, end);
      }
      end = space_end;
    }
    if (begin >= end) continue;  // the one before has taken all of it
    if (done < begin) out.push_back({-1, text.substr(done, begin - done)});
    out.push_back({token.id, text.substr(begin, end - begin)});
    done = end;
  }
  if (done < text.size()) out.push_back({-1, text.substr(done)});
}

}  // namespace fovea::text
