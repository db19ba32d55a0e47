#include "core/hub/near_names.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace fovea {
namespace {

constexpr std::size_t kLongestName = 200;  ///< longer ones are compared by their beginning

std::string lowered(std::string_view text) {
  std::string lower(text.substr(0, kLongestName));
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view part_after_slash(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

/// How far apart two lowered names are; nothing if too far.
std::optional<std::size_t> distance(std::string_view wanted, std::string_view name) {
  constexpr std::size_t kShortestPart = 3;
  if (wanted.size() >= kShortestPart && name.find(wanted) != std::string_view::npos) return 0;
  if (name.size() >= kShortestPart && wanted.find(name) != std::string_view::npos) return 1;
  const std::size_t letters = edit_distance(wanted, name);
  const std::size_t most = std::max<std::size_t>(1, wanted.size() / 3);
  return letters <= most ? std::optional(letters + 1) : std::nullopt;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the table: before[j] is the distance of a's first i − 1 letters to b's first j.
  std::vector<std::size_t> earlier(b.size() + 1);
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) before[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({before[j] + 1, row[j - 1] + 1, before[j - 1] + changed});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], earlier[j - 2] + 1);
    }
    std::swap(earlier, before);
    std::swap(before, row);
  }
  return before[b.size()];
}

std::vector<std::string> near_names(std::string_view wanted, const std::vector<std::string>& names,
                                    std::size_t limit) {
  const std::string lower = lowered(wanted);
  if (lower.empty()) return {};
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& name : names) {
    const std::string candidate = lowered(name);
    std::optional<std::size_t> best = distance(lower, candidate);
    const std::optional<std::size_t> by_part = distance(part_after_slash(lower), part_after_slash(candidate));
    if (by_part && (!best || *by_part < *best)) best = by_part;
    if (best) near.emplace_back(*best, name);
  }
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> result;
  for (auto& [letters, name] : near) {
    if (result.size() == limit) break;
    if (std::find(result.begin(), result.end(), name) == result.end()) result.push_back(std::move(name));
  }
  return result;
}

}  // namespace fovea
