#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// Names that `wanted` may have meant, nearest first, at most `limit`: those that hold it (or are held by
/// it), then those that differ by few letters: up to a third of the wanted name's length. Case does not
/// count; a name counts by its part after the slash too. Cost: |wanted| · |name| for each name.
std::vector<std::string> near_names(std::string_view wanted, const std::vector<std::string>& names,
                                    std::size_t limit);

/// Letters to insert, delete, replace or swap with the next to make `b` of `a` (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace fovea
