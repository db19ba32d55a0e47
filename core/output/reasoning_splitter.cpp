#include "core/output/reasoning_splitter.h"

#include <algorithm>

namespace fovea {
namespace {

constexpr std::string_view kOpen = "<think>";
constexpr std::string_view kClose = "</think>";
constexpr std::string_view kWhitespace = " \t\r\n";
constexpr std::size_t kMaxLeadingWhitespace = 256;  ///< more is an answer that begins with whitespace

/// Length of the longest end of `text` that is a beginning of `tag`, the whole tag excluded.
std::size_t possible_tag(std::string_view text, std::string_view tag) {
  for (std::size_t length = std::min(text.size(), tag.size() - 1); length > 0; --length) {
    if (tag.starts_with(text.substr(text.size() - length))) return length;
  }
  return 0;
}

}  // namespace

ReasoningSplitter::ReasoningSplitter(Begin begin)
    : state_(begin == Begin::kInside ? State::kReasoning : State::kStart) {}

void ReasoningSplitter::push(std::string_view text, SplitText& out) {
  if (state_ == State::kAnswer) {
    out.answer += text;
    return;
  }
  held_ += text;
  while (step(out)) {
  }
}

/// Decides as much of held_ as it can in the present state; whether there is more to decide.
bool ReasoningSplitter::step(SplitText& out) {
  switch (state_) {
    case State::kStart: {
      const std::size_t begin = std::min(held_.find_first_not_of(kWhitespace), held_.size());
      if (begin > kMaxLeadingWhitespace) {
        state_ = State::kAnswer;
        return true;
      }
      const std::string_view word = std::string_view(held_).substr(begin);
      if (word.starts_with(kOpen)) {
        held_.erase(0, begin + kOpen.size());
        state_ = State::kReasoningStart;
        return true;
      }
      if (kOpen.starts_with(word)) return false;  // an empty word too
      state_ = State::kAnswer;
      return true;
    }
    case State::kReasoningStart:
    case State::kAnswerStart: {
      if (held_.empty() || held_ == "\n") return false;
      held_.erase(0, held_.starts_with("\n\n") ? 2 : held_.starts_with('\n') ? 1 : 0);
      state_ = state_ == State::kReasoningStart ? State::kReasoning : State::kAnswer;
      return true;
    }
    case State::kReasoning: {
      const std::size_t tag = held_.find(kClose);
      if (tag != std::string::npos) {
        out.reasoning.append(held_, 0, tag);
        held_.erase(0, tag + kClose.size());
        state_ = State::kAnswerStart;
        return true;
      }
      const std::size_t decided = held_.size() - possible_tag(held_, kClose);
      out.reasoning.append(held_, 0, decided);
      held_.erase(0, decided);
      return false;
    }
    case State::kAnswer:
      out.answer += held_;
      held_.clear();
      return false;
  }
  return false;
}

void ReasoningSplitter::flush(SplitText& out) {
  if (state_ == State::kReasoning) {
    out.reasoning += held_;
  } else if (state_ == State::kStart || state_ == State::kAnswer) {
    out.answer += held_;
  }  // else a newline directly after a tag, which is left out
  held_.clear();
}

bool prompt_opens_reasoning(std::string_view prompt) {
  const std::size_t last = prompt.find_last_not_of(kWhitespace);
  return last != std::string_view::npos && prompt.substr(0, last + 1).ends_with(kOpen);
}

}  // namespace fovea
