#include "core/output/detokenizer.h"

#include "core/api/utf8.h"

namespace fovea {

void Detokenizer::push(std::int32_t id, std::string& text) {
  if (tokens_.is_special(id)) return;
  held_ += tokens_.bytes_of(id);
  std::string_view rest = held_;
  while (!rest.empty()) {
    const Utf8Step step = utf8_first(rest);
    if (step.kind == Utf8Kind::kIncomplete) break;
    text += step.kind == Utf8Kind::kWhole ? rest.substr(0, step.length) : kReplacementCharacter;
    rest.remove_prefix(step.length);
  }
  held_.erase(0, held_.size() - rest.size());
}

void Detokenizer::flush(std::string& text) {
  if (!held_.empty()) text += kReplacementCharacter;
  held_.clear();
}

}  // namespace fovea
