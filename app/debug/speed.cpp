#include "app/cli/attachments.h"
#include "app/cli/exit_code.h"
#include "app/cli/report.h"
#include "app/debug/debug_verbs.h"
#include "app/debug/model_arguments.h"
#include "core/bench/answer_collector.h"

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

namespace fovea::debug {
namespace {

using nlohmann::json;

struct SpeedOptions {
  std::vector<std::string> images;
  std::optional<std::string> question;
  std::optional<std::int64_t> new_tokens;
  std::optional<std::int64_t> repeat;
  bool forget = false;
  ModelArguments model;
};

json figures(const bench::CollectedAnswer& answer, double load_seconds) {
  const RequestMetrics& m = answer.metrics;
  json stages;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const auto stage = static_cast<Stage>(i);
    if (m.stages[stage] > 0.0) stages[std::string(stage_name(stage))] = m.stages[stage];
  }
  return {{"ttft", m.ttft()},
          {"vision", m.stages[Stage::kVision]},
          {"prefill", m.stages[Stage::kPrefill]},
          {"decode_tps", m.tpot() > 0.0 ? 1.0 / m.tpot() : 0.0},
          {"total", m.total_seconds},
          {"prompt_tokens", m.prompt_tokens},
          {"vision_tokens", m.vision_tokens},
          {"load_seconds", load_seconds},
          {"peak_rss", m.peak_memory_bytes},
          {"stages", stages},
          {"ids", answer.ids}};
}

int measure(const SpeedOptions& options, cli::Host& host) {
  auto attachments = cli::read_attachments(options.images, host.in);
  if (!attachments) {
    cli::print_error(host.err, attachments.error());
    return cli::kUnreadableMedia;
  }
  GenerationRequest request;
  Message message;
  message.content = std::move(attachments).value();
  message.content.emplace_back(TextPart{options.question.value_or("Describe the image.")});
  request.messages.push_back(std::move(message));
  request.max_new_tokens = static_cast<int>(options.new_tokens.value_or(64));
  request.ignore_eos = true;
  request.sampling.temperature = 0.0;

  const auto begin = std::chrono::steady_clock::now();
  EngineOptions how = options.model.engine_options(ComputeType::kBFloat16);
  how.draft_tokens = 0;
  if (options.forget) {
    how.vision_cache_bytes = 0;
    how.prefix_cache = false;
  }
  auto engine = host.engines.in_process(how, {});
  if (!engine) {
    cli::print_error(host.err, engine.error());
    return cli::kModelUnusable;
  }
  const double load_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  for (std::int64_t i = 0; i < options.repeat.value_or(1); ++i) {
    const bench::CollectedAnswer answer = bench::wait_for_answer(**engine, request);
    if (answer.error) {
      cli::print_error(host.err, *answer.error);
      return cli::kAnswerFailed;
    }
    host.out.write(figures(answer, load_seconds).dump() + "\n");
  }
  return cli::kOk;
}

}  // namespace

cli::Verb speed_verb() {
  return {"debug speed", "Measure one question several times", true,
          [](const std::vector<std::string>& arguments, cli::Host& host) -> int {
            SpeedOptions options;
            cli::ArgumentParser parser("debug speed",
                                       "Asks one question several times, without speculation, and prints a "
                                       "JSON line each.");
            parser.usage("--model DIR [--image FILE]...");
            options.model.declare(parser);
            parser.texts("--image", "FILE", "A picture", options.images);
            parser.text("--question", "TEXT", "The question", "Describe the image.", options.question);
            parser.integer("--new-tokens", "Tokens to make, whatever comes", "64", 1, 100000,
                           options.new_tokens);
            parser.integer("--repeat", "How often", "1", 1, 1000, options.repeat);
            parser.flag("--forget", "Keep nothing of a run for the next: no features, no keys and values",
                        options.forget);
            const auto help = parser.parse(arguments);
            if (help && *help) {
              cli::print_line(host.out, parser.help(host.out.columns()));
              return cli::kOk;
            }
            if (!help || !options.model.folder) {
              cli::print_error(host.err, help ? cli::wrong_argument("--model is needed.") : help.error());
              return cli::kWrongArguments;
            }
            return measure(options, host);
          }};
}

}  // namespace fovea::debug
