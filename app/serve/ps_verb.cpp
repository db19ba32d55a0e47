#include "app/serve/ps_verb.h"

#include "app/cli/argument_parser.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "core/watch/http.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace fovea::serve {
namespace {

using nlohmann::ordered_json;

constexpr double kLongestWait = 1.0;  // seconds; a server in the middle of a step answers within milliseconds
constexpr const char* kServerKeyVariable = "FOVEA_SERVER_KEY";

double now() {
  using Clock = std::chrono::system_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

ServerState asked(const RunningServer& server) {
  const char* key = std::getenv(kServerKeyVariable);
  const std::string address = address_here(server.url);
  const Result<std::string> text =
      watch::http_get(address + "/metrics", key == nullptr ? "" : key, kLongestWait);
  if (text) {
    ServerState state = server_state(server, watch::MetricsText::parse(*text), now());
    if (!state.fault.empty()) return state;
    const Result<std::string> requests =
        watch::http_get(address + "/v1/requests", key == nullptr ? "" : key, kLongestWait);
    if (requests) state.requests = running_requests(*requests);
    return state;
  }
  ServerState state;
  state.server = server;
  state.seconds = now() - static_cast<double>(server.started);
  state.fault = text.error().code == ErrorCode::kForbidden
                    ? std::string("wants a key: set ") + kServerKeyVariable
                    : std::string("says nothing");
  return state;
}

/// The second table: of servers with several models, or with one that is not in memory.
std::string models_text(const std::vector<ServerState>& servers) {
  std::vector<std::vector<std::string>> rows = {{"PID", "MODEL", "STATE", "MEMORY", "RUNNING", "WAITING"}};
  for (const ServerState& one : servers) {
    if (one.models.size() == 1 && one.models.front().state == "loaded") continue;
    for (const RunningModel& model : one.models) {
      rows.push_back({std::to_string(one.server.pid), cli::harmless(model.name), cli::harmless(model.state),
                      cli::bytes_text(model.bytes), cli::count_text(model.running),
                      cli::count_text(model.waiting)});
    }
  }
  return rows.size() == 1 ? std::string() : "\n" + cli::in_columns(rows);
}

std::vector<RunningModel> models_of(const watch::MetricsText& metrics) {
  std::vector<RunningModel> models;
  const auto found = metrics.values.find("fovea_model_state");
  if (found == metrics.values.end()) return models;
  for (const watch::MetricsText::Value& one : found->second) {
    const auto model = one.labels.find("model");
    const auto state = one.labels.find("state");
    if (model == one.labels.end() || state == one.labels.end() || one.value != 1.0) continue;
    const auto sum = [&](const char* name) { return metrics.sum_where(name, "model", {model->second}); };
    models.push_back({model->second, state->second,
                      static_cast<std::uint64_t>(std::max(0.0, sum("fovea_model_memory_bytes"))),
                      std::llround(sum("fovea_model_running")), std::llround(sum("fovea_model_waiting"))});
  }
  return models;
}

/// The third table; empty where nothing is asked of any server.
std::string requests_text(const std::vector<ServerState>& servers) {
  std::vector<std::vector<std::string>> rows = {{"PID", "REQUEST", "CALLER", "AGE", "STATE", "TOKENS"}};
  for (const ServerState& one : servers) {
    if (!one.requests) continue;
    for (const RunningRequest& request : *one.requests) {
      // What a server says is shown, never obeyed: it may be another program's by now.
      const auto shown = [](const std::string& text) { return text.empty() ? "-" : cli::harmless(text); };
      rows.push_back({std::to_string(one.server.pid), shown(request.id), shown(request.caller),
                      cli::duration_text(std::max(0.0, request.seconds)), shown(request.state),
                      cli::count_text(request.tokens)});
    }
  }
  return rows.size() == 1 ? std::string() : "\n" + cli::in_columns(rows);
}

int run(const std::vector<std::string>& words, cli::Host& host) {
  bool json = false;
  cli::ArgumentParser parser("ps", "this user's servers on this machine, their models and requests");
  parser.example("fovea ps");
  parser.example("fovea ps --json | jq -r '.servers[].url'");
  parser.flag("--json", "A JSON object", json);
  parser.footnote(
      "Each `fovea serve` of this user is listed while it runs, and asked for its /metrics (where its models "
      "are, and what "
      "they take) and for the questions "
      "that it is answering: their ids, who asked, never what. FOVEA_SERVER_KEY is the key for those that "
      "want "
      "one. `fovea top` shows speed, memory and rules.");
  const Result<bool> help = parser.parse(words);
  if (!help) {
    cli::print_error(host.err, help.error());
    return cli::kWrongArguments;
  }
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return cli::kOk;
  }
  std::vector<ServerState> states;
  for (const RunningServer& server : running_servers(servers_folder(process_environment())))
    states.push_back(asked(server));
  if (json) {
    cli::print_json(host, servers_json(states));
  } else {
    cli::print_text(host, servers_text(states));
  }
  return cli::kOk;
}

}  // namespace

ServerState server_state(const RunningServer& server, const watch::MetricsText& metrics, double now) {
  const auto count = [&](const char* name) { return std::llround(metrics.sum(name)); };
  ServerState state;
  state.server = server;
  state.seconds = now - static_cast<double>(server.started);
  if (!metrics.values.contains("fovea_ready")) {
    state.fault = "another program answers there";
    return state;
  }
  state.ready = count("fovea_ready") == 1;
  state.in_flight = std::max<std::int64_t>(0, count("fovea_requests_in_flight") - 1);
  state.running = count("fovea_engine_running");
  state.waiting = count("fovea_engine_waiting");
  state.answered = std::llround(
      metrics.sum_where("fovea_requests_total", "route",
                        {"/v1/chat/completions", "/v1/multimodal/inference", "/api/v1/generate"}));
  state.models = models_of(metrics);
  return state;
}

std::optional<std::vector<RunningRequest>> running_requests(const std::string& body) {
  using nlohmann::json;
  const json said = json::parse(body, nullptr, false);
  if (!said.is_object() || !said.contains("data") || !said["data"].is_array()) return std::nullopt;
  std::vector<RunningRequest> requests;
  for (const json& one : said["data"]) {
    const auto text = [&](const char* name) {
      return one.contains(name) && one[name].is_string() ? one[name].get<std::string>() : std::string();
    };
    if (!one.is_object() || text("id").empty()) return std::nullopt;
    RunningRequest& request = requests.emplace_back();
    request.id = text("id");
    request.caller = text("caller");
    request.route = text("route");
    request.state = text("state");
    if (one.contains("seconds") && one["seconds"].is_number()) request.seconds = one["seconds"].get<double>();
    if (one.contains("tokens") && one["tokens"].is_number_integer())
      request.tokens = one["tokens"].get<std::int64_t>();
  }
  return requests;
}

std::string address_here(const std::string& url) {
  for (const auto& [all, here] :
       {std::pair<std::string_view, std::string_view>{"http://0.0.0.0:", "http://127.0.0.1:"},
        {"http://[::]:", "http://[::1]:"}}) {
    if (url.starts_with(all)) return std::string(here) + url.substr(all.size());
  }
  return url;
}

std::string servers_text(const std::vector<ServerState>& servers) {
  if (servers.empty()) return "No server of yours runs here. `fovea serve` starts one.\n";
  std::vector<std::vector<std::string>> rows = {
      {"PID", "ADDRESS", "MODEL", "UP", "STATE", "IN FLIGHT", "RUNNING", "WAITING", "ANSWERED"}};
  for (const ServerState& one : servers) {
    std::vector<std::string> row = {std::to_string(one.server.pid), one.server.url, one.server.model,
                                    cli::duration_text(std::max(0.0, one.seconds))};
    if (!one.fault.empty()) {
      row.insert(row.end(), {one.fault, "-", "-", "-", "-"});
    } else {
      row.insert(row.end(),
                 {one.ready ? "ready" : "stopping", cli::count_text(one.in_flight),
                  cli::count_text(one.running), cli::count_text(one.waiting), cli::count_text(one.answered)});
    }
    rows.push_back(std::move(row));
  }
  return cli::in_columns(rows) + models_text(servers) + requests_text(servers);
}

ordered_json servers_json(const std::vector<ServerState>& servers) {
  ordered_json list = ordered_json::array();
  for (const ServerState& one : servers) {
    ordered_json entry = {{"pid", one.server.pid},
                          {"url", one.server.url},
                          {"model", one.server.model},
                          {"started", one.server.started},
                          {"seconds", one.seconds}};
    const bool said = one.fault.empty();
    entry["fault"] = said ? ordered_json() : ordered_json(one.fault);
    entry["ready"] = said ? ordered_json(one.ready) : ordered_json();
    for (const auto& [name, value] : {std::pair{"in_flight", one.in_flight},
                                      {"running", one.running},
                                      {"waiting", one.waiting},
                                      {"answered", one.answered}})
      entry[name] = said ? ordered_json(value) : ordered_json();
    entry["models"] = ordered_json::array();
    for (const RunningModel& model : one.models)
      entry["models"].push_back({{"name", model.name},
                                 {"state", model.state},
                                 {"memory_bytes", model.bytes},
                                 {"running", model.running},
                                 {"waiting", model.waiting}});
    entry["requests"] = ordered_json();
    if (one.requests) {
      entry["requests"] = ordered_json::array();
      for (const RunningRequest& request : *one.requests)
        entry["requests"].push_back({{"id", request.id},
                                     {"caller", request.caller},
                                     {"route", request.route},
                                     {"seconds", request.seconds},
                                     {"state", request.state},
                                     {"tokens", request.tokens}});
    }
    list.push_back(std::move(entry));
  }
  return {{"servers", std::move(list)}};
}

cli::Verb ps_verb() {
  return {"ps", "Your servers on this machine, their models and requests", false, run};
}

}  // namespace fovea::serve
