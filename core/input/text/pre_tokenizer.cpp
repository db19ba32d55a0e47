#include "core/input/text/pre_tokenizer.h"

#include "core/input/text/stand_ins.h"

namespace fovea::text {

Result<std::vector<Span>> PreTokenizer::words(std::string_view text, SplitWorkspace& workspace) const {
  std::vector<Span> words;
  if (text.empty()) return words;
  const MatchedText matched(text);
  words.push_back({0, static_cast<std::uint32_t>(text.size())});
  for (const SplitPattern& pattern : patterns_) {
    std::vector<Span> parts;
    for (const Span& word : words) {
      if (auto split = pattern.split(matched.view(), word, workspace, parts); !split) return split.error();
    }
    words = std::move(parts);
  }
  return words;
}

}  // namespace fovea::text
