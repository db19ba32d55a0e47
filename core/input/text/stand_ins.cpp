#include "core/input/text/stand_ins.h"

#include "core/input/text/stand_in_table.h"
#include "core/input/text/utf8.h"

#include <algorithm>
#include <iterator>

namespace fovea::text {

char32_t stand_in_for(char32_t c) {
  if (c < kStandInRanges[0].first) return c;
  const StandInRange* const range =
      std::upper_bound(std::begin(kStandInRanges), std::end(kStandInRanges), c,
                       [](char32_t value, const StandInRange& r) { return value < r.first; });
  return range != std::begin(kStandInRanges) && c <= std::prev(range)->last ? std::prev(range)->stand_in : c;
}

MatchedText::MatchedText(std::string_view text) : view_(text) {
  std::string replaced;
  std::size_t done = 0;  // bytes of text that are in `replaced`
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0xE0) {  // all of the table has three or four bytes
      ++at;
      continue;
    }
    const std::size_t begin = at;
    const char32_t c = next_code_point(text, at);
    const char32_t other = stand_in_for(c);
    if (other == c) continue;
    replaced.append(text.substr(done, begin - done));
    append_utf8(replaced, other);
    done = at;
  }
  if (done == 0) return;
  replaced.append(text.substr(done));
  replaced_ = std::move(replaced);
  view_ = replaced_;
}

}  // namespace fovea::text
