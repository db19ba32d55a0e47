#pragma once

#include "core/hub/memory_estimate.h"
#include "core/hub/published_models.h"

#include <optional>
#include <vector>

namespace fovea {

/// A pace at which an answer can be read as it comes.
inline constexpr double kComfortableTokensPerSecond = 5.0;

/// A published model in one format on this machine.
struct Candidate {
  PublishedModel model;
  RecommendedFormat format;
  MemoryEstimate memory;
  std::optional<MemoryVerdict> verdict;  ///< nothing where the free memory is not known
  /// An upper bound: each answer's token reads the decoder's and the head's weights once, so bandwidth /
  /// bytes read a token. 0 if the bandwidth is not known.
  double tokens_per_second = 0.0;
};

struct Recommendation {
  std::vector<Candidate> candidates;  ///< in formats that run today; by size, the largest last
  /// Of `candidates`: the largest that fits and is comfortable; without one the fastest that fits; nothing
  /// if none fits.
  std::optional<std::size_t> best;
};

/// `bandwidth`: bytes a second, see measured_read_bandwidth(). `available`: nullopt if it is not known.
Recommendation recommend(const PublishedModels& published, const std::optional<AvailableMemory>& available,
                         double bandwidth);

}  // namespace fovea
