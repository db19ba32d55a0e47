#include "app/cli/attachments.h"
#include "app/cli/chat_session.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"

namespace fovea::cli {
namespace {

struct ChatOptions {
  std::vector<std::string> files;
  ModelOptions model;
  RequestOptions request;
  DisplayOptions display;
};

void declare(ArgumentParser& parser, ChatOptions& options) {
  parser.usage("[PICTURE|CLIP]...");
  parser.example("fovea chat");
  parser.example("fovea chat photo.jpg");
  parser.example("fovea chat report/*.png --system \"Answer in one sentence.\"");
  parser.positionals(options.files);
  declare_model_options(parser, options.model);
  declare_request_options(parser, options.request);
  parser.section("What is shown");
  parser.flag("--show-reasoning", "Show the model's reasoning, on standard error",
              options.display.show_reasoning);
  parser.flag("--timings", "Show where the time went, after every answer", options.display.timings);
  parser.flag("--quiet", "No progress, only answers and errors", options.display.quiet);
  parser.footnote(
      "A line is a question; /help in the chat lists the commands. Ctrl+C stops an answer and keeps what is "
      "there, "
      "Ctrl+D leaves. Pictures stay part of the chat: every question is sent with all turns before it.");
}

int failed(const Error& error, ExitCode code, Host& host) {
  print_error(host.err, error);
  return code;
}

int run_chat(const std::vector<std::string>& arguments, Host& host) {
  ChatOptions options;
  ArgumentParser parser("chat", "questions and answers in turn, in the terminal");
  declare(parser, options);
  Result<bool> help = parser.parse(arguments);
  if (!help) return failed(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  Result<GenerationRequest> request = make_request(options.request);
  if (!request) return failed(request.error(), kWrongArguments, host);
  Result<Arguments> sorted = sort_arguments(options.files, true);
  if (!sorted) return failed(sorted.error(), kUnreadableMedia, host);
  for (const std::string& file : sorted->files) {
    if (file != "-") continue;
    return failed(wrong_argument("Standard input is taken by the questions.", "Save the picture to a file."),
                  kWrongArguments, host);
  }
  Result<std::vector<ContentPart>> parts = read_attachments(sorted->files, host.in);
  if (!parts) return failed(parts.error(), exit_code_of_input(parts.error()), host);

  Result<LoadedModel> model = [&] {
    StatusLine status(host.err, options.display.quiet);
    Result<LoadedModel> loaded = load_model(options.model, host, status);
    if (loaded) status.keep(model_line(loaded->engine->model()));
    return loaded;
  }();
  if (!model) return failed(model.error(), exit_code_of_model(model.error()), host);
  ChatSession chat(*model->engine, host, {std::move(*request), options.request, options.display});
  chat.attach(std::move(*parts));
  return chat.run();
}

}  // namespace

Verb chat_verb() {
  return {"chat", "Questions and answers in turn", false, run_chat};
}

}  // namespace fovea::cli
