#include "core/bench/report/record_json.h"

#include "core/bench/units.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace fovea::bench {
namespace {

using Json = nlohmann::ordered_json;

/// To a tenth of a microsecond: clocks tell no more, and files stay small.
double in_ms(double seconds) {
  constexpr double kSteps = 1e4;
  return std::round(seconds * kMilliseconds * kSteps) / kSteps;
}

Error unusable(const std::string& what) {
  return {ErrorCode::kInvalidArgument, what + " is not as this program writes it.", "Measure again.", {}};
}

const char* better_name(Better better) {
  return better == Better::kLower ? "lower" : better == Better::kHigher ? "higher" : "neither";
}

Better better_of(const std::string& name) {
  return name == "lower" ? Better::kLower : name == "higher" ? Better::kHigher : Better::kNeither;
}

Json figure_json(const RunFigure& figure, bool sampled) {
  const Summary& s = figure.summary;
  Json json = {{"unit", figure.unit},
               {"better", better_name(figure.better)},
               {"count", s.count},
               {"value", figure.value()},
               {"band95", {figure.band.low, figure.band.high}}};
  if (!figure.rate()) {
    json.update({{"mean", s.mean},
                 {"std", s.deviation},
                 {"min", s.min},
                 {"median", s.median},
                 {"p90", s.p90},
                 {"p99", s.p99},
                 {"max", s.max}});
  }
  json["formula"] = figure.formula;
  if (sampled) {
    json["values"] = figure.values;
    json["kept"] = figure.kept;
    if (figure.rate()) json["divisors"] = figure.divisors;
  }
  return json;
}

Json group_json(const GroupRecord& group) {
  Json json = {{"label", group.label},       {"x", group.x},
               {"requests", group.requests}, {"failed", group.failed},
               {"outcome", group.outcome},   {"notes", group.notes},
               {"figures", Json::object()}};
  const auto sampled = [&](const RunFigure& figure) {
    return std::any_of(group.sampled.begin(), group.sampled.end(),
                       [&](const RunFigure& one) { return one.name == figure.name; });
  };
  for (const RunFigure& figure : group.figures) {
    json["figures"][figure.name] = figure_json(figure, sampled(figure));
  }
  return json;
}

Json gpus_json(const std::vector<EnvironmentGpu>& gpus) {
  Json list = Json::array();
  for (const EnvironmentGpu& gpu : gpus) {
    list.push_back({{"name", gpu.name},
                    {"memory_bytes", gpu.memory_bytes},
                    {"clock_mhz", gpu.clock_mhz},
                    {"most_mhz", gpu.most_mhz}});
  }
  return list;
}

Json environment_json(const Environment& environment) {
  return {{"program_version", environment.program_version},
          {"cpu", environment.cpu},
          {"cpu_flags", environment.cpu_flags},
          {"cores", environment.cores},
          {"memory_bytes", environment.memory_bytes},
          {"free_bytes", environment.free_bytes},
          {"governor", environment.governor},
          {"clock_mhz", environment.clock_mhz},
          {"gpus", gpus_json(environment.gpus)},
          {"gpu_driver", environment.gpu_driver},
          {"load_average", environment.load_average},
          {"kernel", environment.kernel},
          {"virtual_machine", environment.virtual_machine},
          {"read_bytes_per_second", {environment.read_before, environment.read_after}}};
}

Json model_json(const RunRecord& record) {
  const ModelInfo& model = record.model;
  return {{"name", model.name},
          {"family", model.family},
          {"parameters", model.parameters},
          {"compute_type", model.compute_type},
          {"device", model.device},
          {"weight_format", model.weight_format},
          {"kv_cache_type", model.kv_cache_type},
          {"weights_bytes", model.weights_bytes},
          {"step_weight_bytes", model.step_weight_bytes},
          {"threads", record.threads},
          {"elsewhere", record.elsewhere},
          {"load_seconds", record.load_seconds}};
}

Json table_json(const ReportTable& table) {
  return {{"title", table.title}, {"remark", table.remark}, {"columns", table.columns}, {"rows", table.rows}};
}

ReportTable table_of(const Json& json) {
  ReportTable table;
  table.title = json.at("title").get<std::string>();
  table.remark = json.at("remark").get<std::string>();
  table.columns = json.at("columns").get<std::vector<std::string>>();
  table.rows = json.at("rows").get<std::vector<std::vector<std::string>>>();
  for (std::vector<std::string>& row : table.rows) row.resize(table.columns.size());
  return table;
}

Environment environment_of(const Json& json) {
  Environment out;
  out.program_version = json.at("program_version").get<std::string>();
  out.cpu = json.at("cpu").get<std::string>();
  out.cpu_flags = json.at("cpu_flags").get<std::vector<std::string>>();
  out.cores = json.at("cores").get<int>();
  out.memory_bytes = json.at("memory_bytes").get<std::uint64_t>();
  out.free_bytes = json.at("free_bytes").get<std::uint64_t>();
  out.governor = json.at("governor").get<std::string>();
  out.clock_mhz = json.at("clock_mhz").get<double>();
  for (const Json& gpu : json.value("gpus", Json::array())) {  // of runs kept before they were noted: none
    out.gpus.push_back({gpu.at("name").get<std::string>(), gpu.at("memory_bytes").get<std::uint64_t>(),
                        gpu.at("clock_mhz").get<double>(), gpu.at("most_mhz").get<double>()});
  }
  out.gpu_driver = json.value("gpu_driver", "");
  out.load_average = json.at("load_average").get<double>();
  out.kernel = json.at("kernel").get<std::string>();
  out.virtual_machine = json.at("virtual_machine").get<bool>();
  out.read_before = json.at("read_bytes_per_second").at(0).get<double>();
  out.read_after = json.at("read_bytes_per_second").at(1).get<double>();
  return out;
}

GroupRecord group_of(const Json& json) {
  GroupRecord group;
  group.label = json.at("label").get<std::string>();
  group.x = json.at("x").get<double>();
  group.requests = json.value("requests", std::int64_t{0});
  group.failed = json.value("failed", std::int64_t{0});
  group.outcome = json.at("outcome").get<std::string>();
  group.notes = json.at("notes").get<std::vector<std::string>>();
  for (const auto& [name, entry] : json.at("figures").items()) {
    if (!entry.contains("values")) continue;
    RunFigure figure;
    figure.name = name;
    figure.unit = entry.at("unit").get<std::string>();
    figure.formula = entry.at("formula").get<std::string>();
    figure.better = better_of(entry.at("better").get<std::string>());
    figure.values = entry.at("values").get<std::vector<double>>();
    if (entry.contains("divisors")) figure.divisors = entry.at("divisors").get<std::vector<double>>();
    if (figure.rate() && figure.divisors.size() != figure.values.size()) figure.values.clear();
    figure.kept = std::min(entry.value("kept", std::size_t{0}), figure.values.size());
    group.sampled.push_back(std::move(figure));
  }
  return group;
}

std::optional<double> limit_of(const Json& limits, const char* name) {
  const auto it = limits.find(name);
  return it == limits.end() ? std::nullopt : std::optional(it->get<double>());
}

RunRecord record_in(const Json& json) {
  RunRecord record;
  record.name = json.at("name").get<std::string>();
  record.arguments = json.at("arguments").get<std::vector<std::string>>();
  record.begun = json.at("begun").get<std::string>();
  record.seconds = json.at("seconds").get<double>();
  record.complete = json.at("complete").get<bool>();
  record.stopped = json.at("stopped").get<bool>();
  record.environment = environment_of(json.at("environment"));
  const Json& model = json.at("model");
  record.model.name = model.at("name").get<std::string>();
  record.model.family = model.at("family").get<std::string>();
  record.model.parameters = model.at("parameters").get<std::int64_t>();
  record.model.compute_type = model.at("compute_type").get<std::string>();
  record.model.weight_format = model.at("weight_format").get<std::string>();
  record.model.device = model.value("device", "");
  record.model.kv_cache_type = model.value("kv_cache_type", "");  // of runs kept before it could be chosen
  record.model.weights_bytes = model.at("weights_bytes").get<std::uint64_t>();
  record.model.step_weight_bytes = model.at("step_weight_bytes").get<std::uint64_t>();
  record.threads = model.at("threads").get<int>();
  record.elsewhere = model.at("elsewhere").get<bool>();
  record.load_seconds = model.at("load_seconds").get<double>();
  for (const auto& [name, value] : json.at("settings").items()) {
    record.settings.emplace_back(name, value.get<std::string>());
  }
  record.axis = json.at("axis").get<std::string>();
  const Json& limits = json.at("limits");
  record.limits = {limit_of(limits, "ttft_ms"), limit_of(limits, "tpot_ms"), limit_of(limits, "e2el_ms")};
  for (const Json& group : json.at("groups")) record.groups.push_back(group_of(group));
  record.parts = json.value("parts", std::vector<std::string>());
  record.parts_requests = json.value("parts_requests", std::int64_t{0});
  record.findings = json.at("findings").get<std::vector<std::string>>();
  if (const auto tables = json.find("tables"); tables != json.end()) {
    for (const Json& table : *tables) record.tables.push_back(table_of(table));
  }
  return record;
}

RequestRecord request_in(const Json& json) {
  RequestRecord request;
  RequestMetrics& metrics = request.metrics;
  request.number = json.at("number").get<std::int64_t>();
  request.group = json.at("group").get<std::string>();
  request.run = json.at("run").get<int>();
  request.sent_seconds = json.at("sent_ms").get<double>() / kMilliseconds;
  request.late_seconds = json.at("late_ms").get<double>() / kMilliseconds;
  request.ended_seconds = json.at("ended_ms").get<double>() / kMilliseconds;
  metrics.total_seconds = json.at("total_ms").get<double>() / kMilliseconds;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const auto stage = static_cast<Stage>(i);
    metrics.stages[stage] = json.at("stages_ms").value(std::string(stage_name(stage)), 0.0) / kMilliseconds;
  }
  for (const Json& time : json.at("token_times_ms")) {
    metrics.token_times.push_back(time.get<double>() / kMilliseconds);
  }
  metrics.untold.tokens = !json.contains("completion_tokens");
  metrics.untold.vision = !json.contains("vision_tokens");
  metrics.prompt_tokens = json.value("prompt_tokens", std::int64_t{0});
  metrics.completion_tokens = json.value("completion_tokens", std::int64_t{0});
  metrics.vision_tokens = json.value("vision_tokens", std::int64_t{0});
  metrics.vision_reused = json.value("vision_reused", std::int64_t{0});
  metrics.prefix_reused = json.value("prefix_reused", std::int64_t{0});
  metrics.preemptions = json.value("preemptions", std::int64_t{0});
  metrics.draft_tokens = json.value("draft_tokens", std::int64_t{0});
  metrics.draft_accepted = json.value("draft_accepted", std::int64_t{0});
  metrics.answer_cached = json.value("answer_cached", false);
  metrics.peak_memory_bytes = json.value("peak_memory_bytes", std::uint64_t{0});
  request.answer = json.value("answer", std::string());
  request.wanted = json.value("wanted", std::string());
  if (json.contains("error")) {
    request.error_code = json.at("error").at("code").get<std::string>();
    request.error = json.at("error").at("message").get<std::string>();
  }
  return request;
}

}  // namespace

Json request_json(const RequestRecord& request) {
  const RequestMetrics& metrics = request.metrics;
  Json json = {{"number", request.number},
               {"group", request.group},
               {"run", request.run},
               {"sent_ms", in_ms(request.sent_seconds)},
               {"late_ms", in_ms(request.late_seconds)},
               {"ended_ms", in_ms(request.ended_seconds)}};
  if (!metrics.token_times.empty()) {
    json["ttft_ms"] = in_ms(metrics.ttft());
    if (metrics.tpot() > 0.0) json["tpot_ms"] = in_ms(metrics.tpot());
  }
  json["e2el_ms"] = in_ms(request.e2el());
  json["total_ms"] = in_ms(metrics.total_seconds);
  json["stages_ms"] = Json::object();
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const auto stage = static_cast<Stage>(i);
    if (metrics.stages[stage] > 0.0)
      json["stages_ms"][std::string(stage_name(stage))] = in_ms(metrics.stages[stage]);
  }
  if (!metrics.untold.tokens) {
    json.update({{"prompt_tokens", metrics.prompt_tokens}, {"completion_tokens", metrics.completion_tokens}});
  }
  if (!metrics.untold.vision) {
    json.update({{"vision_tokens", metrics.vision_tokens}, {"vision_reused", metrics.vision_reused}});
  }
  json.update({{"prefix_reused", metrics.prefix_reused},
               {"preemptions", metrics.preemptions},
               {"draft_tokens", metrics.draft_tokens},
               {"draft_accepted", metrics.draft_accepted},
               {"answer_cached", metrics.answer_cached},
               {"peak_memory_bytes", metrics.peak_memory_bytes}});
  Json times = Json::array();
  for (const double time : metrics.token_times) times.push_back(in_ms(time));
  json["token_times_ms"] = std::move(times);
  if (!request.answer.empty()) json["answer"] = request.answer;
  if (!request.wanted.empty()) json["wanted"] = request.wanted;
  if (request.failed()) json["error"] = {{"code", request.error_code}, {"message", request.error}};
  return json;
}

Result<RequestRecord> request_of(const Json& json) {
  try {
    return request_in(json);
  } catch (const nlohmann::json::exception&) {
    return unusable("A line of requests.jsonl");
  }
}

Json summary_json(const RunRecord& record) {
  Json settings = Json::object();
  for (const auto& [name, value] : record.settings) settings[name] = value;
  Json limits = Json::object();
  if (record.limits.ttft_ms) limits["ttft_ms"] = *record.limits.ttft_ms;
  if (record.limits.tpot_ms) limits["tpot_ms"] = *record.limits.tpot_ms;
  if (record.limits.e2el_ms) limits["e2el_ms"] = *record.limits.e2el_ms;
  Json json = {{"format", kBundleFormat},
               {"name", record.name},
               {"command", record.command()},
               {"arguments", record.arguments},
               {"begun", record.begun},
               {"seconds", record.seconds},
               {"complete", record.complete},
               {"stopped", record.stopped},
               {"environment", environment_json(record.environment)},
               {"model", model_json(record)},
               {"settings", std::move(settings)},
               {"axis", record.axis},
               {"limits", std::move(limits)},
               {"groups", Json::array()},
               {"parts", record.parts},
               {"parts_requests", record.parts_requests},
               {"findings", record.findings},
               {"tables", Json::array()}};
  for (const GroupRecord& group : record.groups) json["groups"].push_back(group_json(group));
  for (const ReportTable& table : record.tables) json["tables"].push_back(table_json(table));
  return json;
}

Result<RunRecord> record_of_summary(const Json& json) {
  try {
    if (json.at("format").get<int>() > kBundleFormat) {
      return Error{ErrorCode::kUnsupported, "The run was written by a newer program.", "Use that one.", {}};
    }
    return record_in(json);
  } catch (const nlohmann::json::exception&) {
    return unusable("summary.json");
  }
}

}  // namespace fovea::bench
