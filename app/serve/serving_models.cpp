#include "app/serve/serving_models.h"

#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "core/fleet/memory_shares.h"
#include "core/fleet/process_room.h"
#include "core/fleet/week_hours.h"

#include <utility>

namespace fovea::serve {
namespace {

constexpr double kMinutesOutsideOfHours = 5.0;
constexpr double kSecondsAMinute = 60.0;

/// One of several models, planned.
struct Planned {
  std::string named;  ///< as the user named it
  EngineOptions options;
  LoadPlan plan;
  std::uint64_t need = 0;
};

/// What the log says of a change; empty: nothing.
std::string said(const FleetChange& change) {
  const std::string name = cli::harmless(change.model);
  switch (change.state) {
    case ModelState::kLoading:
      return name + " is being loaded" +
             (change.why == FleetChange::Why::kHours ? ": its hours have begun." : ": it was asked for.");
    case ModelState::kLoaded:
      return name + " is in memory.";
    case ModelState::kUnloaded:
      break;
  }
  if (change.why == FleetChange::Why::kIdle) return "Nobody asked for a while: " + name + " has left memory.";
  if (change.why == FleetChange::Why::kRoom) return name + " has left memory to make room for another model.";
  return name + " is not loaded after all: nobody asks for it any more.";
}

FleetOptions fleet_options(std::optional<IdleRules> idle, cli::Host& host) {
  FleetOptions options;
  if (idle) {
    options.idle_after = idle->after;
    options.wanted = std::move(idle->wanted);
  }
  options.on_change = [&err = host.err](const FleetChange& change) {
    if (change.error) {
      cli::print_error(err, *change.error);
    } else {
      cli::print_note(err, said(change));
    }
  };
  return options;
}

Result<ServingModels> load_one(const ServeSettings& settings, std::optional<IdleRules> idle, cli::Host& host,
                               cli::StatusLine& status) {
  cli::ModelOptions model = settings.model;
  if (!settings.models.empty()) model.model = settings.models.front();
  Result<cli::LoadedModel> loaded = cli::load_model(model, host, status);
  if (!loaded) return loaded.error();
  status.keep(cli::model_line(loaded->engine->model()));
  ServingModels serving;
  if (!idle || !loaded->again) {
    serving.engine = std::move(loaded->engine);
    return serving;
  }
  std::vector<FleetModel> models;
  models.push_back({{}, 0, std::move(loaded->again), std::move(loaded->engine)});
  serving.fleet = std::make_unique<Fleet>(std::move(models), fleet_options(std::move(idle), host));
  return serving;
}

Result<std::vector<Planned>> plan_all(const ServeSettings& settings, const SeveralModels& several,
                                      cli::Host& host) {
  const cli::ModelOptions& options = settings.model;
  if (options.server.address) {
    return cli::wrong_argument("--model is about models on this machine, and --server names one elsewhere.",
                               "Leave one out; --server-model names a server's model.", "--model");
  }
  if (options.adapter) {
    return cli::wrong_argument("--adapter is for one model, and --model names several.",
                               "Serve it alone, or give each a folder with the adapter merged.", "--adapter");
  }
  if (settings.models.size() > kMostModels) {
    return cli::wrong_argument("A server has at most " + std::to_string(kMostModels) + " models.",
                               "Start a second one for the rest.", "--model");
  }
  if (!several.plan || !several.load_beside)
    return Error{ErrorCode::kUnsupported, "This program cannot serve several models.", {}, "--model"};
  std::vector<Planned> all;
  for (const std::string& named : settings.models) {
    Planned model;
    model.named = named;
    Result<EngineOptions> engine = cli::engine_options(options, named, host);
    if (!engine) return engine.error();
    model.options = std::move(*engine);
    Result<LoadPlan> plan = several.plan(model.options);
    if (!plan) {
      Error error = plan.error();
      error.message = named + ": " + error.message;
      return error;
    }
    model.plan = std::move(*plan);
    for (const Planned& other : all) {
      if (other.plan.model.name != model.plan.model.name) continue;
      return cli::wrong_argument(
          "Two models are called " + model.plan.model.name + ": " + other.named + " and " + named + ".",
          "A folder's name is what its model is asked for by: rename one.", "--model");
    }
    all.push_back(std::move(model));
  }
  return all;
}

Result<ServingModels> load_several(const ServeSettings& settings, std::optional<IdleRules> idle,
                                   const SeveralModels& several, cli::Host& host, cli::StatusLine& status) {
  Result<std::vector<Planned>> planned = plan_all(settings, several, host);
  if (!planned) return planned.error();
  const EnginePlace place =
      chosen_place(cli::engine_place_of(settings.model.engine),
                   settings.model.device.value_or(DeviceChoice{}), host.engines.usable_gpu);
  const ProcessRoom process =
      process_room(static_cast<std::uint64_t>(settings.model.memory.value_or(0)) * 1'000'000);
  std::vector<std::uint64_t> needs;
  for (Planned& model : *planned) {
    // A process of its own holds the program once more.
    model.need = model.plan.least + (place == EnginePlace::kChild ? process.program : 0);
    needs.push_back(model.need);
  }
  const std::uint64_t room = process.limit > process.program ? process.limit - process.program : 0;
  const std::vector<std::uint64_t> shares = memory_shares(needs, room);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] <= room) continue;
    return never_fits((*planned)[i].plan.model.name, shares[i], process.program, process.limit, {});
  }

  std::vector<FleetModel> models;
  std::uint64_t left = room;
  for (std::size_t i = 0; i < planned->size(); ++i) {
    Planned& one = (*planned)[i];
    one.options.memory_bytes = shares[i];
    FleetModel model{one.plan.model, shares[i], {}, nullptr};
    model.load = [place, options = one.options, beside = several.load_beside,
                  &host](const LoadObserver& watcher) {
      return place == EnginePlace::kInProcess ? beside(options, watcher)
                                              : cli::load_in_place(place, options, watcher, host);
    };
    if (shares[i] <= left) {
      Result<std::unique_ptr<Engine>> loaded = cli::load_shown(one.options, model.load, host, status);
      if (!loaded) return loaded.error();
      left -= shares[i];
      model.loaded = std::move(*loaded);
      status.keep(cli::model_line(model.loaded->model()) + " May take " + cli::bytes_text(shares[i]) + ".");
    } else {
      status.keep(cli::harmless(one.plan.model.name) + " is loaded when it is asked for. May take " +
                  cli::bytes_text(shares[i]) + ".");
    }
    models.push_back(std::move(model));
  }
  FleetOptions options = fleet_options(std::move(idle), host);
  options.limit = process.limit;
  options.program = process.program;
  ServingModels serving;
  serving.fleet = std::make_unique<Fleet>(std::move(models), std::move(options));
  return serving;
}

}  // namespace

Result<std::optional<IdleRules>> idle_rules(const ServeSettings& settings) {
  if (!settings.idle_unload && !settings.loaded_hours) return std::optional<IdleRules>();
  if (settings.model.server.address) {
    return cli::wrong_argument("--idle-unload and --loaded-hours are about a model on this machine.",
                               "Leave them out with --server.", "--idle-unload");
  }
  IdleRules rules;
  rules.after =
      std::chrono::duration<double>(settings.idle_unload.value_or(kMinutesOutsideOfHours) * kSecondsAMinute);
  if (settings.loaded_hours) {
    Result<WeekHours> hours = WeekHours::parse(*settings.loaded_hours);
    if (!hours) {
      Error error = hours.error();
      error.field = "--loaded-hours";
      return error;
    }
    rules.wanted = [hours = std::move(*hours)] { return hours.contain_now(); };
  }
  return std::optional(std::move(rules));
}

server::ServedModels ServingModels::served() const {
  server::ServedModels models;
  if (engine) models.engines.emplace_back(*engine);
  models.fleet = fleet.get();
  for (std::size_t i = 0; fleet && i < fleet->size(); ++i) models.engines.emplace_back(fleet->at(i));
  return models;
}

Result<ServingModels> load_models(const ServeSettings& settings, std::optional<IdleRules> idle,
                                  const SeveralModels& several, cli::Host& host, cli::StatusLine& status) {
  return settings.models.size() > 1 ? load_several(settings, std::move(idle), several, host, status)
                                    : load_one(settings, std::move(idle), host, status);
}

}  // namespace fovea::serve
