#include "app/serve/serve_verb.h"

#include "app/cli/exit_code.h"
#include "app/cli/model_loading.h"
#include "app/cli/report.h"
#include "app/serve/config_file.h"
#include "app/serve/running_servers.h"
#include "app/serve/serve_settings.h"
#include "app/serve/serving_models.h"
#include "app/server/server.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <fstream>
#include <iterator>
#include <utility>

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

namespace fovea::serve {
namespace {

constexpr double kDefaultDrainSeconds = 30.0;

struct ServeArguments {
  ServeSettings settings;
  std::optional<std::string> config;
  bool print_config = false;
};

void declare(cli::ArgumentParser& parser, ServeArguments& arguments) {
  parser.example("fovea serve");
  parser.example("fovea serve --model Qwen/Qwen3-VL-2B-Instruct --port 8000");
  parser.example("fovea serve --model Qwen/Qwen3-VL-2B-Instruct --model fovea-mini --memory 8G");
  parser.example("fovea serve --host 0.0.0.0 --keys keys.txt --audit-log audit.jsonl");
  parser.example("fovea serve --config server.yaml");
  cli::declare_several_models_options(parser, arguments.settings.model, arguments.settings.models);
  declare_settings(parser, arguments.settings);
  parser.section("Configuration");
  parser.text("--config", "FILE", "Settings in YAML; what is given here counts more", "none",
              arguments.config);
  parser.flag("--print-config", "Print what counts as such a file, and end", arguments.print_config);
  parser.footnote(
      "Routes: /v1/chat/completions and /v1/models as OpenAI's clients expect them, "
      "/v1/multimodal/inference, "
      "/api/v1/generate, /v1/scheduling, /v1/requests, /v1/connections, /health, /ready, /metrics, "
      "/openapi.json, and a page at /. "
      "Several models share --memory: a question says by \"model\" which is meant, one that is not in memory "
      "is loaded "
      "for it, and who was not asked for longest makes room. docs/server.md describes "
      "them. Ctrl+C "
      "or SIGTERM ends it when the running answers are there; a second one at once.");
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Each connection needs a descriptor; the system's soft limit is often 1,024 in all.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void wait_for_interrupt(const cli::Interrupt& interrupt) {
  pollfd wait{interrupt.wake_descriptor(), POLLIN, 0};
  while (!interrupt.requested()) {
    if (poll(&wait, 1, -1) < 0 && errno != EINTR) return;
  }
}

int failed(const Error& error, cli::ExitCode code, cli::Host& host) {
  cli::print_error(host.err, error);
  return code;
}

/// "a, b".
std::string names_of(const server::ServedModels& models) {
  std::string names;
  for (const Engine& engine : models.engines) names += (names.empty() ? "" : ", ") + engine.model().name;
  return names;
}

int serve(const ServeArguments& arguments, server::ServerOptions options, const SchedulingOptions& scheduling,
          std::optional<IdleRules> idle, const SeveralModels& several, cli::Host& host) {
  const auto page = host.resources.folder("web");
  if (page && !arguments.settings.no_page) options.page_folder = page->string();
  const auto descriptions = host.resources.folder("server");
  cli::take_termination();
  raise_descriptor_limit();
  cli::StatusLine status(host.err, false);
  ServeSettings settings = arguments.settings;
  settings.model.adjust = [](EngineOptions& engine) { engine.calibrate = true; };
  const Result<ServingModels> loaded = load_models(settings, std::move(idle), several, host, status);
  if (!loaded) return failed(loaded.error(), cli::exit_code_of_model(loaded.error()), host);
  const server::ServedModels models = loaded->served();
  for (Engine& engine : models.engines) {
    const Result<void> scheduled = engine.set_scheduling(scheduling);
    if (!scheduled) return failed(scheduled.error(), cli::kWrongArguments, host);
  }

  options.ledger = host.ledger;
  const bool locked = !options.keys.empty() || options.jwt;
  const bool with_page = !options.page_folder.empty();
  Result<std::unique_ptr<server::Server>> server = server::start_server(
      models, std::move(options), descriptions ? text_of(*descriptions / "openapi.json") : std::string("{}"));
  if (!server) return failed(server.error(), cli::kWrongArguments, host);
  const Result<ServerMark> mark =
      ServerMark::leave(servers_folder(process_environment()),
                        {getpid(), (*server)->url(), names_of(models), std::time(nullptr)});
  if (!mark) cli::print_note(host.err, "`fovea ps` will not list this server: " + mark.error().text());
  host.out.write("Listening on " + (*server)->url() + (locked ? ", with a key.\n" : ".\n"));
  if (with_page) host.err.write("The page is at " + (*server)->url() + "/; Ctrl+C ends the server.\n");
  wait_for_interrupt(host.interrupt);
  host.err.write("Stopping; running answers are finished first.\n");
  const double seconds = arguments.settings.drain_seconds.value_or(kDefaultDrainSeconds);
  if (!(*server)->drain(seconds)) cli::print_note(host.err, "Some answers took too long and were cut.");
  return cli::kOk;
}

int run(const std::vector<std::string>& words, const SeveralModels& several, cli::Host& host) {
  ServeArguments arguments;
  cli::ArgumentParser parser("serve", "questions about pictures over HTTP, for programs and for the browser");
  declare(parser, arguments);
  const Result<bool> help = parser.parse(words);
  if (!help) return failed(help.error(), cli::kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return cli::kOk;
  }
  if (arguments.config) {
    Result<ConfigFile> config = read_config_file(*arguments.config);
    if (!config) return failed(config.error(), cli::kWrongArguments, host);
    for (const std::string& note : config->notes) cli::print_note(host.err, note);
    fill(arguments.settings, config->settings);
  }
  Result<SchedulingOptions> scheduling = scheduling_options(arguments.settings);
  if (!scheduling) return failed(scheduling.error(), cli::kWrongArguments, host);
  Result<std::optional<IdleRules>> idle = idle_rules(arguments.settings);
  if (!idle) return failed(idle.error(), cli::kWrongArguments, host);
  if (arguments.print_config) {
    host.out.write(settings_yaml(arguments.settings));
    return cli::kOk;
  }
  Result<server::ServerOptions> options = server_options(arguments.settings);
  if (!options) return failed(options.error(), cli::kWrongArguments, host);
  return serve(arguments, std::move(*options), *scheduling, std::move(*idle), several, host);
}

}  // namespace

cli::Verb serve_verb(SeveralModels several) {
  return {"serve", "Answer over HTTP: OpenAI's API, and a page for the browser", false,
          [several = std::move(several)](const std::vector<std::string>& words, cli::Host& host) {
            return run(words, several, host);
          }};
}

}  // namespace fovea::serve
