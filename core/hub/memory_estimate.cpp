#include "core/hub/memory_estimate.h"

#include "core/api/weight_group.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace fovea {

namespace {

/// Bytes of all weights, see estimate_memory().
std::uint64_t weights_bytes(const ModelEntry& entry, const WeightOptions& held, std::uint64_t element) {
  if (entry.published && held.format == entry.published->format && held.group == entry.published->group) {
    const auto small = static_cast<double>(entry.published_weights);
    return static_cast<std::uint64_t>(entry.parameters - entry.published_weights) * element +
           static_cast<std::uint64_t>(small * bits_a_weight(held, element) / 8.0);
  }
  if (held.format == WeightFormat::kModel || held.format == WeightFormat::kFloat)
    return static_cast<std::uint64_t>(entry.parameters) * element;
  const std::int64_t embedding = entry.vocabulary * entry.hidden_size;
  const std::int64_t layers = std::min(entry.layer_weights, entry.parameters);
  const std::int64_t others =
      std::max<std::int64_t>(0, entry.parameters - layers - embedding * (entry.tied_head ? 1 : 2));
  std::int64_t small = layers;
  std::int64_t plain = entry.parameters - layers;
  if (held.vision) {
    small += others;
    plain -= others;
  }
  if (held.head) {
    small += embedding;
    if (!entry.tied_head) plain -= embedding;
  }
  constexpr double kByte = 8.0;
  return static_cast<std::uint64_t>(static_cast<double>(small) * bits_a_weight(held, element) / kByte) +
         static_cast<std::uint64_t>(std::max<std::int64_t>(0, plain)) * element;
}

/// See MemoryEstimate::loading.
std::uint64_t loading_bytes(const ModelEntry& entry, const WeightOptions& held, std::uint64_t weights,
                            std::uint64_t element) {
  if (entry.integers) return weights;
  const auto gate_up = static_cast<std::uint64_t>(2 * entry.intermediate_size * entry.hidden_size) * element;
  const bool copied = held.format != WeightFormat::kModel || element == 2;
  std::uint64_t most = weights + (copied ? gate_up : 0);
  const std::uint64_t stored = entry.dtype == "fp32" ? 4 : 2;
  if (stored != element) {
    const std::int64_t table = entry.vocabulary * entry.hidden_size;
    const std::int64_t tower =
        std::max<std::int64_t>(0, entry.parameters - entry.layer_weights - table * (entry.tied_head ? 1 : 2));
    most = std::max(most, static_cast<std::uint64_t>(tower + table) * element +
                              static_cast<std::uint64_t>(table) * stored);
  }
  return most;
}

}  // namespace

double bits_a_weight(const WeightOptions& options, std::uint64_t element) {
  constexpr double kScaleBits = 16.0;
  switch (options.format) {
    case WeightFormat::kModel:
    case WeightFormat::kFloat:
      break;
    case WeightFormat::kInt8:
    case WeightFormat::kInt4: {
      const int bits = options.format == WeightFormat::kInt8 ? 8 : 4;
      const int group = group_or_usual(options.group, bits);
      return group == kWholeRow ? bits : bits + kScaleBits / group;
    }
  }
  return 8.0 * static_cast<double>(element);
}

MemoryEstimate estimate_memory(const ModelEntry& entry, ComputeType compute_type, std::int64_t context_tokens,
                               const WeightOptions& held, std::uint64_t program, KvCacheType kv_cache) {
  MemoryEstimate estimate;
  estimate.compute_type = compute_type;
  if (compute_type == ComputeType::kAuto) {
    estimate.compute_type = entry.dtype == "fp32" ? ComputeType::kFloat32 : ComputeType::kBFloat16;
  }
  const std::uint64_t element = estimate.compute_type == ComputeType::kFloat32 ? 4 : 2;
  if (context_tokens <= 0) context_tokens = kUsualContext;
  if (entry.context_tokens > 0) context_tokens = std::min(context_tokens, entry.context_tokens);
  estimate.context_tokens = context_tokens;

  const auto tokens = static_cast<std::uint64_t>(context_tokens);
  const auto width = static_cast<std::uint64_t>(4 * entry.hidden_size + 3 * entry.intermediate_size);
  estimate.held = entry.integers.value_or(held);
  if (entry.published && held.format == WeightFormat::kModel) estimate.held = *entry.published;
  estimate.weights = weights_bytes(entry, estimate.held, element);
  estimate.loading = loading_bytes(entry, estimate.held, estimate.weights, element);
  const std::int64_t heads = entry.head_size > 0 ? entry.kv_elements_per_token / 2 / entry.head_size : 0;
  estimate.kv_cache =
      tokens * static_cast<std::uint64_t>(heads) * kv_head_bytes(entry.head_size, kv_cache, element);
  estimate.activations = tokens * width * element + 4 * static_cast<std::uint64_t>(entry.vocabulary);
  estimate.program = program;
  return estimate;
}

MemoryVerdict judge(const MemoryEstimate& estimate, const AvailableMemory& available) {
  MemoryVerdict verdict;
  verdict.fits = estimate.needed() <= available.free_bytes;
  verdict.text =
      "needs about " + bytes_text(estimate.needed()) + ", " + bytes_text(available.free_bytes) + " are free";
  if (available.limited)
    verdict.text += " under this process's limit of " + bytes_text(available.total_bytes);
  if (verdict.fits) return verdict;

  const std::uint64_t without_prompt = estimate.weights + estimate.program;
  if (estimate.needed() <= available.total_bytes) {
    verdict.text += "; it would fit if other programs gave memory back";
  } else if (estimate.compute_type == ComputeType::kFloat32 &&
             estimate.program + (estimate.total() - estimate.program) / 2 <= available.free_bytes) {
    verdict.text += "; it fits in bf16";
  } else if (without_prompt <= available.free_bytes) {
    verdict.text += "; it fits with a shorter context";
  } else {
    verdict.text += "; the weights alone take " + bytes_text(estimate.weights);
  }
  return verdict;
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  // 999.5 would be written as 1000.
  for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit) value /= 1000.0;
  std::array<char, 32> text{};
  const bool decimal = unit > 0 && value < 9.95;
  std::snprintf(text.data(), text.size(), decimal ? "%.1f %s" : "%.0f %s", value, kUnits.at(unit));
  return text.data();
}

}  // namespace fovea
