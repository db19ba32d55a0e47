#include "app/cli/argument_parser.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/status_line.h"
#include "app/cli/verb.h"
#include "core/fleet/process_room.h"
#include "core/hub/bandwidth_probe.h"
#include "core/hub/gpu_probe.h"
#include "core/hub/memory_probe.h"
#include "core/hub/model_catalog.h"
#include "core/hub/recommendation.h"

#include <set>

#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using Json = nlohmann::ordered_json;

/// This machine at this moment.
struct Machine {
  std::optional<AvailableMemory> memory;
  double bandwidth = 0.0;
  std::vector<std::string> gpus;
};

Machine look(Host& host) {
  StatusLine status(host.err, false);
  status.show("Measuring how fast this machine reads its memory");
  Machine machine;
  if (const Result<AvailableMemory> memory = probe_memory()) machine.memory = *memory;
  machine.bandwidth = measured_read_bandwidth();
  machine.gpus = probe_gpus();
  return machine;
}

std::string machine_text(const Machine& machine) {
  std::string text = "This machine: ";
  if (machine.memory)
    text += bytes_text(machine.memory->total_bytes) + " of memory, " +
            bytes_text(machine.memory->free_bytes) + " free; ";
  text += machine.bandwidth > 0.0
              ? "reads " + bytes_text(static_cast<std::uint64_t>(machine.bandwidth)) + "/s at this moment"
              : std::string("its memory could not be measured");
  if (machine.gpus.empty()) return text + ".\n";
  return text + ". GPU: " + machine.gpus.front() + ".\n";
}

const std::string& name_at(const PublishedModel& model, bool modelscope) {
  return modelscope ? model.modelscope : model.hugging_face;
}

std::string pull_command(const PublishedModel& model, bool modelscope) {
  return "fovea models pull " + name_at(model, modelscope) + (modelscope ? " --from modelscope" : "");
}

/// How it is asked in the format that is meant.
std::string ask_command(const Candidate& candidate, bool modelscope) {
  std::string command = "fovea ask --model " + name_at(candidate.model, modelscope);
  if (candidate.format != WeightFormat::kModel)
    command += " --weights " + std::string(weight_format_name(candidate.format));
  return command + " PICTURE \"QUESTION\"";
}

std::string speed_text(double tokens_per_second) {
  if (tokens_per_second <= 0.0) return "?";
  return fixed_text(tokens_per_second, tokens_per_second < 9.95 ? 1 : 0) + " tokens/s";
}

std::string table(const Recommendation& recommendation, const std::set<std::string>& here, bool modelscope) {
  std::vector<std::vector<std::string>> rows = {{"NAME", "FORMAT", "DOWNLOAD", "MEMORY", "AT MOST", "HERE"}};
  for (const Candidate& candidate : recommendation.candidates) {
    std::string fits = !candidate.verdict ? "?" : candidate.verdict->fits ? "fits" : "does not fit";
    if (here.contains(name_at(candidate.model, modelscope))) fits += ", fetched";
    if (candidate.model.thinks) fits += ", reasons first";
    rows.push_back({name_at(candidate.model, modelscope),
                    std::string(published_format_name(candidate.format)),
                    bytes_text(candidate.model.entry.file_bytes), bytes_text(candidate.memory.total()),
                    speed_text(candidate.tokens_per_second), fits});
  }
  return in_columns(rows);
}

Json json_of(const Machine& machine, const Recommendation& recommendation, const std::set<std::string>& here,
             bool modelscope) {
  Json json = {{"read_bytes_per_second", machine.bandwidth}, {"gpus", machine.gpus}};
  if (machine.memory) {
    json["memory_bytes"] = machine.memory->total_bytes;
    json["free_memory_bytes"] = machine.memory->free_bytes;
  }
  json["models"] = Json::array();
  for (const Candidate& candidate : recommendation.candidates) {
    const std::string& name = name_at(candidate.model, modelscope);
    Json entry = {{"name", name},
                  {"format", published_format_name(candidate.format)},
                  {"download_bytes", candidate.model.entry.file_bytes},
                  {"memory_bytes", candidate.memory.total()},
                  {"tokens_per_second_at_most", candidate.tokens_per_second},
                  {"thinks", candidate.model.thinks},
                  {"fetched", here.contains(name)}};
    if (candidate.verdict) entry["fits"] = candidate.verdict->fits;
    json["models"].push_back(std::move(entry));
  }
  if (recommendation.best) {
    const Candidate& best = recommendation.candidates[*recommendation.best];
    json["recommended"] = name_at(best.model, modelscope);
    json["recommended_format"] = published_format_name(best.format);
    json["command"] = pull_command(best.model, modelscope);
    json["ask"] = ask_command(best, modelscope);
  }
  return json;
}

std::string conclusion(const Recommendation& recommendation, const std::set<std::string>& here,
                       bool modelscope) {
  if (!recommendation.best)
    return "None of them fits the free memory. The model in the box, fovea-mini, does.\n";
  const Candidate& best = recommendation.candidates[*recommendation.best];
  const std::string& name = name_at(best.model, modelscope);
  const bool slow = best.tokens_per_second > 0.0 && best.tokens_per_second < kComfortableTokensPerSecond;
  std::string text =
      "Recommended: " + name + " in " + std::string(published_format_name(best.format)) +
      (slow ? ", the fastest that fits.\n" : ", the largest that answers as fast as one reads.\n");
  if (!here.contains(name)) text += "Get it:      " + pull_command(best.model, modelscope) + "\n";
  return text + "Ask it:      " + ask_command(best, modelscope) + "\n";
}

int run_recommend(const std::vector<std::string>& arguments, Host& host) {
  std::optional<std::string> from;
  bool json = false;
  ArgumentParser parser("models recommend", "which published models would run here, and how fast");
  parser.example("fovea models recommend");
  parser.example("fovea models recommend --from modelscope");
  parser.choice("--from", {"hf", "modelscope"}, "The hub whose names and command are shown", "hf", from);
  parser.flag("--json", "A JSON object", json);
  parser.footnote(
      "AT MOST is the measured rate of reading memory over the bytes of weights that a token reads: no "
      "program is faster on this machine. int8 and int4 are the decoder's layers held so (--weights), and "
      "differ "
      "a little from bf16. MEMORY is for " +
      count_text(kUsualContext) +
      " tokens of context. Recommended is the largest model that fits and reaches " +
      fixed_text(kComfortableTokensPerSecond, 0) + " tokens a second, in the format nearest to its own.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) {
    print_error(host.err, help.error());
    return kWrongArguments;
  }
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  const Result<PublishedModels> published = read_published_models(host.resources.models_folder());
  if (!published) {
    print_error(host.err, {published.error().code,
                           "The list of published models is missing or damaged.",
                           "Install the program again.",
                           {}});
    return kAnswerFailed;
  }
  const Machine machine = look(host);
  const Recommendation recommendation =
      recommend(*published, machine.memory, machine.bandwidth, process_room(0).program);
  const bool modelscope = from == "modelscope";
  std::set<std::string> here;
  for (const ModelEntry& entry : ModelCatalog(host.places).list()) {
    if (entry.supported()) here.insert(entry.name);
  }
  if (json) {
    print_json(host, json_of(machine, recommendation, here, modelscope));
  } else {
    print_text(host, machine_text(machine) + "\n" + table(recommendation, here, modelscope) + "\n" +
                         conclusion(recommendation, here, modelscope));
  }
  return kOk;
}

}  // namespace

Verb models_recommend_verb() {
  return {"models recommend", "Which published models would run here, and how fast", false, run_recommend};
}

}  // namespace fovea::cli
