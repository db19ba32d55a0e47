#pragma once

#include "app/cli/argument_parser.h"
#include "app/cli/model_loading.h"
#include "app/server/server_options.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fovea::serve {

/// What `fovea serve` can be told, on the command line or in a file. What is not said is unset.
struct ServeSettings {
  cli::ModelOptions model;          ///< `model` itself is unset:
  std::vector<std::string> models;  ///< as they are named, the default first; empty: the one in the box
  std::optional<std::string> host;
  std::optional<std::int64_t> port;
  std::optional<std::string> keys;
  std::optional<std::string> jwt_secret;
  std::optional<std::string> jwt_audience;
  std::vector<std::string> host_names;
  std::vector<std::string> origins;
  std::vector<std::string> routes;
  std::vector<std::string> model_names;
  std::optional<std::string> audit_log;
  std::optional<std::int64_t> rate_limit;
  std::optional<std::int64_t> in_flight;
  std::optional<std::int64_t> connections;
  std::optional<std::int64_t> max_body;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::int64_t> max_pixels;
  std::optional<double> drain_seconds;
  std::optional<double> idle_unload;        ///< minutes; see IdleOptions::after
  std::optional<std::string> loaded_hours;  ///< see WeekHours
  std::optional<std::string> mode;
  std::optional<std::int64_t> max_batch;
  std::optional<double> max_wait;
  std::optional<std::int64_t> step_tokens;
  bool fetch_media = false;
  bool no_page = false;
};

void declare_settings(cli::ArgumentParser& parser, ServeSettings& settings);

/// Fills what is unset in `settings` from `defaults`.
void fill(ServeSettings& settings, const ServeSettings& defaults);

/// Reads files of keys and secrets, so it may block. Errors name the option.
Result<server::ServerOptions> server_options(const ServeSettings& settings);

Result<SchedulingOptions> scheduling_options(const ServeSettings& settings);

/// Everything that counts, as a configuration file that says the same; secrets are named by file only.
std::string settings_yaml(const ServeSettings& settings);

}  // namespace fovea::serve
