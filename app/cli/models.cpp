#include "app/cli/argument_parser.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_loading.h"
#include "app/cli/model_output.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "app/cli/weight_options.h"
#include "core/fleet/process_room.h"
#include "core/hub/memory_estimate.h"
#include "core/hub/memory_probe.h"
#include "core/hub/model_catalog.h"
#include "core/watch/nvml.h"

#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kLongestContext = 10'000'000;

/// A model with what it would take here.
struct Sized {
  ModelEntry entry;
  MemoryEstimate memory;
  std::optional<MemoryVerdict> verdict;  ///< nullopt where the free memory is not known
};

Sized sized(ModelEntry entry, ComputeType type, std::int64_t context_tokens, const WeightOptions& held = {},
            KvCacheType kv_cache = KvCacheType::kAuto) {
  Sized model{std::move(entry), {}, std::nullopt};
  if (!model.entry.supported()) return model;
  model.memory = estimate_memory(model.entry, type, context_tokens, held, process_room(0).program, kv_cache);
  if (const Result<AvailableMemory> available = probe_memory())
    model.verdict = judge(model.memory, *available);
  return model;
}

/// The same on a GPU, whose memory counts then. kInvalidArgument: there is no such GPU.
Result<Sized> sized_on_gpu(ModelEntry entry, int index, ComputeType type, std::int64_t context_tokens,
                           KvCacheType kv_cache) {
  const std::vector<watch::GpuUse> gpus = watch::Nvml().look();
  if (index >= std::ssize(gpus)) {
    return wrong_argument("There is no GPU cuda:" + std::to_string(index) +
                              " here: NVIDIA's driver tells of " + counted(std::ssize(gpus), "GPU") + ".",
                          "Leave --device out.", "--device");
  }
  Sized model{std::move(entry), {}, std::nullopt};
  if (!model.entry.supported()) return model;
  const watch::GpuUse& gpu = gpus[static_cast<std::size_t>(index)];
  model.memory =
      estimate_memory(model.entry, type, context_tokens, {WeightFormat::kFloat}, kCudaContext, kv_cache);
  model.verdict = judge(model.memory, {gpu.total, gpu.total - gpu.used, false});
  model.verdict->text += " of " + gpu.name + "'s memory";
  return model;
}

Json json_of(const Sized& model) {
  const ModelEntry& entry = model.entry;
  Json json = {{"name", entry.name},
               {"source", model_source_name(entry.source)},
               {"folder", entry.folder.string()},
               {"supported", entry.supported()}};
  if (entry.problem) json["problem"] = entry.problem->text();
  if (!entry.revision.empty()) json["revision"] = entry.revision;
  json["family"] = entry.family;
  json["architecture"] = entry.architecture;
  json["dtype"] = entry.dtype;
  if (!entry.quantization.empty()) json["quantization"] = entry.quantization;
  json["parameters"] = entry.parameters;
  json["file_bytes"] = entry.file_bytes;
  json["weight_files"] = entry.weight_files;
  json["decoder_layers"] = entry.decoder_layers;
  json["vision_layers"] = entry.vision_layers;
  json["context_tokens"] = entry.context_tokens;
  if (!entry.supported()) return json;
  json["memory"] = {{"compute_type", compute_type_name(model.memory.compute_type)},
                    {"weight_format", weight_format_name(model.memory.held.format)},
                    {"context_tokens", model.memory.context_tokens},
                    {"weights_bytes", model.memory.weights},
                    {"kv_cache_bytes", model.memory.kv_cache},
                    {"activations_bytes", model.memory.activations},
                    {"program_bytes", model.memory.program},
                    {"loading_peak_bytes", model.memory.loading_peak()},
                    {"total_bytes", model.memory.total()}};
  if (model.verdict) {
    json["memory"]["fits"] = model.verdict->fits;
    json["memory"]["verdict"] = model.verdict->text;
  }
  return json;
}

/// Whether and how it runs here, in a few words.
std::string short_verdict(const Sized& model) {
  if (model.entry.problem) return "cannot run: " + model.entry.problem->message;
  if (!model.verdict) return "needs about " + bytes_text(model.memory.total());
  return (model.verdict->fits ? "fits: " : "does not fit: ") + model.verdict->text;
}

std::string table(const std::vector<Sized>& models) {
  std::vector<std::vector<std::string>> rows = {{"NAME", "WHERE", "SIZE", "TYPE", "HERE"}};
  for (const Sized& model : models) {
    const ModelEntry& entry = model.entry;
    rows.push_back({entry.name, std::string(model_source_name(entry.source)),
                    entry.parameters > 0 ? parameters_text(entry.parameters) : "-",
                    entry.dtype.empty() ? "-" : entry.dtype, short_verdict(model)});
  }
  return in_columns(rows);
}

std::string line(std::string name, const std::string& value) {
  name.resize(12, ' ');
  return name + value + "\n";
}

/// ", weights in int4" with what else is held so.
std::string held_text(const WeightOptions& held) {
  if (held.format == WeightFormat::kModel) return "";
  if (held.format == WeightFormat::kFloat) return ", the integers as numbers,";
  std::string text = ", the layers' weights in " + std::string(weight_format_name(held.format));
  if (held.vision || held.head)
    text += held.vision && held.head ? ", vision tower and head too"
                                     : (held.vision ? ", the vision tower too" : ", the head too");
  return text + (held.vision || held.head ? ";" : ",");
}

std::string description(const Sized& model) {
  const ModelEntry& entry = model.entry;
  std::string out = entry.name + "\n";
  if (!entry.family.empty()) out += line("  family", entry.family + " (" + entry.architecture + ")");
  if (entry.parameters > 0) {
    out += line("  size", parameters_text(entry.parameters) + " parameters, " + bytes_text(entry.file_bytes) +
                              " in " + counted(entry.weight_files, "file"));
  }
  if (!entry.dtype.empty()) {
    out +=
        line("  dtype", entry.quantization.empty() ? entry.dtype : entry.dtype + ", " + entry.quantization);
  }
  if (entry.decoder_layers > 0) {
    out += line("  layers", std::to_string(entry.decoder_layers) + " for text, " +
                                std::to_string(entry.vision_layers) + " for pictures");
  }
  if (entry.context_tokens > 0) out += line("  context", counted(entry.context_tokens, "token"));
  if (entry.supported()) {
    const MemoryEstimate& memory = model.memory;
    out += line("  memory", "about " + bytes_text(memory.total()) + " in " +
                                std::string(compute_type_name(memory.compute_type)) + held_text(memory.held) +
                                " with " + counted(memory.context_tokens, "token") + " of context:");
    out += line("", bytes_text(memory.weights) + " weights, " + bytes_text(memory.kv_cache) + " KV cache, " +
                        bytes_text(memory.activations) + " activations, " + bytes_text(memory.program) +
                        " program");
    out += line("", "at most " + bytes_text(memory.loading_peak()) + " while it is loaded");
    if (model.verdict) out += line("  here", short_verdict(model));
  }
  out += line("  where", std::string(model_source_name(entry.source)) + ", " + entry.folder.string());
  if (!entry.revision.empty()) out += line("  revision", entry.revision);
  if (entry.problem) out += line("  here", "cannot run: " + entry.problem->text());
  return out;
}

int run_list(const std::vector<std::string>& arguments, Host& host) {
  bool json = false;
  ArgumentParser parser("models list", "the models on this machine, and whether they fit");
  parser.example("fovea models list");
  parser.example("fovea models list --json | jq -r '.[] | select(.supported) | .name'");
  parser.flag("--json", "A JSON list with all that is known of them", json);
  parser.footnote(
      "Looked for are the models in the box, in FOVEA_MODELS (folders, with colons between them), in Hugging "
      "Face's cache (HF_HUB_CACHE, HF_HOME) and in ModelScope's (MODELSCOPE_CACHE).");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  std::vector<Sized> models;
  for (ModelEntry& entry : ModelCatalog(host.places).list()) {
    models.push_back(sized(std::move(entry), ComputeType::kAuto, 0));
  }
  if (json) {
    Json list = Json::array();
    for (const Sized& model : models) list.push_back(json_of(model));
    print_json(host, list);
  } else if (models.empty()) {
    print_line(
        host.err,
        "There are no models here. Name a folder of models in FOVEA_MODELS, or give one with --model.");
  } else {
    print_text(host, table(models));
  }
  return kOk;
}

int run_show(const std::vector<std::string>& arguments, Host& host) {
  bool json = false;
  std::vector<std::string> names;
  std::optional<std::string> type;
  std::optional<std::int64_t> context;
  std::optional<DeviceChoice> device;
  WeightArguments weights;
  std::optional<std::string> kv_cache;
  ArgumentParser parser("models show", "one model: what it is and what memory it will need here");
  parser.usage("[NAME|DIR]");
  parser.example("fovea models show");
  parser.example("fovea models show Qwen/Qwen3-VL-2B-Instruct --context 32768");
  parser.example("fovea models show Qwen/Qwen3-VL-8B-Instruct --weights int4");
  parser.example("fovea models show ./my-model --dtype fp32 --json");
  parser.positionals(names);
  parser.choice("--dtype", compute_type_names(), "What would be calculated in", "auto", type);
  parser.device("--device", "Whose memory counts; cuda:N: the GPU's, else this machine's", device);
  declare_weight_options(parser, weights);
  declare_kv_cache_option(parser, kv_cache);
  parser.integer("--context", "Tokens of question and answer that should fit", std::to_string(kUsualContext),
                 1, kLongestContext, context);
  parser.flag("--json", "A JSON object", json);
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (names.size() > 1)
    return fail(wrong_argument("Only one model is shown at a time."), kWrongArguments, host);
  Result<ModelEntry> entry = ModelCatalog(host.places).resolve(names.empty() ? kBundledModel : names.front());
  if (!entry) return fail(entry.error(), exit_code_of_model(entry.error()), host);
  const bool on_gpu = device && device->kind == DeviceChoice::Kind::kCuda;
  if (on_gpu && weights.format) {
    return fail(wrong_argument("Weights held as integers are computed with on the processor only.",
                               "Leave --weights or --device out.", "--device"),
                kWrongArguments, host);
  }
  const Result<Sized> model_here =
      on_gpu ? sized_on_gpu(std::move(*entry), device->index, compute_type_of(type), context.value_or(0),
                            kv_cache_type_of(kv_cache))
             : Result<Sized>(sized(std::move(*entry), compute_type_of(type), context.value_or(0),
                                   weight_options(weights), kv_cache_type_of(kv_cache)));
  if (!model_here) return fail(model_here.error(), kWrongArguments, host);
  const Sized& model = *model_here;
  if (json) {
    print_json(host, json_of(model));
  } else {
    print_text(host, description(model));
  }
  return kOk;
}

}  // namespace

Verb models_list_verb() {
  return {"models list", "The models on this machine", false, run_list};
}

Verb models_show_verb() {
  return {"models show", "One model: size, layers, context, and whether it fits the memory", false, run_show};
}

}  // namespace fovea::cli
