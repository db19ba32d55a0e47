#include "core/input/text/normalizer.h"

#include "core/input/text/utf8.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include <utf8proc.h>

namespace fovea::text {
namespace {

struct Range {
  char32_t first, last;
};

/// What has no part in normalisation to the reference: what Unicode 10 to 15 gave a combining class or a
/// composition. Found by comparing utf8proc 2.8 with tokenizers 0.23.3 over all code points; the differential
/// test covers them. And U+11A7, no consonant, but utf8proc swallows it behind a Hangul syllable.
constexpr Range kInert[] = {
    {0x07FD, 0x07FD},   {0x0898, 0x089F},   {0x08CA, 0x08D3},   {0x09FE, 0x09FE},   {0x0C3C, 0x0C3C},
    {0x0D3B, 0x0D3C},   {0x0EBA, 0x0EBA},   {0x11A7, 0x11A7},   {0x1715, 0x1715},   {0x1ABF, 0x1ACE},
    {0x1DF6, 0x1DFA},   {0xA82C, 0xA82C},   {0x10D24, 0x10D27}, {0x10EAB, 0x10EAC}, {0x10EFD, 0x10EFF},
    {0x10F46, 0x10F50}, {0x10F82, 0x10F85}, {0x11070, 0x11070}, {0x1133B, 0x1133B}, {0x1145E, 0x1145E},
    {0x11839, 0x1183A}, {0x11930, 0x11930}, {0x1193D, 0x1193E}, {0x11943, 0x11943}, {0x119E0, 0x119E0},
    {0x11A34, 0x11A34}, {0x11A47, 0x11A47}, {0x11A99, 0x11A99}, {0x11D42, 0x11D42}, {0x11D44, 0x11D45},
    {0x11D97, 0x11D97}, {0x11F41, 0x11F42}, {0x16FF0, 0x16FF1}, {0x1E08F, 0x1E08F}, {0x1E130, 0x1E136},
    {0x1E2AE, 0x1E2AE}, {0x1E2EC, 0x1E2EF}, {0x1E4EC, 0x1E4EF}};

bool inert(char32_t c) {
  if (c < kInert[0].first) return false;
  const Range* const range = std::upper_bound(std::begin(kInert), std::end(kInert), c,
                                              [](char32_t value, const Range& r) { return value < r.first; });
  return range != std::begin(kInert) && c <= std::prev(range)->last;
}

utf8proc_propval_t combining_class(utf8proc_int32_t c) {
  return utf8proc_get_property(c)->combining_class;
}

/// Canonical decomposition, order and composition of `points` in place. utf8proc's own way to order marks
/// takes the square of a run's length, hence the sort.
void compose(std::vector<utf8proc_int32_t>& points) {
  auto is_mark = [](utf8proc_int32_t c) { return combining_class(c) != 0; };
  for (auto begin = points.begin(); begin != points.end();) {
    begin = std::find_if(begin, points.end(), is_mark);
    const auto end = std::find_if_not(begin, points.end(), is_mark);
    std::stable_sort(begin, end, [](auto a, auto b) { return combining_class(a) < combining_class(b); });
    begin = end;
  }
  const auto option = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto count =
      utf8proc_normalize_utf32(points.data(), static_cast<utf8proc_ssize_t>(points.size()), option);
  points.resize(static_cast<std::size_t>(std::max<utf8proc_ssize_t>(count, 0)));
}

void decompose(char32_t c, std::vector<utf8proc_int32_t>& points) {
  constexpr int kLongest = 4;  // canonical decompositions have four code points at most
  utf8proc_int32_t parts[kLongest];
  int boundary = 0;
  const auto option = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
  const auto count =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts, kLongest, option, &boundary);
  points.insert(points.end(), parts, parts + std::clamp<utf8proc_ssize_t>(count, 0, kLongest));
}

}  // namespace

bool surely_nfc(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    // Below the combining marks, CJK ideographs, Hangul syllables. A jamo that joins a syllable is none of
    // these.
    if (c >= 0x300 && !(c >= 0x3400 && c < 0xA000) && !(c >= 0xAC00 && c < 0xD7A4)) return false;
  }
  return true;
}

std::string to_nfc(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::vector<utf8proc_int32_t> points;
  auto flush = [&] {
    compose(points);
    for (utf8proc_int32_t c : points) append_utf8(out, static_cast<char32_t>(c));
    points.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (inert(c)) {
      flush();
      append_utf8(out, c);
    } else {
      decompose(c, points);
    }
  }
  flush();
  return out;
}

}  // namespace fovea::text
