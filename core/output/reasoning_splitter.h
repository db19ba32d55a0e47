#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fovea {

/// Text in two parts, as it comes.
struct SplitText {
  std::string reasoning;
  std::string answer;  ///< comes after `reasoning`
};

/// Tells a model's reasoning, <think>…</think> at the beginning of what it says, from its answer. Both
/// families write it so. Works on pieces of any size; text that could still turn out to be a tag is held
/// back, so the parts do not depend on where the pieces are cut. Used by one thread at a time.
///
/// The parts hold the text exactly, except for
///  - the tags themselves, and whitespace (up to 256 bytes) before an opening tag;
///  - directly after each of the two tags one "\n\n", or else one "\n".
/// A tag that comes anywhere else (after the answer has begun, or a second opening one) is text.
class ReasoningSplitter {
 public:
  enum class Begin {
    kOutside,  ///< the text is an answer unless it begins with <think>
    kInside,   ///< the prompt ended with an open <think>
  };
  explicit ReasoningSplitter(Begin begin);

  /// Appends to `out` what this piece decides.
  void push(std::string_view text, SplitText& out);
  /// Nothing comes after: what was held back is appended.
  void flush(SplitText& out);

  /// Whether the text so far ends inside the reasoning (a tag that is held back counts as not yet there).
  bool inside() const { return state_ == State::kReasoningStart || state_ == State::kReasoning; }
  /// Whether it is still open if the text begins with reasoning.
  bool undecided() const { return state_ == State::kStart; }

 private:
  enum class State { kStart, kReasoningStart, kReasoning, kAnswerStart, kAnswer };

  bool step(SplitText& out);

  State state_;
  std::string held_;
};

/// Whether a rendered prompt leaves the model inside an open <think>: whitespace at most comes after its last
/// tag.
bool prompt_opens_reasoning(std::string_view prompt);

}  // namespace fovea
