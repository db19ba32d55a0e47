#include "app/cli/exit_code.h"
#include "app/cli/report.h"
#include "app/debug/debug_verbs.h"
#include "app/debug/golden_case.h"
#include "app/debug/model_arguments.h"
#include "app/debug/recording_runner.h"
#include "core/bench/answer_collector.h"
#include "core/engine/local_engine.h"
#include "core/engine/torch_model_runner.h"

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

namespace fovea::debug {
namespace {

using nlohmann::json;

struct GoldenOptions {
  std::vector<std::string> cases;
  std::optional<std::string> images;
  std::optional<std::string> out;
  std::optional<std::string> logits_out;
  std::vector<std::string> only;
  ModelArguments model;
};

/// floor((2k + 1)·V / 128), k = 0..63: where the goldens sample the first step's logits.
std::vector<float> sampled(const std::vector<float>& logits) {
  std::vector<float> out;
  if (logits.empty()) return out;
  for (std::size_t k = 0; k < 64; ++k) out.push_back(logits[(2 * k + 1) * logits.size() / 128]);
  return out;
}

int run_cases(const GoldenOptions& options, cli::Host& host) {
  const std::string images = options.images.value_or(
      (std::filesystem::absolute(options.cases[0]).parent_path() / "../../images").string());
  auto cases = read_golden_cases(options.cases[0], images);
  if (!cases) {
    cli::print_error(host.err, cases.error());
    return cli::kWrongArguments;
  }
  auto runner = TorchModelRunner::load(options.model.engine_options(ComputeType::kFloat32), {});
  if (!runner) {
    cli::print_error(host.err, runner.error());
    return cli::kModelUnusable;
  }
  std::vector<float> first_logits;
  std::vector<std::int32_t> prompt_ids;
  LocalEngine engine(std::make_unique<RecordingRunner>(std::move(runner).value(), first_logits, prompt_ids));

  std::ofstream logits_file;
  if (options.logits_out) logits_file.open(*options.logits_out, std::ios::binary);
  json actual = json::array();
  int failed = 0;
  for (const GoldenCase& one : *cases) {
    if (!options.only.empty() &&
        std::find(options.only.begin(), options.only.end(), one.name) == options.only.end()) {
      continue;
    }
    first_logits.clear();
    prompt_ids.clear();
    const bench::CollectedAnswer answer = bench::wait_for_answer(engine, one.request);
    if (answer.error) {
      ++failed;
      cli::print_line(host.err, one.name + ": " + answer.error->text());
      continue;
    }
    actual.push_back({{"case", one.name},
                      {"prompt_ids", prompt_ids},
                      {"ids", answer.ids},
                      {"first_logits_at", sampled(first_logits)},
                      {"text", answer.reasoning + answer.text}});
    logits_file.write(reinterpret_cast<const char*>(first_logits.data()),
                      static_cast<std::streamsize>(first_logits.size() * sizeof(float)));
    cli::print_line(host.err, one.name);
  }
  std::ofstream(*options.out) << actual.dump(1, ' ', false, json::error_handler_t::replace) << '\n';
  return failed == 0 ? cli::kOk : cli::kAnswerFailed;
}

}  // namespace

cli::Verb golden_verb() {
  return {
      "debug golden", "Run a case list greedily and write the ids", true,
      [](const std::vector<std::string>& arguments, cli::Host& host) -> int {
        GoldenOptions options;
        cli::ArgumentParser parser("debug golden", "Runs every case of a list greedily and writes the ids.");
        parser.usage("CASES.json --model DIR --out ACTUAL.json");
        parser.positionals(options.cases);
        options.model.declare(parser);
        parser.text("--images", "DIR", "Where the pictures are", "../../images beside the list",
                    options.images);
        parser.text("--out", "FILE", "Where the answers go", "", options.out);
        parser.text("--logits-out", "FILE", "First logits of every case, float32, one after the other",
                    "none", options.logits_out);
        parser.texts("--only", "NAME", "Only this case", options.only);
        const auto help = parser.parse(arguments);
        if (help && *help) {
          cli::print_line(host.out, parser.help(host.out.columns()));
          return cli::kOk;
        }
        if (!help || options.cases.size() != 1 || !options.out || !options.model.folder) {
          cli::print_error(host.err, help ? cli::wrong_argument("CASES.json, --model and --out are needed.")
                                          : help.error());
          return cli::kWrongArguments;
        }
        return run_cases(options, host);
      }};
}

}  // namespace fovea::debug
