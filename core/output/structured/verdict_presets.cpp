#include "core/output/structured/verdict_presets.h"

#include <algorithm>
#include <array>

namespace fovea {
namespace {

constexpr std::array<VerdictPreset, 3> kPresets = {{
    {"moderation", "May this picture be shown? allowed, blocked or unsure, with reasons",
     "May this picture be shown?",
     "You check pictures before they are shown in public. Say blocked for violence, nudity, hate, drugs, "
     "private "
     "data of persons or other harm, allowed where there is nothing of the kind, unsure where you cannot "
     "tell. Give "
     "short reasons for what you see. Answer in JSON.",
     R"({"type": "object", "properties": {
       "result": {"enum": ["allowed", "blocked", "unsure"]},
       "reasons": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}, "maxItems": 5}},
       "required": ["result", "reasons"], "additionalProperties": false})"},
    {"receipt", "The shop, date, items and total of a receipt", "What does this receipt say?",
     "You read receipts. Copy what is printed; null stands for what is not there. Amounts are copied as they "
     "are "
     "printed. Put doubts about what is hard to read under reasons. Answer in JSON.",
     R"({"type": "object", "properties": {
       "result": {"type": "object", "properties": {
         "shop": {"type": ["string", "null"], "maxLength": 200},
         "date": {"type": ["string", "null"], "maxLength": 40},
         "items": {"type": "array", "maxItems": 200, "items": {"type": "object", "properties": {
           "name": {"type": "string", "maxLength": 200}, "amount": {"type": ["string", "null"], "maxLength": 40}},
           "required": ["name", "amount"], "additionalProperties": false}},
         "total": {"type": ["string", "null"], "maxLength": 40},
         "currency": {"type": ["string", "null"], "maxLength": 10}},
         "required": ["shop", "date", "items", "total", "currency"], "additionalProperties": false},
       "reasons": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}, "maxItems": 5}},
       "required": ["result", "reasons"], "additionalProperties": false})"},
    {"form", "The fields of a filled-in form and what stands in them", "What does this form say?",
     "You read forms. Name each field as it is printed and copy what is filled in; null stands for an empty "
     "field. "
     "Put doubts about what is hard to read under reasons. Answer in JSON.",
     R"({"type": "object", "properties": {
       "result": {"type": "array", "maxItems": 200, "items": {"type": "object", "properties": {
         "field": {"type": "string", "minLength": 1, "maxLength": 200},
         "value": {"type": ["string", "null"], "maxLength": 1000}},
         "required": ["field", "value"], "additionalProperties": false}},
       "reasons": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}, "maxItems": 5}},
       "required": ["result", "reasons"], "additionalProperties": false})"},
}};

}  // namespace

std::span<const VerdictPreset> verdict_presets() {
  return kPresets;
}

const VerdictPreset* find_verdict_preset(std::string_view name) {
  const auto* found = std::ranges::find(kPresets, name, &VerdictPreset::name);
  return found == kPresets.end() ? nullptr : found;
}

std::string verdict_preset_names() {
  std::string names;
  for (const VerdictPreset& preset : kPresets)
    names += (names.empty() ? "" : ", ") + std::string(preset.name);
  return names;
}

void apply(const VerdictPreset& preset, GenerationRequest& request) {
  request.response_schema = preset.schema;
  request.sampling.logprobs = std::max(request.sampling.logprobs, 0);
  std::vector<Message>& messages = request.messages;
  if (messages.empty() || messages.front().role != Role::kSystem)
    messages.insert(messages.begin(), Message::text(Role::kSystem, std::string(preset.instruction)));
  else
    messages.front().content.emplace_back(TextPart{"\n\n" + std::string(preset.instruction)});
}

}  // namespace fovea
