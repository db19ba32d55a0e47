#include "app/serve/unloading.h"

#include "app/cli/report.h"
#include "core/idle/week_hours.h"

#include <string>
#include <utility>

namespace fovea::serve {
namespace {

constexpr double kMinutesOutsideOfHours = 5.0;
constexpr double kSecondsAMinute = 60.0;

}  // namespace

Result<std::optional<IdleOptions>> idle_options(const ServeSettings& settings) {
  if (!settings.idle_unload && !settings.loaded_hours) return std::optional<IdleOptions>();
  if (settings.model.server.address) {
    return cli::wrong_argument("--idle-unload and --loaded-hours are about a model on this machine.",
                               "Leave them out with --server.", "--idle-unload");
  }
  IdleOptions options;
  options.after =
      std::chrono::duration<double>(settings.idle_unload.value_or(kMinutesOutsideOfHours) * kSecondsAMinute);
  if (settings.loaded_hours) {
    Result<WeekHours> hours = WeekHours::parse(*settings.loaded_hours);
    if (!hours) {
      Error error = hours.error();
      error.field = "--loaded-hours";
      return error;
    }
    options.wanted = [hours = std::move(*hours)] { return hours.contain_now(); };
  }
  return std::optional(std::move(options));
}

std::unique_ptr<Engine> kept_or_unloaded(cli::LoadedModel model, std::optional<IdleOptions> options,
                                         cli::Host& host) {
  if (!options || !model.again) return std::move(model.engine);
  options->on_state = [&err = host.err](IdleState state, const std::optional<Error>& why) {
    if (why) {
      cli::print_error(err, *why);
    } else if (state == IdleState::kUnloaded) {
      cli::print_note(err, "Nobody asked for a while: the model has left memory.");
    } else if (state == IdleState::kLoading) {
      cli::print_note(err, "The model is being loaded again.");
    }
  };
  return std::make_unique<IdleEngine>(std::move(model.engine), std::move(model.again), std::move(*options));
}

}  // namespace fovea::serve
