#include "core/api/answer_regions.h"

#include "core/api/json_string.h"
#include "core/api/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace fovea {
namespace {

constexpr double kScale = 1000.0;
// Bounds on what is looked at around one region, in bytes.
constexpr std::size_t kLongestObject = 4000;  // of the object on either side of its box
constexpr std::size_t kLongestMarked = 4000;  // between GLM's marks
constexpr std::size_t kLongestList = 120;     // between brackets
constexpr std::size_t kLabelWindow = 512;     // before a mark
constexpr std::size_t kLongestLabel = 60;     // characters
constexpr std::string_view kBeginMark = "<|begin_of_box|>";
constexpr std::string_view kEndMark = "<|end_of_box|>";
constexpr std::string_view kSpace = " \t\n\v\f\r";
constexpr auto kNowhere = std::string_view::npos;

std::size_t after_space(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(kSpace, at), text.size());
}

/// Where the value of `"KEY" :` begins, if one of `keys` stands at `at`.
template <std::size_t N>
std::optional<std::size_t> value_at(std::string_view text, std::size_t at,
                                    const std::array<std::string_view, N>& keys) {
  for (const std::string_view key : keys) {
    const std::size_t end = at + key.size() + 1;
    if (end >= text.size() || text[end] != '"' || text.substr(at + 1, key.size()) != key) continue;
    const std::size_t colon = after_space(text, end + 1);
    if (colon < text.size() && text[colon] == ':') return after_space(text, colon + 1);
  }
  return std::nullopt;
}

/// What stands between the bracket at `at` and the next, if that one closes it.
std::optional<std::string_view> list_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '[') return std::nullopt;
  const std::string_view inner = text.substr(at + 1, kLongestList + 1);
  const std::size_t end = inner.find_first_of("[]");
  if (end == kNowhere || end == 0 || inner[end] != ']') return std::nullopt;
  return inner.substr(0, end);
}

/// The numbers of a list such as "1, 2.5"; none if something else is in it or there are more than four.
std::vector<double> numbers_in(std::string_view list) {
  std::vector<double> out;
  for (bool more = true; more;) {
    const std::size_t comma = list.find(',');
    more = comma != kNowhere;
    std::string_view part = list.substr(0, comma);
    if (more) list.remove_prefix(comma + 1);
    part.remove_prefix(after_space(part, 0));
    part = part.substr(0, part.find_last_not_of(kSpace) + 1);
    double value = 0.0;
    const auto [end, fault] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (fault != std::errc() || end != part.data() + part.size() || out.size() == 4) return {};
    out.push_back(value);
  }
  return out;
}

std::optional<AnswerRegion> region_of(std::string_view list) {
  const std::vector<double> n = numbers_in(list);
  if (n.size() != 4 && n.size() != 2) return std::nullopt;
  if (std::any_of(n.begin(), n.end(), [](double v) { return !(v >= 0.0 && v <= kScale); }))
    return std::nullopt;
  AnswerRegion region;
  region.point = n.size() == 2;
  region.left = region.right = n[0] / kScale;
  region.top = region.bottom = n[1] / kScale;
  if (region.point) return region;
  if (!(n[2] > n[0] && n[3] > n[1])) return std::nullopt;
  region.right = n[2] / kScale;
  region.bottom = n[3] / kScale;
  return region;
}

/// The label in the JSON object around [begin, end), by its braces; and that object's extent.
std::string label_around(std::string_view text, std::size_t& begin, std::size_t& end) {
  constexpr std::array<std::string_view, 3> kKeys = {"label", "text_content", "text"};
  const std::size_t first = begin - std::min(begin, kLongestObject);
  const std::size_t open = text.substr(first, begin - first).rfind('{');
  const std::size_t close = text.substr(end, kLongestObject + 1).find('}');
  if (open == kNowhere || close == kNowhere) return {};
  begin = first + open;
  end = end + close + 1;
  const std::string_view object = text.substr(begin, end - begin);
  for (std::size_t at = object.find('"'); at != kNowhere; at = object.find('"', at + 1)) {
    const std::optional<std::size_t> value = value_at(object, at, kKeys);
    if (!value) continue;
    if (const std::optional<JsonString> label = json_string(object.substr(*value))) return label->text;
  }
  return {};
}

void find_json(std::string_view answer, AnswerRegions& found) {
  constexpr std::array<std::string_view, 3> kKeys = {"bbox_2d", "point_2d", "bbox"};
  for (std::size_t at = answer.find('"'); at != kNowhere; at = answer.find('"', at + 1)) {
    const std::optional<std::size_t> value = value_at(answer, at, kKeys);
    if (!value) continue;
    const std::optional<std::string_view> list = list_at(answer, *value);
    std::optional<AnswerRegion> region = list ? region_of(*list) : std::nullopt;
    if (!region) {
      ++found.left_out;
      continue;
    }
    region->text_begin = at;
    region->text_end = *value + list->size() + 2;
    region->label = label_around(answer, region->text_begin, region->text_end);
    found.regions.push_back(std::move(*region));
  }
}

/// What stands on the line before the mark at `mark` names it, without bullets and colons.
std::string label_before(std::string_view answer, std::size_t mark) {
  const std::size_t first = mark - std::min(mark, kLabelWindow);
  std::string_view line = answer.substr(first, mark - first);
  const std::size_t newline = line.rfind('\n');
  if (newline != kNowhere) line.remove_prefix(newline + 1);
  const std::size_t other = line.rfind(kEndMark);
  if (other != kNowhere) line.remove_prefix(other + kEndMark.size());
  if (newline == kNowhere && other == kNowhere && first > 0) return {};
  line.remove_prefix(std::min(line.find_first_not_of(" \t\n\v\f\r-*0123456789.,;:"), line.size()));
  line = line.substr(0, line.find_last_not_of(" \t\n\v\f\r:,") + 1);
  std::size_t characters = 0;
  for (std::string_view rest = line; !rest.empty(); ++characters) rest.remove_prefix(utf8_first(rest).length);
  return characters <= kLongestLabel ? std::string(line) : std::string();
}

void find_marked(std::string_view answer, AnswerRegions& found) {
  std::size_t at = answer.find(kBeginMark);
  while (at != kNowhere) {
    const std::size_t inside = at + kBeginMark.size();
    const std::size_t size = answer.substr(inside, kLongestMarked + kEndMark.size()).find(kEndMark);
    if (size == kNowhere) {
      at = answer.find(kBeginMark, at + 1);
      continue;
    }
    const std::string_view marked = answer.substr(inside, size);
    const std::size_t end = inside + size + kEndMark.size();
    const bool json = marked.find('{') != kNowhere;  // found by its keys
    for (std::size_t i = 0; !json && i < marked.size(); ++i) {
      const std::optional<std::string_view> list = list_at(marked, i);
      if (!list) continue;
      i += list->size() + 1;
      if (std::optional<AnswerRegion> region = region_of(*list)) {
        region->text_begin = at;
        region->text_end = end;
        region->label = label_before(answer, at);
        found.regions.push_back(std::move(*region));
      } else {
        ++found.left_out;
      }
    }
    at = answer.find(kBeginMark, end);
  }
}

}  // namespace

AnswerRegions find_answer_regions(std::string_view answer) {
  AnswerRegions found;
  find_json(answer, found);
  find_marked(answer, found);
  std::stable_sort(found.regions.begin(), found.regions.end(),
                   [](const AnswerRegion& a, const AnswerRegion& b) { return a.text_begin < b.text_begin; });
  return found;
}

}  // namespace fovea
