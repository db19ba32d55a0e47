#include "app/cli/near_miss.h"

#include <algorithm>
#include <cstddef>

namespace fovea::cli {
namespace {

constexpr std::size_t kLongestName = 64;  // longer words are no slip of a name

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
std::size_t slips(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t wrong = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + wrong});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string nearest(std::string_view given, const std::vector<std::string>& candidates) {
  if (given.empty() || given.size() > kLongestName) return {};
  std::string best;
  // A third of the letters may be wrong; in the shortest names one.
  std::size_t best_slips = std::max<std::size_t>(1, given.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t count = slips(given, candidate);
    if (count < best_slips) {
      best_slips = count;
      best = candidate;
    }
  }
  if (!best.empty()) return best;
  const auto begun = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const std::string& candidate) { return candidate.starts_with(given); });
  return begun == candidates.end() ? std::string() : *begun;
}

}  // namespace fovea::cli
