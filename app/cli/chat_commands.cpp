#include "app/cli/attachments.h"
#include "app/cli/chat_session.h"
#include "app/cli/chat_transcript.h"
#include "app/cli/plain_text.h"
#include "app/cli/report.h"
#include "core/hub/near_names.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace fovea::cli {
namespace {

/// A file's name as people type or drop it into a terminal: in quotes, with backslashes, with ~ for the home.
std::string typed_path(std::string text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
    return text.substr(1, text.size() - 2);
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  const char* home = std::getenv("HOME");
  if (out.starts_with("~/") && home != nullptr) out.replace(0, 1, home);
  return out;
}

}  // namespace

const std::vector<ChatSession::Command>& ChatSession::commands() {
  static const std::vector<Command> kCommands = {
      {"/image", "FILE", "Add a picture to the next question", &ChatSession::add_picture},
      {"/clip", "FILE", "Add a clip to the next question", &ChatSession::add_picture},
      {"/retry", "", "Ask the last question again", &ChatSession::retry},
      {"/continue", "", "Go on with an answer that was stopped or cut", &ChatSession::go_on},
      {"/reset", "", "Forget all questions, answers and pictures", &ChatSession::reset},
      {"/system", "TEXT", "Tell the model something for the whole chat; - takes it back",
       &ChatSession::set_system},
      {"/save", "FILE", "Write the chat to a Markdown file", &ChatSession::save},
      {"/timings", "", "Show where the last answer's time went", &ChatSession::show_timings},
      {"/help", "", "Show this list", &ChatSession::show_help},
      {"/quit", "", "Leave; Ctrl+D does too", &ChatSession::quit},
  };
  return kCommands;
}

ChatSession::Next ChatSession::take_command(const std::string& line) {
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string name = line.substr(0, end);
  const std::string argument(trimmed(std::string_view(line).substr(end)));
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.name == name) return (this->*command.run)(argument);
    names.emplace_back(command.name);
  }
  const std::vector<std::string> meant = near_names(name, names, 1);
  print_error(host_.err, {ErrorCode::kInvalidArgument,
                          "There is no command " + fitted(name, 40) + ".",
                          meant.empty() ? "/help lists them. A question that begins with / is typed with //."
                                        : "Did you mean " + meant.front() + "?",
                          {}});
  return Next::kGoOn;
}

ChatSession::Next ChatSession::add_picture(const std::string& argument) {
  if (argument.empty()) {
    say("Which file? For example: /image photo.jpg");
    return Next::kGoOn;
  }
  const std::string path = typed_path(argument);
  Result<std::vector<std::string>> files =
      path == "-"
          ? Result<std::vector<std::string>>(wrong_argument("Standard input is taken by the questions."))
          : expanded(path);
  if (!files) {
    print_error(host_.err, files.error());
    return Next::kGoOn;
  }
  Result<std::vector<ContentPart>> parts = read_attachments(*files, host_.in);
  if (!parts) {
    print_error(host_.err, parts.error());
    return Next::kGoOn;
  }
  std::string names;
  for (const std::string& file : *files) names += (names.empty() ? "" : ", ") + file;
  attach(std::move(*parts));
  say("Added to the next question: " + names);
  return Next::kGoOn;
}

ChatSession::Next ChatSession::set_system(const std::string& argument) {
  if (argument == "-") {
    system_.reset();
    say("The model is told nothing beforehand.");
  } else if (!argument.empty()) {
    system_ = argument;
    say("The model is told this from the next question on.");
  } else {
    say(system_ ? "The model is told: " + *system_ : "The model is told nothing beforehand.");
  }
  return Next::kGoOn;
}

ChatSession::Next ChatSession::go_on(const std::string&) {
  const bool cut = last_answer_ && !last_answer_->error &&
                   (last_answer_->interrupted || last_answer_->finish != FinishReason::kEndOfText);
  if (turns_.empty() || unanswered_ || !cut) {
    say(turns_.empty() ? "There is no answer yet." : "The last answer is whole.");
    return Next::kGoOn;
  }
  GenerationRequest request = request_so_far();
  request.continue_answer = true;
  const Answer& more = put(std::move(request));
  std::get<TextPart>(turns_.back().content.front()).text += more.text;
  return Next::kGoOn;
}

ChatSession::Next ChatSession::retry(const std::string&) {
  if (unanswered_) {
    ask(*std::exchange(unanswered_, std::nullopt));
  } else if (turns_.size() >= 2) {
    turns_.pop_back();
    Message question = std::move(turns_.back());
    turns_.pop_back();
    ask(std::move(question));
  } else {
    say("There is no question to ask again.");
  }
  return Next::kGoOn;
}

ChatSession::Next ChatSession::reset(const std::string&) {
  turns_.clear();
  pending_.clear();
  unanswered_.reset();
  last_answer_.reset();
  say("All forgotten.");
  return Next::kGoOn;
}

ChatSession::Next ChatSession::save(const std::string& argument) {
  if (argument.empty()) {
    say("Into which file? For example: /save chat.md");
    return Next::kGoOn;
  }
  const std::string path = typed_path(argument);
  Result<void> saved = save_new_file(path, chat_markdown(engine_.model(), system_, turns_));
  if (!saved) {
    print_error(host_.err, saved.error());
  } else {
    say("Saved to " + path);
  }
  return Next::kGoOn;
}

ChatSession::Next ChatSession::show_help(const std::string&) {
  std::string text;
  for (const Command& command : commands()) {
    std::string line = "  " + std::string(command.name) + " " + std::string(command.argument);
    line.resize(std::max<std::size_t>(line.size() + 1, 18), ' ');
    text += line + std::string(command.summary) + "\n";
  }
  host_.err.write(text + "  Ctrl+C          Stop the answer and keep what is there\n");
  return Next::kGoOn;
}

ChatSession::Next ChatSession::quit(const std::string&) {
  return Next::kLeave;
}

}  // namespace fovea::cli
