#include "app/serve/serve_settings.h"

#include "core/api/request_check.h"

#include <cstdlib>
#include <fstream>
#include <utility>

#include <sys/stat.h>

namespace fovea::serve {
namespace {

constexpr std::int64_t kMostPixels = 1'000'000'000;
constexpr const char* kKeyVariable = "FOVEA_API_KEY";

template <typename T>
void fill_one(std::optional<T>& into, const std::optional<T>& from) {
  if (!into) into = from;
}

void fill_list(std::vector<std::string>& into, const std::vector<std::string>& from) {
  if (into.empty()) into = from;
}

/// The first line of a file that nobody else may read.
Result<std::string> secret_of(const std::string& file) {
  struct stat info = {};
  std::ifstream in(file);
  std::string line;
  if (stat(file.c_str(), &info) != 0 || !std::getline(in, line)) {
    return Error{ErrorCode::kNotFound, "The secret in " + file + " cannot be read.", "Check --jwt-secret.",
                 "--jwt-secret"};
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error{ErrorCode::kForbidden, "Others on this machine may read " + file + ".",
                 "chmod 600 it, then start again.", "--jwt-secret"};
  }
  return line;
}

}  // namespace

void declare_settings(cli::ArgumentParser& parser, ServeSettings& settings) {
  const server::ServerOptions defaults;
  parser.section("Address");
  parser.text("--host", "ADDRESS", "Where it listens; another than this machine's own needs a key",
              defaults.address, settings.host);
  parser.integer("-p,--port", "The port; 0: any free one", std::to_string(defaults.port), 0, 65535,
                 settings.port);
  parser.texts("--host-name", "NAME", "A name by which callers know this server", settings.host_names);
  parser.texts("--allow-origin", "URL", "Another site whose pages may call it", settings.origins);

  parser.section("Who may ask, and how much");
  parser.text("--keys", "FILE",
              std::string("Keys, a line each: NAME KEY; ") + kKeyVariable + " in the environment is one more",
              "none", settings.keys);
  parser.text("--jwt-secret", "FILE", "Take tokens signed with this secret (HS256)", "none",
              settings.jwt_secret);
  parser.text("--jwt-audience", "NAME", "The audience that tokens must be for", "none",
              settings.jwt_audience);
  parser.integer("--rate-limit", "Questions a minute and caller; 0: any number", "0", 0, 1'000'000,
                 settings.rate_limit);
  parser.integer("--in-flight", "Questions of one caller at once; 0: any number", "0", 0, 1'000'000,
                 settings.in_flight);
  parser.integer("--connections", "Connections at once", std::to_string(defaults.http.connections), 1,
                 1'000'000, settings.connections);
  parser.integer("--max-body", "Megabytes of a question", std::to_string(defaults.body_bytes >> 20), 1, 1024,
                 settings.max_body);
  parser.texts("--routes", "PATH", "Open only this route; may be given several times", settings.routes);
  parser.flag("--no-page", "No page at /", settings.no_page);
  parser.flag("--fetch-media", "Fetch pictures that are named by address, from public addresses only",
              settings.fetch_media);
  parser.text("--audit-log", "FILE", "Note who asked, when, how much, never what", "none",
              settings.audit_log);

  parser.section("Answers");
  parser.texts("--model-name", "NAME",
               "Another name by which the model, of several the first, may be asked for",
               settings.model_names);
  parser.integer("--max-tokens", "Length of an answer where the question doesn't say",
                 std::to_string(defaults.default_max_tokens), 1, kMaxNewTokens, settings.max_tokens);
  parser.integer("--max-pixels", "Pictures are made smaller than this where the question doesn't say",
                 "the model's own", 1, kMostPixels, settings.max_pixels);
  parser.choice("--mode", {"low_latency", "high_throughput", "custom"}, "How questions share the engine",
                "low_latency", settings.mode);
  parser.integer("--max-batch", "With --mode custom: answers in a step", "8", 1, kMaxBatch,
                 settings.max_batch);
  parser.number("--max-wait", "With --mode custom: seconds an idle engine waits for company", "0",
                {0.0, kMaxBatchWaitSeconds}, settings.max_wait);
  parser.integer("--step-tokens", "With --mode custom: tokens a step", "256", kMinStepTokens, kMaxStepTokens,
                 settings.step_tokens);
  parser.number("--idle-unload",
                "Minutes without a question after which a model leaves memory; the next one loads it",
                "never", {0.01, 100'000.0}, settings.idle_unload);
  parser.text("--loaded-hours", "HOURS",
              "When models stay in memory all the same: \"mon-fri 8:00-18:00\", local time", "none",
              settings.loaded_hours);
  parser.number("--drain-seconds", "How long running answers may take after a signal to stop", "30",
                {0.0, 3600.0}, settings.drain_seconds);
}

void fill(ServeSettings& settings, const ServeSettings& defaults) {
  fill_list(settings.models, defaults.models);
  fill_one(settings.model.compute_type, defaults.model.compute_type);
  fill_one(settings.model.device, defaults.model.device);
  fill_one(settings.model.threads, defaults.model.threads);
  fill_one(settings.model.memory, defaults.model.memory);
  fill_one(settings.model.answer_cache, defaults.model.answer_cache);
  fill_one(settings.model.engine, defaults.model.engine);
  fill_one(settings.model.adapter, defaults.model.adapter);
  fill_one(settings.model.kv_cache_type, defaults.model.kv_cache_type);
  fill_one(settings.model.weights.format, defaults.model.weights.format);
  fill_one(settings.model.weights.group, defaults.model.weights.group);
  settings.model.weights.vision |= defaults.model.weights.vision;
  settings.model.weights.head |= defaults.model.weights.head;
  fill_one(settings.host, defaults.host);
  fill_one(settings.port, defaults.port);
  fill_one(settings.keys, defaults.keys);
  fill_one(settings.jwt_secret, defaults.jwt_secret);
  fill_one(settings.jwt_audience, defaults.jwt_audience);
  fill_list(settings.host_names, defaults.host_names);
  fill_list(settings.origins, defaults.origins);
  fill_list(settings.routes, defaults.routes);
  fill_list(settings.model_names, defaults.model_names);
  fill_one(settings.audit_log, defaults.audit_log);
  fill_one(settings.rate_limit, defaults.rate_limit);
  fill_one(settings.in_flight, defaults.in_flight);
  fill_one(settings.connections, defaults.connections);
  fill_one(settings.max_body, defaults.max_body);
  fill_one(settings.max_tokens, defaults.max_tokens);
  fill_one(settings.max_pixels, defaults.max_pixels);
  fill_one(settings.drain_seconds, defaults.drain_seconds);
  fill_one(settings.idle_unload, defaults.idle_unload);
  fill_one(settings.loaded_hours, defaults.loaded_hours);
  fill_one(settings.mode, defaults.mode);
  fill_one(settings.max_batch, defaults.max_batch);
  fill_one(settings.max_wait, defaults.max_wait);
  fill_one(settings.step_tokens, defaults.step_tokens);
  settings.fetch_media |= defaults.fetch_media;
  settings.no_page |= defaults.no_page;
}

Result<server::ServerOptions> server_options(const ServeSettings& settings) {
  server::ServerOptions options;
  options.address = settings.host.value_or(options.address);
  options.port = static_cast<std::uint16_t>(settings.port.value_or(options.port));
  options.http.connections = static_cast<std::size_t>(
      settings.connections.value_or(static_cast<std::int64_t>(options.http.connections)));
  if (settings.max_body) options.body_bytes = static_cast<std::size_t>(*settings.max_body) << 20U;
  if (settings.keys) {
    Result<server::ApiKeys> keys = server::ApiKeys::read(*settings.keys);
    if (!keys) return keys.error();
    options.keys = std::move(*keys);
  }
  if (const char* key = std::getenv(kKeyVariable); key != nullptr && *key != '\0') {
    const Result<void> added = options.keys.add(kKeyVariable, key);
    if (!added) return added.error();
  }
  if (settings.jwt_audience && !settings.jwt_secret) {
    return cli::wrong_argument("--jwt-audience needs --jwt-secret.", "Give both, or neither.",
                               "--jwt-audience");
  }
  if (settings.jwt_secret) {
    Result<std::string> secret = secret_of(*settings.jwt_secret);
    if (!secret) return secret.error();
    options.jwt = server::JwtRules{std::move(*secret), settings.jwt_audience.value_or("")};
  }
  options.rate_limit = static_cast<std::size_t>(settings.rate_limit.value_or(0));
  options.in_flight = static_cast<std::size_t>(settings.in_flight.value_or(0));
  options.host_names = settings.host_names;
  options.origins = settings.origins;
  options.routes = settings.routes;
  options.model_names = settings.model_names;
  options.audit_file = settings.audit_log.value_or("");
  options.fetch_media = settings.fetch_media;
  options.default_max_tokens = static_cast<int>(settings.max_tokens.value_or(options.default_max_tokens));
  options.default_max_pixels = settings.max_pixels.value_or(0);
  return options;
}

Result<SchedulingOptions> scheduling_options(const ServeSettings& settings) {
  SchedulingOptions options;
  for (const SchedulingMode mode :
       {SchedulingMode::kLowLatency, SchedulingMode::kHighThroughput, SchedulingMode::kCustom}) {
    if (settings.mode == scheduling_mode_name(mode)) options = scheduling_preset(mode);
  }
  const bool custom = settings.max_batch || settings.max_wait || settings.step_tokens;
  if (custom && options.mode != SchedulingMode::kCustom) {
    return cli::wrong_argument("--max-batch, --max-wait and --step-tokens count with --mode custom only.",
                               "Add --mode custom.", "--mode");
  }
  if (settings.max_batch) options.max_batch = static_cast<int>(*settings.max_batch);
  if (settings.max_wait) options.max_wait_seconds = *settings.max_wait;
  if (settings.step_tokens) options.step_tokens = *settings.step_tokens;
  return options;
}

}  // namespace fovea::serve
