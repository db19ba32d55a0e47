#include "app/cli/attachments.h"
#include "app/cli/bench/asked_options.h"
#include "app/cli/bench/bench_values.h"
#include "app/cli/bench/measured_run.h"
#include "app/cli/bench/run_arguments.h"
#include "app/cli/exit_code.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/load/load_run.h"
#include "core/bench/sweep/batch_sweep.h"
#include "core/bench/sweep/resolution_sweep.h"

#include <algorithm>
#include <utility>

namespace fovea::cli {
namespace {

constexpr int kBatchNewTokens = 64;
constexpr const char* kUsualSides = "128,192,256,384,512,768,1024";
constexpr const char* kUsualSample = "receipt.png";
constexpr const char* kUsualQuestion = "Read the text.";

struct SweepOptions {
  std::optional<std::int64_t> repeats;
  std::optional<std::int64_t> warm_up;
  ModelOptions model;
  RunOutput output;
};

void declare_sweep(ArgumentParser& parser, SweepOptions& options, const char* what) {
  parser.section("How it is measured");
  parser.integer("--repeat", std::string(what) + " of each size that count", "5", 1, 1000, options.repeats);
  parser.integer("--warm-up", std::string(what) + " before them that don't", "1", 0, 1000, options.warm_up);
  declare_run_output(parser, options.output);
}

/// Parses; the exit status if the verb ends here.
std::optional<int> parsed(ArgumentParser& parser, const std::vector<std::string>& arguments, Host& host) {
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (!*help) return std::nullopt;
  host.out.write(parser.help(host.out.columns()));
  return kOk;
}

RunSetup setup_of(const char* kind, const std::vector<std::string>& arguments) {
  RunSetup setup;
  setup.name = std::string(kind) + " sweep";
  setup.arguments = {"bench", "sweep", kind};
  setup.arguments.insert(setup.arguments.end(), arguments.begin(), arguments.end());
  return setup;
}

int run_batch(const std::vector<std::string>& arguments, Host& host) {
  SweepOptions options;
  AskedOptions asked_options;
  std::optional<std::int64_t> most;
  std::optional<double> limit;
  std::optional<double> within;
  ArgumentParser parser("bench sweep batch", "how many requests at once suit this machine");
  parser.example("fovea bench sweep batch --within 5 --out batches");
  parser.example("fovea bench sweep batch --size 384x384 --new-tokens 128 --limit 30");
  parser.section("Sizes");
  parser.integer("--most", "Largest number of requests at once", "256", 1, 256, most);
  parser.number("--limit", "Seconds to the last token after which no larger size is tried", "60",
                {0.0, 1e6, true}, limit);
  parser.number("--within", "Seconds that an answer may take, for the recommendation", "10", {0.0, 1e6, true},
                within);
  declare_asked_options(parser, asked_options, kBatchNewTokens);
  declare_model_options(parser, options.model, Speculation::kNever);
  declare_sweep(parser, options, "Batches");
  parser.footnote(
      "Sizes are 1, 2, 4, ... until memory or --limit ends it. A size that runs out of memory is survived "
      "and listed. "
      "Memory is the process's, looked at in the first ascent.");
  if (const auto ended = parsed(parser, arguments, host)) return *ended;
  const bool elsewhere = options.model.server.address.has_value();
  const Result<bench::RequestPlan> asked = request_plan(asked_options, kBatchNewTokens, elsewhere, host);
  if (!asked) return fail(asked.error(), exit_code_of_input(asked.error()), host);

  bench::BatchSweepPlan plan;
  plan.most = static_cast<int>(most.value_or(plan.most));
  plan.limit_seconds = limit.value_or(plan.limit_seconds);
  plan.within_seconds = within.value_or(plan.within_seconds);
  plan.repeats = static_cast<int>(options.repeats.value_or(plan.repeats));
  plan.warm_up = static_cast<int>(options.warm_up.value_or(plan.warm_up));
  RunSetup setup = setup_of("batch", arguments);
  setup.axis = "requests at once";
  setup.settings = {
      {"sizes", "1, 2, 4, ... up to " + std::to_string(plan.most)},
      {"ends", "at out of memory, or over " + fixed_text(plan.limit_seconds, 1) + " s to the last token"},
      {"repetitions", std::to_string(plan.repeats) + ", sizes in turning order"},
      {"warm-up", counted(plan.warm_up, "batch", "batches") + " of each size"}};
  for (auto& setting : asked_settings(*asked)) setup.settings.push_back(std::move(setting));
  return run_measured(setup, options.model, options.output, host, [&](Measurement& m) -> Result<void> {
    Result<bench::RequestSource> source = bench::RequestSource::create(m.engine, *asked);
    if (!source) return source.error();
    bench::run_batch_sweep(m.engine, plan, *source, m.recorder, m.observer, m.stopped);
    bench::settle(m.recorder.record());
    m.recorder.record().findings = bench::recommend_batches(m.recorder.record().groups, plan.within_seconds);
    return {};
  });
}

/// The picture named, or the sample in the box.
Result<std::vector<ContentPart>> picture_of(const std::vector<std::string>& files, Host& host) {
  if (files.size() > 1) return wrong_argument("Name one picture.");
  if (!files.empty()) return read_attachments(files, host.in);
  const auto sample = host.resources.sample(kUsualSample);
  if (!sample) {
    return Error{ErrorCode::kNotFound, "The sample picture is missing.", "Name a picture.", {}};
  }
  return read_attachments({sample->string()}, host.in);
}

int run_resolution(const std::vector<std::string>& arguments, Host& host) {
  SweepOptions options;
  std::vector<std::string> files;
  std::optional<std::string> sides;
  std::optional<std::string> question;
  std::optional<std::int64_t> new_tokens;
  ArgumentParser parser("bench sweep resolution", "how large a picture has to be shown");
  parser.usage("[PICTURE]");
  parser.example("fovea bench sweep resolution receipt.jpg --question \"What is the total?\"");
  parser.example("fovea bench sweep resolution page.png --sides 512,768,1024,1536 --out sizes");
  parser.positionals(files);
  parser.section("What is asked");
  parser.text("--sides", "N,N,...", "The picture is shown with at most N x N pixels", kUsualSides, sides);
  parser.text("--question", "TEXT", "Whose answer is compared", kUsualQuestion, question);
  parser.integer("--new-tokens", "Tokens of an answer at most", "128", 1, 1'000'000, new_tokens);
  declare_model_options(parser, options.model, Speculation::kNever);
  declare_sweep(parser, options, "Rounds");
  parser.footnote(
      "Without a picture a receipt from the samples is asked about. Caches of pictures and prompts are off, "
      "so that "
      "each question is read anew; a server keeps its own.");
  if (const auto ended = parsed(parser, arguments, host)) return *ended;
  auto sizes = whole_numbers_of(sides.value_or(kUsualSides), "--sides", 16, kLongestSide);
  if (!sizes) return fail(sizes.error(), kWrongArguments, host);
  Result<std::vector<ContentPart>> picture = picture_of(files, host);
  if (!picture) return fail(picture.error(), exit_code_of_input(picture.error()), host);
  if (!std::holds_alternative<ImagePart>(picture->front())) {
    return fail(wrong_argument("A clip can't be shown at other sizes here.", "Name a picture."),
                kWrongArguments, host);
  }
  bench::ResolutionSweepPlan plan;
  plan.sides = std::move(*sizes);
  std::sort(plan.sides.begin(), plan.sides.end());
  plan.picture = std::move(picture->front());
  plan.question = question.value_or(kUsualQuestion);
  plan.new_tokens = static_cast<int>(new_tokens.value_or(plan.new_tokens));
  plan.repeats = static_cast<int>(options.repeats.value_or(plan.repeats));
  plan.warm_up = static_cast<int>(options.warm_up.value_or(plan.warm_up));
  options.model.adjust = [](EngineOptions& engine) {
    engine.vision_cache_bytes = 0;
    engine.prefix_cache = false;
    engine.answer_cache_bytes = 0;
  };
  RunSetup setup = setup_of("resolution", arguments);
  setup.axis = "pixels a side, at most";
  setup.settings = {
      {"picture", files.empty() ? std::string(kUsualSample) + " of the samples" : files.front()},
      {"question", plan.question},
      {"answers", "at most " + counted(plan.new_tokens, "token") + ", greedy"},
      {"repetitions", std::to_string(plan.repeats) + ", sizes in turning order"},
      {"warm-up", counted(plan.warm_up, "round")},
      {"caches", "off"}};
  return run_measured(setup, options.model, options.output, host, [&](Measurement& m) -> Result<void> {
    bench::run_resolution_sweep(m.engine, plan, m.recorder, m.observer, m.stopped);
    return {};
  });
}

}  // namespace

Verb bench_sweep_batch_verb() {
  return resumable({"bench sweep batch",
                    "How many requests at once suit this machine: 1, 2, 4, ... until it is too much", false,
                    run_batch});
}

Verb bench_sweep_resolution_verb() {
  return resumable({"bench sweep resolution",
                    "How large a picture has to be shown: tokens, time, whether the answer changes", false,
                    run_resolution});
}

}  // namespace fovea::cli
