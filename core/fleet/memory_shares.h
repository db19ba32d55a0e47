#pragma once

#include "core/api/error.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fovea {

/// Models that one fleet may have: memory_shares() looks at every set of them.
inline constexpr std::size_t kMostModels = 16;

/// What each of some models may take of `room` bytes, given what each needs at the least: its need, and on
/// top of it an equal part of what the fullest company that it fits into leaves over.
///
/// So models whose needs fit together have shares that fit together too: more room for one never costs
/// another its place. And a share does not hang on what else is in memory at the moment: a question that a
/// model takes today it takes tomorrow. A need above `room` comes back as it is; such a model never fits. At
/// most kMostModels; cost 2^n · n.
std::vector<std::uint64_t> memory_shares(std::span<const std::uint64_t> needs, std::uint64_t room);

/// The refusal of a model that is over the limit even alone, with the figures. `in_memory`: "a (700 MB), b
/// (1200 MB)", or empty.
Error never_fits(const std::string& name, std::uint64_t need, std::uint64_t program, std::uint64_t limit,
                 const std::string& in_memory);

/// "1200 MB", rounded up.
std::string whole_megabytes(std::uint64_t bytes);

}  // namespace fovea
