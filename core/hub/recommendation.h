#pragma once

#include "core/hub/memory_estimate.h"
#include "core/hub/published_models.h"

#include <optional>
#include <string_view>
#include <vector>

namespace fovea {

/// A pace at which an answer can be read as it comes.
inline constexpr double kComfortableTokensPerSecond = 5.0;

/// "bf16", "int8", "int4": published models are in bf16, and stay so in kModel.
std::string_view published_format_name(WeightFormat format);

/// A published model in one format on this machine.
struct Candidate {
  PublishedModel model;
  WeightFormat format = WeightFormat::kModel;  ///< of the decoder's layers
  MemoryEstimate memory;
  std::optional<MemoryVerdict> verdict;  ///< nothing where the free memory is not known
  /// An upper bound: each answer's token reads the decoder's and the head's weights once, so bandwidth /
  /// bytes read a token (layers in `format`, the head in bf16). 0 if the bandwidth is not known.
  double tokens_per_second = 0.0;
};

struct Recommendation {
  std::vector<Candidate> candidates;  ///< in bf16, int8 and int4; by size, the largest last
  /// Of `candidates`: the largest that fits and is comfortable, in the format nearest to its own; without one
  /// the fastest that fits; nothing if none fits.
  std::optional<std::size_t> best;
};

/// `bandwidth`: bytes a second, see measured_read_bandwidth(). `available`: nullopt if it is not known.
/// `program`: see estimate_memory().
Recommendation recommend(const PublishedModels& published, const std::optional<AvailableMemory>& available,
                         double bandwidth, std::uint64_t program = kProgramBytes);

}  // namespace fovea
