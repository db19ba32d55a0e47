#pragma once

#include "app/cli/asking.h"
#include "app/cli/model_loading.h"
#include "app/cli/request_options.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::cli {

/// A conversation in the terminal: a line is a question, or a command that begins with a slash. Every
/// question is sent with all turns before it, pictures included.
class ChatSession {
 public:
  struct Choices {
    GenerationRequest request;  ///< without messages
    RequestOptions options;
    DisplayOptions display;
  };

  ChatSession(Engine& engine, Host& host, Choices choices);

  /// Pictures and clips for the next question.
  void attach(std::vector<ContentPart> parts);

  /// Reads lines until the input ends or /quit; returns the exit status.
  int run();

 private:
  enum class Next { kGoOn, kLeave };
  struct Command {
    std::string_view name;
    std::string_view argument;  ///< what it takes, for the help
    std::string_view summary;
    Next (ChatSession::*run)(const std::string& argument);
  };
  static const std::vector<Command>& commands();

  void prompt();
  Next take_line(const std::string& line);
  Next take_command(const std::string& line);
  void ask(Message question);
  /// The turns so far, before what is added to them.
  GenerationRequest request_so_far() const;
  /// Sends it and shows the answer; afterwards it is the last one.
  const Answer& put(GenerationRequest request);
  void say(std::string_view text);

  Next add_picture(const std::string& argument);
  Next set_system(const std::string& argument);
  Next retry(const std::string& argument);
  Next go_on(const std::string& argument);
  Next reset(const std::string& argument);
  Next save(const std::string& argument);
  Next show_timings(const std::string& argument);
  Next show_help(const std::string& argument);
  Next quit(const std::string& argument);

  Engine& engine_;
  Host& host_;
  Choices choices_;
  std::optional<std::string> system_;
  std::vector<Message> turns_;  ///< user and assistant in turn
  std::vector<ContentPart> pending_;
  std::optional<Message> unanswered_;  ///< the last question, if nothing came of it
  std::optional<Answer> last_answer_;
  int status_ = kOk;  ///< of the last answer
};

}  // namespace fovea::cli
