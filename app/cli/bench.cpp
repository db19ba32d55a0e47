#include "app/cli/bench/answer_keeper.h"
#include "app/cli/bench/asked_options.h"
#include "app/cli/bench/bench_values.h"
#include "app/cli/bench/watched_output.h"
#include "app/cli/bench_output.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_loading.h"
#include "app/cli/model_output.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/engine_bench.h"
#include "core/bench/paired_ttft.h"
#include "core/bench/report/environment.h"
#include "core/hub/bandwidth_probe.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace fovea::cli {
namespace {

constexpr std::int64_t kMostRuns = 1000;
constexpr int kLargestBatch = 256;

struct BenchOptions {
  std::optional<std::int64_t> prompt_tokens;
  std::optional<std::int64_t> new_tokens;
  std::optional<std::string> size;
  std::optional<std::string> batches;
  std::optional<std::int64_t> repeats;
  std::optional<std::int64_t> warm_up;
  bool compare_engines = false;
  std::optional<std::string> folder;
  bool json = false;
  bool quiet = false;
  ModelOptions model;
};

/// One of the verbs: its name, what it says of itself, its usual plan.
struct BenchVerb {
  const char* name;
  const char* summary;
  const char* example;
  const char* footnote;
  bench::BenchPlan plan;
};

/// "1,2,4,8".
Result<std::vector<int>> batches_of(std::string_view text) {
  std::vector<int> out;
  while (!text.empty()) {
    const std::string_view digits = text.substr(0, text.find(','));
    int value = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (fault != std::errc() || end != digits.data() + digits.size() || value < 1 || value > kLargestBatch) {
      out.clear();
      break;
    }
    out.push_back(value);
    text.remove_prefix(std::min(digits.size() + 1, text.size()));
  }
  if (out.empty()) {
    return wrong_argument("--batches must be like 1,2,4,8, each from 1 to " + std::to_string(kLargestBatch) +
                          ".");
  }
  return out;
}

void declare(ArgumentParser& parser, const BenchVerb& verb, BenchOptions& options) {
  using bench::BenchKind;
  const BenchKind kind = verb.plan.kind;
  parser.example(verb.example);
  parser.section("What is asked");
  if (kind == BenchKind::kTtft) {
    parser.text("--size", "WxH", "Size of the made-up picture, in pixels", "512x512", options.size);
    parser.flag("--compare-engines",
                "Ask an engine in this process and one in a child in turns, and tell what the child costs",
                options.compare_engines);
  } else {
    parser.integer("--prompt-tokens", "Length of the made-up text", std::to_string(verb.plan.prompt_tokens),
                   16, kMostTokens, options.prompt_tokens);
  }
  if (kind != BenchKind::kPrefill) {
    parser.integer("--new-tokens", "Tokens of an answer, whatever they are",
                   std::to_string(verb.plan.new_tokens), 2, kMostTokens, options.new_tokens);
  }
  if (kind == BenchKind::kBatch) {
    parser.text("--batches", "N,N,...", "Requests at once, in turn", "1,2,4,8", options.batches);
  }
  declare_model_options(parser, options.model, Speculation::kNever);
  parser.section("How it is measured");
  parser.integer("--repeat", "Runs that count", std::to_string(verb.plan.repeats), 1, kMostRuns,
                 options.repeats);
  parser.integer("--warm-up", "Runs before them that don't", std::to_string(verb.plan.warm_up), 0, kMostRuns,
                 options.warm_up);
  parser.section("What comes out");
  parser.text("--out", "FOLDER",
              "Keep the run there: requests.jsonl, summary.json, report.html, report.md, CSV", "",
              options.folder);
  parser.flag("--json", "A JSON object with every value", options.json);
  parser.flag("--quiet", "No progress", options.quiet);
  parser.footnote(verb.footnote);
  if (kind != BenchKind::kPrefill) {
    parser.footnote(
        "Answers come one token a step here: what they repeat is not guessed, so the figures do not hang on "
        "what they say.");
  }
  parser.footnote("Ctrl+C ends it; what was measured by then is printed and kept.");
}

Result<bench::BenchPlan> plan_of(const BenchVerb& verb, const BenchOptions& options) {
  if (options.compare_engines && (options.model.engine || options.model.server.address)) {
    return wrong_argument("--compare-engines chooses the engines itself.", "Leave --engine and --server out.",
                          "--compare-engines");
  }
  if (options.compare_engines && options.folder) {
    return wrong_argument("--compare-engines keeps no run.", "Leave --out out.", "--out");
  }
  bench::BenchPlan plan = verb.plan;
  plan.prompt_tokens = options.prompt_tokens.value_or(plan.prompt_tokens);
  plan.new_tokens = static_cast<int>(options.new_tokens.value_or(plan.new_tokens));
  plan.repeats = static_cast<int>(options.repeats.value_or(plan.repeats));
  plan.warm_up = static_cast<int>(options.warm_up.value_or(plan.warm_up));
  if (options.size) {
    const auto size = size_of(*options.size);
    if (!size) return size.error();
    std::tie(plan.width, plan.height) = *size;
  }
  if (options.batches) {
    auto batches = batches_of(*options.batches);
    if (!batches) return batches.error();
    plan.batches = std::move(*batches);
  }
  return plan;
}

/// What is known of a run before its first answer.
bench::RunRecord known_before(const BenchRun& run, const BenchOptions& options) {
  bench::RunRecord record;
  record.environment = bench::read_environment();
  record.environment.read_before = run.read_before;
  record.model = run.model;
  record.load_seconds = run.load_seconds;
  record.threads = static_cast<int>(options.model.threads.value_or(0));
  record.elsewhere = options.model.server.address.has_value();
  return record;
}

int run_verb(const BenchVerb& verb, const std::vector<std::string>& arguments, Host& host) {
  BenchOptions options;
  ArgumentParser parser(verb.name, verb.summary);
  declare(parser, verb, options);
  const Result<bool> help = parser.parse(arguments);
  if (help && *help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  const Result<bench::BenchPlan> plan =
      help ? plan_of(verb, options) : Result<bench::BenchPlan>(help.error());
  if (!plan) {
    print_error(host.err, plan.error());
    return kWrongArguments;
  }
  const bool elsewhere = options.model.server.address.has_value();
  if (elsewhere && plan->kind == bench::BenchKind::kPrefill) {
    print_error(host.err,
                wrong_argument("How long a server reads a prompt is not seen from here.",
                               "`fovea bench ttft` and `fovea bench batch` measure servers.", "--server"));
    return kWrongArguments;
  }
  bench::BenchPlan asked = *plan;
  asked.ignore_eos = !elsewhere;  // no part of OpenAI's API, and refused by some
  StatusLine status(host.err, options.quiet);
  BenchRun run;
  // Before the model is there and after its memory was looked at: the probe takes half a gigabyte of its own.
  if (!elsewhere) {
    status.show("Measuring", "how fast memory is read");
    run.read_before = measured_read_bandwidth();
  }
  if (options.compare_engines) options.model.engine = engine_place_name(EnginePlace::kInProcess);
  const Result<LoadedModel> model = load_model(options.model, host, status);
  if (!model) {
    print_error(host.err, model.error());
    return exit_code_of_model(model.error());
  }
  std::unique_ptr<Engine> child;
  if (options.compare_engines) {
    options.model.engine = engine_place_name(EnginePlace::kChild);
    Result<LoadedModel> second = load_model(options.model, host, status);
    if (!second) {
      print_error(host.err, second.error());
      return exit_code_of_model(second.error());
    }
    child = std::move(second->engine);
  }
  run.kind = plan->kind;
  run.model = model->engine->model();
  run.load_seconds = model->seconds;
  std::optional<AnswerKeeper> keeper;
  if (options.folder) {
    std::vector<std::string> whole = {"bench", verb.name + std::string_view("bench ").size()};
    whole.insert(whole.end(), arguments.begin(), arguments.end());
    keeper.emplace(asked, std::move(whole), known_before(run, options));
    if (const Result<void> kept = keeper->keep_in(*options.folder); !kept)
      return fail(kept.error(), exit_code_of_input(kept.error()), host);
  }
  const bench::BenchProgress progress = [&](const std::string& label, int at, int runs) {
    status.show("Measuring", label + ", run " + std::to_string(at) + " of " + std::to_string(runs));
    if (!keeper) return;
    const double spent = keeper->recorder().now();
    tell_watcher(host.err, {label, at - 1, runs, at > 1 ? spent / (at - 1) * (runs - at + 1) : -1.0},
                 keeper->recorder().record());
  };
  const bench::Stopped stopped = [&] { return host.interrupt.requested(); };
  Result<bench::BenchReport> report =
      child ? bench::run_paired_ttft({*model->engine, "in-process"}, {*child, "child"}, asked, progress,
                                     stopped)
            : bench::run_bench(*model->engine, asked, progress, stopped,
                               keeper ? keeper->observer() : bench::AnswersObserver());
  run.engine = model->engine->metrics();
  if (!elsewhere && !host.interrupt.requested()) run.read_after = measured_read_bandwidth();
  status.clear();
  print_upload_note(host);
  const Result<void> kept =
      keeper ? keeper->finish(!report || report->stopped, run.read_after) : Result<void>();
  if (!report) {
    print_error(host.err, report.error());
    return exit_code_of_answer(report.error());
  }
  run.plan = asked;
  run.report = std::move(*report);
  if (options.json) {
    print_json(host, bench_json(run));
  } else {
    const std::string where =
        options.folder ? "\nThe report is " + *options.folder + "/report.html.\n" : std::string();
    print_text(host, bench_text(run) + where);
  }
  if (!kept) return fail(kept.error(), exit_code_of_download(kept.error()), host);
  if (run.report.error) {
    print_error(host.err, *run.report.error);
    return exit_code_of_answer(*run.report.error);
  }
  return run.report.stopped ? kInterrupted : kOk;
}

Verb verb_of(BenchVerb verb) {
  const std::string summary =
      std::string(1, static_cast<char>(verb.summary[0] - 'a' + 'A')) + (verb.summary + 1);
  return {verb.name, summary, false,
          [verb = std::move(verb)](const std::vector<std::string>& arguments, Host& host) {
            return run_verb(verb, arguments, host);
          }};
}

}  // namespace

Verb bench_decode_verb() {
  bench::BenchPlan plan;
  plan.kind = bench::BenchKind::kDecode;
  return verb_of({"bench decode", "tokens a second of one answer",
                  "fovea bench decode --model Qwen/Qwen3-VL-2B-Instruct --dtype bf16",
                  "The read limit is how fast this machine's memory was read just before and just after.",
                  plan});
}

Verb bench_prefill_verb() {
  bench::BenchPlan plan;
  plan.kind = bench::BenchKind::kPrefill;
  plan.prompt_tokens = 1024;
  plan.new_tokens = 1;
  return verb_of({"bench prefill", "tokens a second of reading a prompt",
                  "fovea bench prefill --prompt-tokens 4096",
                  "The prompts differ from run to run, so nothing of them is known from before.", plan});
}

Verb bench_ttft_verb() {
  bench::BenchPlan plan;
  plan.kind = bench::BenchKind::kTtft;
  plan.new_tokens = 8;
  return verb_of({"bench ttft", "time to the first token about a picture, by stage",
                  "fovea bench ttft --size 1024x1024",
                  "Each run asks about a new picture, and then a second question about the same one.", plan});
}

Verb bench_batch_verb() {
  bench::BenchPlan plan;
  plan.kind = bench::BenchKind::kBatch;
  plan.repeats = 3;
  return verb_of({"bench batch", "several answers at once, against one alone",
                  "fovea bench batch --batches 1,8,32 --json",
                  "All requests of a run are sent at the same moment.", plan});
}

}  // namespace fovea::cli
