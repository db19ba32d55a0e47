#include "app/cli/answer_json.h"
#include "app/cli/answer_price.h"
#include "app/cli/answer_view.h"
#include "app/cli/argument_parser.h"
#include "app/cli/asking.h"
#include "app/cli/attachments.h"
#include "app/cli/model_loading.h"
#include "app/cli/network_line.h"
#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/request_options.h"
#include "app/cli/verb.h"
#include "app/cli/waterfall.h"
#include "app/cost/cost_file.h"
#include "core/api/question_plan.h"
#include "core/api/request_check.h"
#include "core/api/utf8.h"
#include "core/output/structured/value_confidence.h"
#include "core/output/structured/verdict_presets.h"

#include <cmath>

namespace fovea::cli {
namespace {

struct AskOptions {
  std::vector<std::string> arguments;
  std::optional<std::string> question;
  std::optional<std::string> preset;
  std::optional<std::int64_t> logprobs;
  bool preview = false;
  ModelOptions model;
  RequestOptions request;
  DisplayOptions display;
};

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const VerdictPreset& preset : verdict_presets()) names.emplace_back(preset.name);
  return names;
}

void declare(ArgumentParser& parser, AskOptions& options) {
  parser.usage("[PICTURE|CLIP]... \"QUESTION\"");
  parser.example("fovea ask photo.jpg \"What does the sign say?\"");
  parser.example("fovea ask before.png after.png \"What has changed?\"");
  parser.example("fovea ask clip.mp4 \"What happens here?\" --timings");
  parser.example("fovea ask 'scans/*.png' -q \"Which of these is an invoice?\"");
  parser.example("fovea ask receipt.jpg --preset receipt");
  parser.example("curl -s https://example.org/chart.png | fovea ask - \"What is the trend?\"");
  parser.example("fovea ask photo.jpg \"What is this?\" --server http://127.0.0.1:8000");
  parser.example("fovea ask form.png \"What is the date?\" --json | jq -r .answer");
  parser.positionals(options.arguments);
  parser.section("Question");
  parser.text("-q,--question", "TEXT", "The question; then every other argument is a picture or clip",
              "the last argument", options.question);
  parser.choice("--preset", preset_names(),
                "A ready-made task: every argument is a picture, the answer is JSON", "none", options.preset);
  declare_model_options(parser, options.model);
  declare_request_options(parser, options.request);
  parser.section("What is shown");
  parser.flag("--preview", "Show what the model would see of the pictures, and ask nothing", options.preview);
  parser.flag("--show-reasoning", "Show the model's reasoning, on standard error",
              options.display.show_reasoning);
  parser.flag("--timings",
              "Show where the time went, stage by stage, and what it cost if you have set prices",
              options.display.timings);
  parser.flag("--json", "One JSON object with answer, usage and stages instead of text",
              options.display.json);
  parser.integer("--logprobs", "With --json: how likely each token was, and the N likeliest others", "none",
                 0, kMaxLogprobs, options.logprobs);
  parser.flag("--quiet", "No progress and no notes, only the answer and errors", options.display.quiet);
  parser.footnote(
      "A picture is a PNG, JPEG, WebP, BMP or TIFF file, - is a picture from standard input, and a clip is "
      "an MP4, MOV, "
      "MKV, WebM or AVI file. The answer goes to standard output, everything else to standard error. Ctrl+C "
      "stops the "
      "answer and keeps what is there; pressed twice it ends the program at once.");
  parser.footnote(
      "Exit status\n"
      "  0    answered\n"
      "  1    the answer failed\n"
      "  2    wrong arguments\n"
      "  3    the model was not found or cannot be used\n"
      "  4    a picture or clip cannot be read\n"
      "  5    out of memory\n"
      "  130  stopped with Ctrl+C\n"
      "  141  the reader of the answer went away");
}

Result<GenerationRequest> request_of(const AskOptions& options, Host& host) {
  Result<GenerationRequest> request = make_request(options.request);
  if (!request) return request;
  if (options.logprobs && !options.display.json) {
    return wrong_argument("--logprobs is shown with --json only.", "Add --json.", "--logprobs");
  }
  request->sampling.logprobs = static_cast<int>(options.logprobs.value_or(-1));
  const VerdictPreset* preset = options.preset ? find_verdict_preset(*options.preset) : nullptr;
  if (preset != nullptr && !request->response_schema.empty()) {
    return wrong_argument("--preset brings its own schema.", "Leave --json-schema and --json-answer out.",
                          "--preset");
  }
  Result<Arguments> sorted = sort_arguments(options.arguments, options.question || preset != nullptr);
  if (!sorted) return sorted.error();
  if (preset != nullptr && !options.question) sorted->question = preset->question;
  const std::string& question = options.question ? *options.question : sorted->question;
  if (trimmed(question).empty() && !options.preview) {
    const bool given = options.question || (sorted->files.size() < options.arguments.size());
    return wrong_argument(given ? "The question is empty." : "There is no question.",
                          "Write it last and in quotes: fovea ask photo.jpg \"What is this?\"", "question");
  }
  if (!is_utf8(question)) return Error{ErrorCode::kInvalidText, "The question is not UTF-8 text.", {}, {}};
  Result<std::vector<ContentPart>> parts = read_attachments(sorted->files, host.in);
  if (!parts) return parts.error();
  if (options.request.system)
    request->messages.push_back(Message::text(Role::kSystem, *options.request.system));
  request->messages.push_back(user_message(std::move(*parts), question, options.request));
  if (preset != nullptr) apply(*preset, *request);
  return request;
}

/// Prints an error where it belongs: for people on standard error, and for scripts as an object.
int failed(const Error& error, ExitCode code, const AskOptions& options, Host& host) {
  if (options.display.json) host.out.write(error_json(error));
  print_error(host.err, error);
  return code;
}

/// What becomes of the question if it is sent now; empty if it comes in at once.
std::string admission_line(const AdmissionForecast& admission) {
  std::string line;
  switch (admission.verdict) {
    case AdmissionForecast::Verdict::kAtOnce:
      return {};
    case AdmissionForecast::Verdict::kWaits:
      line = "it would wait for other questions";
      break;
    case AdmissionForecast::Verdict::kTooLarge:
      line = "it would be refused: its pictures need " + bytes_text(admission.needed) + ", and " +
             bytes_text(admission.room) + " are left beside the model";
      break;
    case AdmissionForecast::Verdict::kTooLong:
      line = "it would be refused: a question may have " + counted(admission.most_tokens, "token");
      break;
  }
  if (admission.fitting_pixels > 0)
    line += "; about " + std::to_string(admission.fitting_pixels) + " pixels in all would fit (--max-pixels)";
  return line + "\n";
}

int preview(Engine& engine, const GenerationRequest& request, const AskOptions& options, Host& host) {
  Result<QuestionPlan> plan = plan_question(engine, request);
  if (!plan) return failed(plan.error(), exit_code_of_answer(plan.error()), options, host);
  if (options.display.json) {
    host.out.write(preview_json(*plan, engine.model()));
    return kOk;
  }
  const Preview* seen = &plan->preview;
  std::string text;
  for (const VisionInput& input : seen->vision) {
    text += vision_line(input) + ", " + std::to_string(input.grid_t) + " x " + std::to_string(input.grid_h) +
            " x " + std::to_string(input.grid_w) + " patches\n";
  }
  text += counted(seen->prompt_tokens, "token") + " in all\n";
  if (seen->memory) {
    text += "memory: " + bytes_text(seen->memory->peak()) + " at its peak, " +
            bytes_text(seen->memory->held) + " of it held already";
    if (seen->memory->limit > 0) text += "; up to " + bytes_text(seen->memory->limit) + " may be used";
    text += "\n";
  }
  if (plan->admission) text += admission_line(*plan->admission);
  if (seen->ttft_seconds) text += "first token after about " + seconds_text(*seen->ttft_seconds) + "\n";
  text += "\n" + seen->prompt;
  if (!text.ends_with('\n')) text += '\n';
  host.out.write(host.out.terminal() ? harmless(text) : repaired_utf8(text));
  return kOk;
}

int run_ask(const std::vector<std::string>& arguments, Host& host) {
  AskOptions options;
  ArgumentParser parser("ask", "a question about pictures and clips, answered on this machine");
  declare(parser, options);
  Result<bool> help = parser.parse(arguments);
  if (!help) return failed(help.error(), kWrongArguments, options, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  Result<GenerationRequest> request = request_of(options, host);
  if (!request) return failed(request.error(), exit_code_of_input(request.error()), options, host);

  StatusLine status(host.err, options.display.quiet);
  Result<LoadedModel> model = load_model(options.model, host, status);
  if (!model) return failed(model.error(), exit_code_of_model(model.error()), options, host);
  if (options.preview) return preview(*model->engine, *request, options, host);

  status.keep(model_line(model->engine->model()));
  Answer answer = ask_and_show(*model->engine, std::move(*request), host, status, options.display);
  std::optional<double> confidence;
  if (options.preset) confidence = value_confidence(answer.text, answer.logprobs, "result");
  if (!options.logprobs) answer.logprobs.clear();
  if (options.display.json) {
    host.out.write(answer_json(answer, model->engine->model(), {model->seconds, confidence}));
  } else if (confidence && !options.display.quiet) {
    print_note(host.err, "The result is " + std::to_string(std::lround(*confidence * 100.0)) +
                             " % certain, by the probabilities of its tokens.");
  }
  if (options.display.timings && host.out.fault() == Output::Fault::kNone) {
    host.err.write(waterfall(answer, model->seconds, host.err.columns(), Style(host.err)));
    if (model->network) {
      host.err.write(network_lines(*model->network, Style(host.err)));
    } else {
      host.err.write(answer_price_line(answer.metrics.total_seconds, user_cost_file()));
    }
  }
  return exit_code(answer);
}

}  // namespace

Verb ask_verb() {
  return {"ask", "Ask about pictures and clips; the answer is printed as it is made", false, run_ask};
}

}  // namespace fovea::cli
