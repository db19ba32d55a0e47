#include "core/input/text/vocabulary.h"

#include "core/input/text/byte_level.h"
#include "core/input/text/hash.h"

namespace fovea::text {
namespace {

/// Printable ASCII spells itself: text and bytes are one.
bool spells_itself(std::string_view text) {
  for (char c : text) {
    if (c < 0x21 || c > 0x7E) return false;
  }
  return true;
}

}  // namespace

Vocabulary::Vocabulary() : seed_(process_hash_seed()), slots_(1024) {}

std::size_t Vocabulary::slot_of(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  while (slots_[i].id >= 0 && (slots_[i].hash != hash || this->text(slots_[i].id) != text))
    i = (i + 1) & mask;
  return i;
}

void Vocabulary::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.id < 0) continue;
    std::size_t i = slot.hash & mask;
    while (slots_[i].id >= 0) i = (i + 1) & mask;
    slots_[i] = slot;
  }
}

Vocabulary::Added Vocabulary::add(std::string_view text, std::int32_t id, std::string_view written) {
  const auto hash = static_cast<std::uint32_t>(hash_bytes(text, seed_));
  std::size_t slot = slot_of(text, hash);
  if (slots_[slot].id >= 0) return Added::kTextTaken;
  if (contains(id)) return Added::kIdTaken;
  if (static_cast<std::size_t>(count_) * 2 >= slots_.size()) {
    grow();
    slot = slot_of(text, hash);
  }
  slots_[slot] = {hash, id};
  if (static_cast<std::size_t>(id) >= entries_.size()) entries_.resize(static_cast<std::size_t>(id) + 1);
  Entry& entry = entries_[static_cast<std::size_t>(id)];
  auto keep = [this](std::string_view part, std::uint32_t& at, std::uint32_t& length) {
    at = static_cast<std::uint32_t>(storage_.size());
    length = static_cast<std::uint32_t>(part.size());
    storage_.append(part);
  };
  entry.used = true;
  keep(text, entry.text_at, entry.text_length);
  entry.bytes_at = entry.text_at;
  entry.bytes_length = entry.text_length;
  if (written != text || !spells_itself(text)) {
    const auto spelled = bytes_of_token(written);
    if (spelled || written != text) keep(spelled ? *spelled : written, entry.bytes_at, entry.bytes_length);
  }
  ++count_;
  return Added::kYes;
}

std::optional<std::int32_t> Vocabulary::find(std::string_view text) const {
  const Slot& slot = slots_[slot_of(text, static_cast<std::uint32_t>(hash_bytes(text, seed_)))];
  if (slot.id < 0) return std::nullopt;
  return slot.id;
}

bool Vocabulary::contains(std::int32_t id) const {
  return id >= 0 && id < size() && entries_[static_cast<std::size_t>(id)].used;
}

std::string_view Vocabulary::text(std::int32_t id) const {
  if (!contains(id)) return {};
  const Entry& entry = entries_[static_cast<std::size_t>(id)];
  return std::string_view(storage_).substr(entry.text_at, entry.text_length);
}

std::string_view Vocabulary::bytes(std::int32_t id) const {
  if (!contains(id)) return {};
  const Entry& entry = entries_[static_cast<std::size_t>(id)];
  return std::string_view(storage_).substr(entry.bytes_at, entry.bytes_length);
}

}  // namespace fovea::text
