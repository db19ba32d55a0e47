#include "app/cli/chat_session.h"

#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/waterfall.h"
#include "core/api/utf8.h"

#include <utility>

namespace fovea::cli {

ChatSession::ChatSession(Engine& engine, Host& host, Choices choices)
    : engine_(engine), host_(host), choices_(std::move(choices)), system_(choices_.options.system) {}

void ChatSession::attach(std::vector<ContentPart> parts) {
  for (ContentPart& part : parts) pending_.push_back(std::move(part));
}

int ChatSession::run() {
  if (host_.in.terminal() && !choices_.display.quiet) {
    say("Enter sends. /image FILE adds a picture, /help lists the commands, Ctrl+D leaves.");
  }
  LineReader lines(host_.in);
  std::string line;
  for (;;) {
    prompt();
    switch (lines.next(line)) {
      case LineReader::Kind::kEnd:
        if (host_.in.terminal()) host_.err.write("\n");
        return host_.in.terminal() ? static_cast<int>(kOk) : status_;
      case LineReader::Kind::kInterrupted:
        if (!host_.in.terminal()) return kInterrupted;
        host_.err.write("\n");
        say("Nothing to stop. Ctrl+D leaves.");
        host_.interrupt.clear();
        break;
      case LineReader::Kind::kTooLong:
        print_error(
            host_.err,
            {ErrorCode::kTooLong, "The line is too long.", "A question holds a million bytes at most.", {}});
        break;
      case LineReader::Kind::kLine:
        if (take_line(line) == Next::kLeave) return host_.in.terminal() ? static_cast<int>(kOk) : status_;
        break;
    }
    if (host_.out.fault() != Output::Fault::kNone) return status_;
  }
}

void ChatSession::prompt() {
  if (!host_.in.terminal()) return;
  const Style style(host_.err);
  std::string text = "\n";
  if (!pending_.empty()) {
    text += style.dim("[" + counted(static_cast<std::int64_t>(pending_.size()), "picture") + "] ");
  }
  host_.err.write(text + style.bold("> "));
}

void ChatSession::say(std::string_view text) {
  const Style style(host_.err);
  host_.err.write(style.dim(host_.err.terminal() ? harmless(text) : repaired_utf8(text)) + "\n");
}

ChatSession::Next ChatSession::take_line(const std::string& line) {
  const std::string words(trimmed(line));
  if (words.empty()) return Next::kGoOn;
  if (!is_utf8(words) || words.find('\0') != std::string::npos) {
    print_error(host_.err,
                {ErrorCode::kInvalidText, "The line is not UTF-8 text.", "Set the terminal to UTF-8.", {}});
    return Next::kGoOn;
  }
  // A path such as /tmp/a.png is no command, and two slashes begin a question that begins with one.
  const std::string first = words.substr(0, words.find_first_of(" \t"));
  if (words.starts_with("//")) {
    ask(user_message(std::exchange(pending_, {}), words.substr(1), choices_.options));
  } else if (words.starts_with('/') && first.find('/', 1) == std::string::npos) {
    return take_command(words);
  } else {
    ask(user_message(std::exchange(pending_, {}), words, choices_.options));
  }
  return Next::kGoOn;
}

GenerationRequest ChatSession::request_so_far() const {
  GenerationRequest request = choices_.request;
  if (system_) request.messages.push_back(Message::text(Role::kSystem, *system_));
  request.messages.insert(request.messages.end(), turns_.begin(), turns_.end());
  return request;
}

const Answer& ChatSession::put(GenerationRequest request) {
  // Presses from before count for nothing: only this answer is to be stopped by Ctrl+C.
  host_.interrupt.clear();
  Answer answer;
  {
    StatusLine status(host_.err, choices_.display.quiet);
    answer = ask_and_show(engine_, std::move(request), host_, status, choices_.display);
  }
  host_.interrupt.clear();
  status_ = exit_code(answer);
  last_answer_ = std::move(answer);
  if (choices_.display.timings) show_timings({});
  return *last_answer_;
}

void ChatSession::ask(Message question) {
  GenerationRequest request = request_so_far();
  request.messages.push_back(question);
  const Answer& answer = put(std::move(request));
  if (answer.error || answer.text.empty()) {
    unanswered_ = std::move(question);
    if (answer.error) say("The question is not kept. /retry asks it again.");
  } else {
    unanswered_.reset();
    turns_.push_back(std::move(question));
    Message reply = Message::text(Role::kAssistant, answer.text);
    reply.reasoning = answer.reasoning;
    turns_.push_back(std::move(reply));
  }
}

ChatSession::Next ChatSession::show_timings(const std::string&) {
  if (!last_answer_) {
    say("There is no answer yet.");
  } else {
    host_.err.write(waterfall(*last_answer_, -1.0, host_.err.columns(), Style(host_.err)));
  }
  return Next::kGoOn;
}

}  // namespace fovea::cli
