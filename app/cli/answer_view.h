#pragma once

#include "app/cli/answer_run.h"
#include "app/cli/console.h"
#include "app/cli/status_line.h"

#include <cstdint>

namespace fovea::cli {

/// Shows an answer while it is made: its text on standard output, what goes on meanwhile on standard error.
class AnswerView : public AnswerObserver {
 public:
  struct Choices {
    bool show_reasoning = false;  ///< on standard error, dimmed on a terminal
    bool print_answer = true;     ///< false: it is collected only (--json)
  };

  AnswerView(Output& out, Output& err, StatusLine& status, Choices choices)
      : out_(out), err_(err), status_(status), choices_(choices) {}

  void queued(const Queued& event) override;
  void preprocessed(const Preprocessed& event) override;
  void progress(const PrefillProgress& event) override;
  bool text(const TextDelta& event) override;
  void idle() override { status_.tick(); }

  /// Ends the line that the answer stands in, if it has begun one. Call once, after the answer's end.
  void end();

 private:
  bool print(const TextDelta& event);
  void count(const TextDelta& event);

  Output& out_;
  Output& err_;
  StatusLine& status_;
  Choices choices_;
  std::int64_t tokens_ = 0;
  bool in_reasoning_ = false;  ///< the last thing written is reasoning, and its line is open
  bool line_open_ = false;     ///< standard output's last line has no end yet
  bool anything_ = false;      ///< part of the answer was written
};

/// What the model sees of one picture or clip, in a line: "photo.jpg: 1280 x 960, seen as 1024 x 768, 768
/// tokens".
std::string vision_line(const VisionInput& input);

}  // namespace fovea::cli
