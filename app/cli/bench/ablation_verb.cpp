#include "app/cli/argument_parser.h"
#include "app/cli/attachments.h"
#include "app/cli/bench/measured_run.h"
#include "app/cli/bench/run_arguments.h"
#include "app/cli/bench/watched_output.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/ablation/ablation_run.h"
#include "core/bench/workload.h"

#include <algorithm>
#include <utility>

namespace fovea::cli {
namespace {

constexpr int kAblationTokens = 96;
constexpr int kUnlimited = 1024;  ///< beside switches that limit answers
constexpr int kTogether = 4;
constexpr const char* kUsualSample = "receipt.png";

std::string list_text() {
  std::vector<std::vector<std::string>> rows = {{"NAME", "WHAT", "SHOWN BY"}};
  for (const bench::AblationSwitch& one : bench::ablation_switches())
    rows.push_back({one.name, one.what, one.counter});
  return in_columns(rows);
}

/// Those that were named, in the order of the list; if none was, all but those that have to be.
Result<std::vector<bench::AblationSwitch>> chosen(const std::vector<std::string>& names) {
  const std::vector<bench::AblationSwitch>& all = bench::ablation_switches();
  for (const std::string& name : names) {
    if (std::none_of(all.begin(), all.end(), [&](const auto& one) { return name == one.name; })) {
      return wrong_argument("There is no switch \"" + name + "\".",
                            "`fovea bench ablation --list` lists them.", "--only");
    }
  }
  std::vector<bench::AblationSwitch> out;
  for (const bench::AblationSwitch& one : all) {
    const bool named = std::find(names.begin(), names.end(), one.name) != names.end();
    if (named || (names.empty() && !one.by_name)) out.push_back(one);
  }
  return out;
}

GenerationRequest question(const ContentPart& picture, const std::string& text, int new_tokens) {
  GenerationRequest request;
  Message message;
  message.content = {picture, TextPart{text}};
  request.messages.push_back(std::move(message));
  request.sampling.temperature = 0.0;
  request.max_new_tokens = new_tokens;
  return request;
}

/// A question, another about the same picture, the first one again, and some at once: something for each
/// switch.
std::vector<std::vector<GenerationRequest>> waves_about(const ContentPart& picture, int new_tokens) {
  const GenerationRequest first = question(picture, "Read the text.", new_tokens);
  std::vector<GenerationRequest> together;
  for (int i = 0; i < kTogether; ++i) {
    GenerationRequest text = first;
    text.messages = {Message::text(Role::kUser, bench::made_up_words(40, static_cast<std::uint64_t>(i) + 1))};
    text.ignore_eos = true;
    together.push_back(std::move(text));
  }
  return {{first}, {question(picture, "What is the first line?", new_tokens)}, {first}, together};
}

int run_ablation(const std::vector<std::string>& arguments, Host& host) {
  std::vector<std::string> files;
  std::vector<std::string> only;
  std::optional<std::int64_t> repeats;
  std::optional<std::int64_t> new_tokens;
  bool list = false;
  ModelOptions options;
  RunOutput output;
  ArgumentParser parser("bench ablation", "what each optimisation brings, by itself and with the others");
  parser.usage("[PICTURE]");
  parser.example("fovea bench ablation --list");
  parser.example("fovea bench ablation --out ablation");
  parser.example("fovea bench ablation page.png --only speculation");
  parser.example("fovea bench ablation --only limit_512 --only limit_256");
  parser.positionals(files);
  parser.section("What is measured");
  parser.flag("--list", "The switches there are", list);
  parser.texts("--only", "NAME", "This switch alone, off and on; several are cumulated in the list's order",
               only);
  parser.integer("--new-tokens", "Tokens of an answer at most", "96; 1024 with a limit switch", 2, 1'000'000,
                 new_tokens);
  parser.integer("--repeat", "Rounds through all groups, in turning order", "5", 1, 1000, repeats);
  declare_model_options(parser, options, Speculation::kNever);
  declare_run_output(parser, output);
  parser.footnote(
      "First everything is off, then one switch after the other is turned on and stays on. Each group of a "
      "round has a "
      "freshly loaded model: two questions about a picture, the first one again, and four texts at once. "
      "EDITS % is how "
      "far the answers are from those with everything off. The switches that limit answers (limit_512, "
      "limit_256) "
      "count only where they are named.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help || list) {
    host.out.write(*help ? parser.help(host.out.columns()) : list_text());
    return kOk;
  }
  const Result<std::vector<bench::AblationSwitch>> switches = chosen(only);
  if (!switches) return fail(switches.error(), kWrongArguments, host);
  if (options.server.address) {
    return fail(
        wrong_argument("A server's switches can't be reached from here.", "Leave --server out.", "--server"),
        kWrongArguments, host);
  }
  if (options.weights.format) {
    return fail(wrong_argument("int8 and int4 are switches here.", "Leave --weights out.", "--weights"),
                kWrongArguments, host);
  }
  if (files.size() > 1) return fail(wrong_argument("Name one picture."), kWrongArguments, host);
  const auto sample = host.resources.sample(kUsualSample);
  if (files.empty() && sample) files.push_back(sample->string());
  if (files.empty())
    return fail(wrong_argument("Name a picture: the sample is missing."), kWrongArguments, host);
  const Result<std::vector<ContentPart>> picture = read_attachments(files, host.in);
  if (!picture) return fail(picture.error(), exit_code_of_input(picture.error()), host);

  bench::AblationPlan plan;
  plan.switches = *switches;
  plan.repeats = static_cast<int>(repeats.value_or(plan.repeats));
  const bool limits =
      std::any_of(switches->begin(), switches->end(), [](const auto& one) { return one.new_tokens > 0; });
  const std::int64_t most = new_tokens.value_or(limits ? kUnlimited : kAblationTokens);
  plan.waves = waves_about(picture->front(), static_cast<int>(most));
  RunSetup setup;
  setup.name = "ablation";
  setup.arguments = {"bench", "ablation"};
  setup.arguments.insert(setup.arguments.end(), arguments.begin(), arguments.end());
  setup.settings = {{"order", "cumulated; groups in turning order, each on a freshly loaded model"},
                    {"repetitions", std::to_string(plan.repeats)},
                    {"warm-up", "one short question for each engine"},
                    {"answers", "at most " + counted(most, "token") + ", greedy"}};
  return run_measured_without_engine(
      setup, output, host, [&](bench::RunRecorder& recorder, StatusLine& status) -> Result<void> {
        StatusLine silent(host.err, true);
        recorder.record().threads = static_cast<int>(options.threads.value_or(0));
        const bench::EngineLoader load = [&](const EngineOptions& wanted) -> Result<std::unique_ptr<Engine>> {
          options.adjust = [&](EngineOptions& engine) {
            const EngineOptions own = engine;
            engine = wanted;
            engine.model_folder = own.model_folder;
            engine.compute_type = own.compute_type;
            if (engine.device == DeviceChoice{}) engine.device = own.device;
            engine.threads = own.threads;
          };
          Result<LoadedModel> loaded = load_model(options, host, silent);
          if (!loaded) return loaded.error();
          return std::move(loaded->engine);
        };
        return bench::run_ablation(
            load, plan, recorder,
            [&](const bench::RunProgress& progress) {
              std::string text = std::to_string(progress.done) + " of " + counted(progress.all, "engine");
              if (progress.left_seconds >= 0.0) text += ", " + duration_text(progress.left_seconds) + " left";
              status.show("Measuring", text);
              tell_watcher(host.err, progress, recorder.record());
            },
            [&] { return host.interrupt.requested(); });
      });
}

}  // namespace

Verb bench_ablation_verb() {
  return resumable({"bench ablation", "What each optimisation brings: off and on, one after the other", false,
                    run_ablation});
}

}  // namespace fovea::cli
