#pragma once

#include "core/api/generation_event.h"
#include "core/output/detokenizer.h"
#include "core/output/reasoning_splitter.h"
#include "core/output/stop_criteria.h"
#include "core/output/stop_strings.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

struct AnswerSettings {
  std::vector<std::int32_t> eos_ids;
  std::vector<std::string> stop;  ///< none empty
  int max_new_tokens = 512;       ///< ≥ 1
  bool ignore_eos = false;
  bool begins_inside_reasoning = false;  ///< see prompt_opens_reasoning()
};

/// Turns the tokens of one answer into what the user reads: bytes → whole characters → reasoning and answer →
/// cut before a stop string. Stop strings are looked for in the answer, not in the reasoning, and end it even
/// under ignore_eos. The text of an end-of-text token does not appear. Used by one thread at a time.
class AnswerStream {
 public:
  AnswerStream(const AnswerSettings& settings, TokenText tokens);

  /// What one token adds. The strings are reused: valid until the next call.
  struct Step {
    SplitText text;                      ///< whole UTF-8; often one of the two parts, sometimes both or none
    std::optional<FinishReason> finish;  ///< the answer ends here and `text` holds all that was held back
  };

  /// Takes the next token; `ends`: the answer is whole with it. Must not be called once a step had a
  /// `finish`.
  const Step& push(std::int32_t id, bool ends = false);
  /// Ends the answer from outside (cancelled, failed): what was held back comes out.
  const Step& flush();

  std::string_view stop_string() const { return stop_strings_.which(); }  ///< the one that ended it, or empty
  std::int64_t tokens() const { return tokens_; }
  /// Whether the model is reasoning; see ReasoningSplitter.
  bool inside_reasoning() const { return splitter_.inside(); }
  /// Tokens of the reasoning so far, those of its tags included.
  std::int64_t reasoning_tokens() const { return reasoning_tokens_; }

 private:
  void count_token(bool was_inside, bool was_undecided);
  void pass_on();
  void drain();

  StopCriteria criteria_;
  Detokenizer detokenizer_;
  ReasoningSplitter splitter_;
  StopStrings stop_strings_;
  std::string decoded_;
  SplitText split_;
  Step step_;
  std::int64_t tokens_ = 0;
  std::int64_t reasoning_tokens_ = 0;
};

}  // namespace fovea
