#pragma once

#include <QString>

namespace fovea::ui {

/// How much of growing Markdown will not look different whatever follows: up to the beginning of the block
/// that is still written. Nothing if that is all of it. A fence or paragraph that is longer than kLongestTail
/// is cut inside, see split_markdown().
struct MarkdownSplit {
  QString finished;       ///< Markdown that can be rendered for good
  QString tail;           ///< what is still open; begins a fence anew if one was cut
  bool cut_code = false;  ///< whether one was: the tail goes on with the last piece of `finished`
};

inline constexpr qsizetype kLongestTail =
    3000;  ///< characters that are rendered again at each step, at most about

/// Splits at the last blank line that stands outside fences and is followed by an unindented line that
/// doesn't go on with a list. Linear in the text.
MarkdownSplit split_markdown(const QString& text);

}  // namespace fovea::ui
