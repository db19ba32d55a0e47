#include "core/fleet/memory_shares.h"

#include <algorithm>
#include <bit>

namespace fovea {

std::vector<std::uint64_t> memory_shares(std::span<const std::uint64_t> needs, std::uint64_t room) {
  std::vector<std::uint64_t> extra(needs.size(), room);
  for (std::uint64_t set = 1; set < std::uint64_t{1} << needs.size(); ++set) {
    const auto in_set = [&](std::size_t i) { return (set >> i & 1) != 0; };
    std::uint64_t left = room;
    bool fits = true;
    for (std::size_t i = 0; i < needs.size() && fits; ++i) {
      if (!in_set(i)) continue;
      fits = needs[i] <= left;
      left -= fits ? needs[i] : 0;
    }
    if (!fits) continue;
    const std::uint64_t part = left / static_cast<std::uint64_t>(std::popcount(set));
    for (std::size_t i = 0; i < needs.size(); ++i) {
      if (in_set(i)) extra[i] = std::min(extra[i], part);
    }
  }
  std::vector<std::uint64_t> shares(needs.begin(), needs.end());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (needs[i] <= room) shares[i] += extra[i];
  }
  return shares;
}

std::string whole_megabytes(std::uint64_t bytes) {
  constexpr std::uint64_t kMegabyte = 1'000'000;
  return std::to_string((bytes + kMegabyte - 1) / kMegabyte) + " MB";
}

Error never_fits(const std::string& name, std::uint64_t need, std::uint64_t program, std::uint64_t limit,
                 const std::string& in_memory) {
  return {ErrorCode::kOutOfMemory,
          name + " needs " + whole_megabytes(need) + " and the program itself " + whole_megabytes(program) +
              ", which is over the limit of " + whole_megabytes(limit) + " even alone." +
              (in_memory.empty() ? std::string() : " In memory now: " + in_memory + "."),
          "Allow more with --memory, hold the weights as integers (--weights int8), or use a smaller model.",
          "memory_bytes"};
}

}  // namespace fovea
