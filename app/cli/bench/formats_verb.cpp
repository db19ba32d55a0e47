#include "app/cli/argument_parser.h"
#include "app/cli/attachments.h"
#include "app/cli/bench/asked_options.h"
#include "app/cli/bench/measured_run.h"
#include "app/cli/bench/run_arguments.h"
#include "app/cli/bench/run_verbs.h"
#include "app/cli/bench/watched_output.h"
#include "app/cli/exit_code.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/formats/format_run.h"
#include "core/hub/memory_probe.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsualFormats = "bf16,int8,int4";
constexpr const char* kUsualSample = "form.png";

/// What a name in --formats stands for.
struct Format {
  std::string_view name;
  const char* compute_type;
  const char* weights;  ///< null: in the arithmetic's type
  double bytes;         ///< a parameter, about
  const char* kv_cache = nullptr;
  const char* group = nullptr;
};

constexpr std::array kFormats = {Format{"fp32", "fp32", nullptr, 4.0},
                                 Format{"bf16", "bf16", nullptr, 2.0},
                                 Format{"int8", "bf16", "int8", 1.2},
                                 Format{"int4", "bf16", "int4", 0.8},
                                 Format{"int8-row", "bf16", "int8", 1.2, nullptr, "row"},
                                 Format{"kv-int8", "bf16", nullptr, 2.0, "int8"}};

struct Options {
  std::optional<std::string> formats;
  std::vector<std::string> servers;
  std::optional<std::string> model;
  std::vector<std::string> questions;
  std::vector<std::string> pictures;
  std::optional<std::int64_t> new_tokens;
  std::optional<std::int64_t> repeats;
  std::optional<std::int64_t> threads;
  bool one_by_one = false;
  RunOutput output;
};

Result<std::vector<Format>> formats_of(const std::string& text) {
  std::vector<Format> out;
  std::string_view rest = text;
  while (true) {
    const std::string_view name = rest.substr(0, rest.find(','));
    const auto* found =
        std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& one) { return one.name == name; });
    if (found == kFormats.end()) {
      return wrong_argument(
          "There is no format \"" + std::string(name) + "\".",
          "They are fp32, bf16, int8, int8-row, int4 and kv-int8, with commas between them.", "--formats");
    }
    if (std::none_of(out.begin(), out.end(), [&](const Format& one) { return one.name == name; }))
      out.push_back(*found);
    if (name.size() == rest.size()) return out;
    rest.remove_prefix(name.size() + 1);
  }
}

/// Whether all models may be in memory at once, and why, in words.
std::pair<bool, std::string> together(const std::vector<Format>& formats, const std::string& folder,
                                      bool one_by_one) {
  if (one_by_one) return {false, "one after the other, on request"};
  double bytes = 0.0;
  std::error_code ignored;
  double file_bytes = 0.0;
  for (fs::directory_iterator at(folder, ignored), end; !ignored && at != end; at.increment(ignored)) {
    if (at->path().extension() == ".safetensors") file_bytes += static_cast<double>(at->file_size(ignored));
  }
  constexpr double kFileBytes = 2.0;  // a parameter, in a checkpoint of bf16
  constexpr double kEach = 1e9;       // caches and buffers of an engine
  constexpr double kShare = 0.7;      // of what is free
  for (const Format& format : formats) bytes += file_bytes / kFileBytes * format.bytes + kEach;
  const Result<AvailableMemory> memory = probe_memory();
  if (!memory) return {false, "one after the other: the system does not tell how much memory is free"};
  const auto free = static_cast<double>(memory->free_bytes);
  const std::string need = bytes_text(static_cast<std::uint64_t>(bytes)) + " for all, " +
                           bytes_text(static_cast<std::uint64_t>(free)) + " are free";
  if (bytes <= kShare * free) return {true, "in turns, all of them loaded: about " + need};
  return {false, "one after the other: about " + need};
}

Result<std::vector<GenerationRequest>> questions_of(const Options& options, Host& host) {
  std::vector<std::string> files = options.pictures;
  const auto sample = host.resources.sample(kUsualSample);
  if (files.empty() && sample) files.push_back(sample->string());
  if (files.empty())
    return Error{ErrorCode::kNotFound, "The sample picture is missing.", "Name one with --picture.",
                 "--picture"};
  const Result<std::vector<ContentPart>> pictures = read_attachments(files, host.in);
  if (!pictures) return pictures.error();
  std::vector<std::string> texts = options.questions;
  if (texts.empty())
    texts = {"Read the text.", "What is the title?", "What is the date?", "Describe this picture."};
  std::vector<GenerationRequest> out;
  for (const ContentPart& picture : *pictures) {
    for (const std::string& text : texts) {
      GenerationRequest request;
      Message message;
      message.content = {picture, TextPart{text}};
      request.messages.push_back(std::move(message));
      request.sampling.temperature = 0.0;
      request.max_new_tokens = static_cast<int>(options.new_tokens.value_or(kNewTokens));
      out.push_back(std::move(request));
    }
  }
  return out;
}

/// Loads as the format says; caches off, so that each question is read anew.
bench::FormatChoice choice_of(const Format& format, const Options& options, bool together, Host& host) {
  ModelOptions model;
  model.model = options.model;
  model.threads = options.threads;
  model.compute_type = format.compute_type;
  if (format.weights != nullptr) model.weights.format = format.weights;
  if (format.group != nullptr) model.weights.group = format.group;
  if (format.kv_cache != nullptr) model.kv_cache_type = format.kv_cache;
  model.no_speculation = true;
  model.adjust = [together](EngineOptions& engine) {
    engine.vision_cache_bytes = 0;
    engine.prefix_cache = false;
    engine.answer_cache_bytes = 0;
    if (together) engine.kv_cache_bytes = std::uint64_t{512} << 20;  // not a share of what is free, for each
  };
  return {std::string(format.name), false, [model, &host]() -> Result<std::unique_ptr<Engine>> {
            StatusLine silent(host.err, true);
            Result<LoadedModel> loaded = load_model(model, host, silent);
            if (!loaded) return loaded.error();
            return std::move(loaded->engine);
          }};
}

bench::FormatChoice choice_of(const std::string& server, Host& host) {
  ModelOptions model;
  model.server.address = server;
  return {server, true, [model, &host]() -> Result<std::unique_ptr<Engine>> {
            StatusLine silent(host.err, true);
            Result<LoadedModel> loaded = load_model(model, host, silent);
            if (!loaded) return loaded.error();
            return std::move(loaded->engine);
          }};
}

int run_formats(const std::vector<std::string>& arguments, Host& host) {
  Options options;
  ArgumentParser parser("bench formats",
                        "formats of the weights and servers side by side: speed, memory, answers");
  parser.example("fovea bench formats --model Qwen/Qwen3-VL-2B-Instruct --out formats");
  parser.example("fovea bench formats --formats bf16,int4 --server http://127.0.0.1:8000");
  parser.section("What is set side by side");
  parser.text("--formats", "F,F,...",
              "Of fp32, bf16, int8, int8-row (int8 with one scale a row), int4, and kv-int8 (bf16 with keys "
              "and values in int8); answers are "
              "compared with those of the first",
              kUsualFormats, options.formats);
  parser.texts("--server", "URL", "An OpenAI-compatible server too; several stand beside each other",
               options.servers);
  parser.text("-m,--model", "NAME", "The model on this machine", "the model in the box", options.model);
  parser.integer("--threads", "For arithmetic", "all cores", 1, 1024, options.threads);
  parser.flag("--one-by-one", "Load one model at a time, whatever memory there is", options.one_by_one);
  parser.section("What is asked");
  parser.texts("--picture", "FILE", "Your own pictures", options.pictures);
  parser.texts("--question", "TEXT", "Your own questions, each about every picture", options.questions);
  parser.integer("--new-tokens", "Tokens of an answer at most", std::to_string(kNewTokens), 2, 100'000,
                 options.new_tokens);
  parser.integer("--repeat", "Rounds through all questions", "5", 1, 1000, options.repeats);
  declare_run_output(parser, options.output);
  parser.footnote(
      "Where memory allows it all models are loaded and take turns; else one is measured after the other, "
      "and the "
      "report says so. Answers are greedy, without guessed tokens and without caches; a server keeps its "
      "own.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  const Result<std::vector<Format>> formats = formats_of(options.formats.value_or(kUsualFormats));
  if (!formats) return fail(formats.error(), kWrongArguments, host);
  const Result<std::string> folder = find_model(options.model, host);
  if (!folder) return fail(folder.error(), exit_code_of_model(folder.error()), host);
  Result<std::vector<GenerationRequest>> questions = questions_of(options, host);
  if (!questions) return fail(questions.error(), exit_code_of_input(questions.error()), host);
  const auto [all_at_once, why] = together(*formats, *folder, options.one_by_one);

  bench::FormatPlan plan;
  plan.questions = std::move(*questions);
  plan.repeats = static_cast<int>(options.repeats.value_or(plan.repeats));
  plan.together = all_at_once;
  for (const Format& format : *formats) plan.choices.push_back(choice_of(format, options, all_at_once, host));
  for (const std::string& server : options.servers) plan.choices.push_back(choice_of(server, host));
  RunSetup setup;
  setup.name = bench::kFormatsRun;
  setup.arguments = {"bench", "formats"};
  setup.arguments.insert(setup.arguments.end(), arguments.begin(), arguments.end());
  setup.settings = {
      {"order", why},
      {"repetitions", std::to_string(plan.repeats)},
      {"warm-up", "each question once; those answers are compared"},
      {"questions", counted(std::ssize(plan.questions), "question")},
      {"answers", "at most " + counted(options.new_tokens.value_or(kNewTokens), "token") + ", greedy"},
      {"caches", "off"}};
  return run_measured_without_engine(
      setup, options.output, host, [&](bench::RunRecorder& recorder, StatusLine& status) -> Result<void> {
        recorder.record().threads = static_cast<int>(options.threads.value_or(0));
        return bench::run_formats(
            plan, recorder,
            [&](const bench::RunProgress& progress) {
              std::string text = progress.what;
              if (progress.all > 0)
                text += ", " + std::to_string(progress.done) + " of " + counted(progress.all, "request");
              if (progress.left_seconds >= 0.0) text += ", " + duration_text(progress.left_seconds) + " left";
              status.show("Measuring", text);
              tell_watcher(host.err, progress, recorder.record());
            },
            [&] { return host.interrupt.requested(); });
      });
}

}  // namespace

Verb bench_formats_verb() {
  return resumable({"bench formats", "bf16, int8, int4 and servers side by side: speed, memory, answers",
                    false, run_formats});
}

}  // namespace fovea::cli
