#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fovea::cli {

/// What `given` was most likely meant to be: a candidate that it begins, or one within a few slips (a letter
/// too many, too few, wrong, or two swapped); empty if nothing is near. Names are compared as bytes.
std::string nearest(std::string_view given, const std::vector<std::string>& candidates);

}  // namespace fovea::cli
