#include "app/cli/answer_view.h"

#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"

#include <filesystem>

namespace fovea::cli {

std::string vision_line(const VisionInput& input) {
  // The file's own name: what stands before it is the user's business, and long.
  const std::string name = std::filesystem::path(input.name).filename().string();
  std::string line = name.empty() ? (input.video ? "clip" : "picture") : name;
  line += ": " + size_text(input.source_width, input.source_height);
  const bool resized =
      input.source_width != input.resized_width || input.source_height != input.resized_height;
  line += resized ? ", seen as " + size_text(input.resized_width, input.resized_height) : ", seen as it is";
  if (input.video) line += ", " + counted(static_cast<std::int64_t>(input.frame_indices.size()), "frame");
  line += ", " + counted(input.tokens, "token");
  return input.note.empty() ? line : line + " (" + input.note + ")";
}

void AnswerView::queued(const Queued& event) {
  status_.show(event.ahead > 0 ? "Waiting" : "Preparing the question",
               event.ahead > 0 ? counted(event.ahead, "question") + " ahead" : "");
}

void AnswerView::preprocessed(const Preprocessed& event) {
  for (const VisionInput& input : event.vision) status_.keep(vision_line(input));
  status_.show(event.vision.empty() ? "Reading the question" : "Looking at the pictures");
}

void AnswerView::progress(const PrefillProgress& event) {
  const bool vision = event.stage == Stage::kVision;
  status_.show(vision ? "Looking at the pictures" : "Reading the question",
               count_text(event.done) + " of " +
                   counted(event.total, vision ? "patch" : "token", vision ? "patches" : "tokens"));
}

bool AnswerView::text(const TextDelta& event) {
  tokens_ += static_cast<std::int64_t>(event.ids.size());
  if (event.reasoning ? choices_.show_reasoning : choices_.print_answer) return print(event);
  count(event);
  return true;
}

bool AnswerView::print(const TextDelta& event) {
  if (event.text.empty()) return true;
  // On one terminal the status line and the text would write over each other.
  status_.clear();
  if (event.reasoning) {
    const Style style(err_);
    in_reasoning_ = true;
    return err_.write(style.dim(err_.terminal() ? harmless(event.text) : repaired_utf8(event.text)));
  }
  if (in_reasoning_) err_.write("\n\n");
  in_reasoning_ = false;
  anything_ = true;
  line_open_ = event.text.back() != '\n';
  const bool written = out_.write(out_.terminal() ? harmless(event.text) : repaired_utf8(event.text));
  // With the answer in a file or pipe, a terminal on standard error still shows that something goes on.
  if (!out_.terminal() && err_.terminal()) count(event);
  return written;
}

void AnswerView::count(const TextDelta& event) {
  status_.show(event.reasoning ? "Reasoning" : "Answering", tokens_ > 0 ? counted(tokens_, "token") : "");
}

void AnswerView::end() {
  status_.clear();
  if (in_reasoning_) err_.write("\n");
  in_reasoning_ = false;
  if (anything_ && line_open_) out_.write("\n");
  line_open_ = false;
}

}  // namespace fovea::cli
