#include "app/cli/asking.h"

#include "app/cli/answer_view.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"

namespace fovea::cli {
namespace {

void print_notes(const Answer& answer, Output& err) {
  if (const std::string note = upload_note(answer.upload); !note.empty()) print_note(err, note);
  if (answer.finish != FinishReason::kLength) return;
  const std::string cut =
      answer.metrics.untold.tokens
          ? "as many tokens as it might have; --max-tokens allows more."
          : counted(answer.metrics.completion_tokens, "token") + "; --max-tokens allows more.";
  if (answer.text.empty() && !answer.reasoning.empty()) {
    print_note(err, "The model was still reasoning after " + cut);
  } else {
    print_note(err, "The answer was cut off after " + cut);
  }
}

}  // namespace

Answer ask_and_show(Engine& engine, GenerationRequest request, Host& host, StatusLine& status,
                    const DisplayOptions& display) {
  AnswerView view(host.out, host.err, status, {display.show_reasoning, !display.json});
  Result<Answer> asked = run_request(engine, std::move(request), host.interrupt, view);
  view.end();
  Answer answer;
  if (asked) {
    answer = std::move(*asked);
  } else {
    answer.error = asked.error();
  }
  answer.upload = host.uploads->take();
  if (host.out.fault() != Output::Fault::kNone) return answer;  // the program says so at its end
  if (answer.error) {
    print_error(host.err, *answer.error);
  } else if (display.quiet) {
    return answer;
  } else if (answer.interrupted) {
    print_line(host.err, answer.text.empty() ? "Stopped." : "Stopped; the answer is not whole.");
  } else {
    print_notes(answer, host.err);
  }
  return answer;
}

ExitCode exit_code(const Answer& answer) {
  if (answer.error) return exit_code_of_answer(*answer.error);
  return answer.interrupted ? kInterrupted : kOk;
}

}  // namespace fovea::cli
