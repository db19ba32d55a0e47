#include "core/output/structured/token_bytes.h"

#include <algorithm>
#include <utility>

namespace fovea {

TokenBytes::TokenBytes(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {
  for (std::size_t id = 0; id < tokens_.size(); ++id)
    if (!tokens_[id].empty()) sorted_.push_back({static_cast<std::int32_t>(id), 0, 0, 0});
  std::ranges::sort(sorted_, {},
                    [this](const Entry& entry) -> const std::string& { return bytes(entry.id); });
  for (std::size_t i = 1; i < sorted_.size(); ++i) {
    const std::string& before = bytes(sorted_[i - 1].id);
    const std::string& here = bytes(sorted_[i].id);
    sorted_[i].shared = static_cast<std::uint32_t>(std::ranges::mismatch(before, here).in1 - before.begin());
  }
  for (Entry& entry : sorted_) {
    entry.begin = static_cast<std::uint32_t>(packed_.size());
    entry.length = static_cast<std::uint32_t>(bytes(entry.id).size());
    packed_ += bytes(entry.id);
  }
}

std::optional<std::int32_t> TokenBytes::find(std::string_view text) const {
  const auto text_of = [this](const Entry& entry) { return bytes(entry); };
  const auto found = std::ranges::lower_bound(sorted_, text, {}, text_of);
  if (found == sorted_.end() || bytes(*found) != text) return std::nullopt;
  return found->id;
}

}  // namespace fovea
