#include "core/output/structured/value_confidence.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea {
namespace {

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Where the scalar values stand in a valid JSON text. A text's opening quote is not part of it, since what
/// it is begins behind it; its closing one is, since it says that nothing more comes.
class ScalarSpans {
 public:
  explicit ScalarSpans(std::string_view text) : text_(text) {}

  /// Walks the value at `at`, or only its member; returns the place behind it.
  std::size_t walk(std::size_t at, std::string_view member, bool wanted, std::vector<Span>& out) {
    at = skip(at);
    if (text_[at] == '{' || text_[at] == '[') return container(at, member, wanted, out);
    const std::size_t end = scalar_end(at);
    if (wanted) out.push_back({at + (text_[at] == '"' ? 1 : 0), end});
    return end;
  }

 private:
  std::size_t skip(std::size_t at) const {
    return std::min(text_.find_first_not_of(" \t\r\n", at), text_.size() - 1);
  }

  std::size_t scalar_end(std::size_t at) const {
    if (text_[at] != '"') return std::min(text_.find_first_of(",]} \t\r\n", at), text_.size());
    for (++at; text_[at] != '"'; ++at)
      if (text_[at] == '\\') ++at;
    return at + 1;
  }

  std::size_t container(std::size_t at, std::string_view member, bool wanted, std::vector<Span>& out) {
    const bool object = text_[at] == '{';
    for (at = skip(at + 1); text_[at] != '}' && text_[at] != ']';) {
      bool here = wanted;
      if (object) {
        const std::size_t end = scalar_end(at);
        const std::string key = nlohmann::json::parse(text_.substr(at, end - at)).get<std::string>();
        here = wanted && (member.empty() || key == member);
        at = skip(end) + 1;  // the colon
      }
      at = skip(walk(at, {}, here, out));
      if (text_[at] == ',') at = skip(at + 1);
    }
    return at + 1;
  }

  std::string_view text_;
};

}  // namespace

std::optional<double> value_confidence(std::string_view answer, std::span<const TokenLogprob> logprobs,
                                       std::string_view member) {
  const nlohmann::json parsed = nlohmann::json::parse(answer, nullptr, false);
  if (parsed.is_discarded() || (!member.empty() && !parsed.is_object())) return std::nullopt;
  std::string written;
  for (const TokenLogprob& token : logprobs) written += token.bytes;
  const std::size_t begin = written.rfind(answer);
  if (begin == std::string::npos) return std::nullopt;

  std::vector<Span> spans;
  ScalarSpans(answer).walk(0, member, true, spans);
  if (spans.empty()) return std::nullopt;
  double sum = 0.0;
  for (const Span& span : spans) {
    double logprob = 0.0;
    std::size_t at = 0;
    for (const TokenLogprob& token : logprobs) {
      const std::size_t end = at + token.bytes.size();
      if (end > begin + span.begin && at < begin + span.end)
        logprob += static_cast<double>(token.among_allowed.value_or(token.logprob));
      at = end;
    }
    sum += std::exp(logprob);
  }
  return sum / static_cast<double>(spans.size());
}

}  // namespace fovea
