#include "app/server/routes/route.h"
#include "app/server/wire/error_reply.h"
#include "app/server/wire/json_fields.h"
#include "app/server/wire/strict_json.h"
#include "core/api/names.h"
#include "core/api/request_check.h"

#include <optional>
#include <utility>

namespace fovea::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json numbers_of(const SchedulingOptions& options) {
  return {{"max_batch", options.max_batch},
          {"max_wait_seconds", options.max_wait_seconds},
          {"step_tokens", options.step_tokens}};
}

/// The mode that counts with its numbers, and those of the modes that have fixed ones.
ordered_json scheduling_object(const SchedulingOptions& options) {
  ordered_json object = {{"mode", scheduling_mode_name(options.mode)}};
  object.update(numbers_of(options));
  for (const SchedulingMode mode : {SchedulingMode::kLowLatency, SchedulingMode::kHighThroughput}) {
    object["modes"][std::string(scheduling_mode_name(mode))] = numbers_of(scheduling_preset(mode));
  }
  return object;
}

std::optional<SchedulingMode> mode_named(const std::string& name) {
  for (const SchedulingMode mode :
       {SchedulingMode::kLowLatency, SchedulingMode::kHighThroughput, SchedulingMode::kCustom}) {
    if (name == scheduling_mode_name(mode)) return mode;
  }
  return std::nullopt;
}

/// `mode`, and with "custom" the numbers that differ from its preset.
Result<SchedulingOptions> read_scheduling(const json& body) {
  JsonFields fields(body, "");
  fields.require("mode");
  const std::optional<std::string> name = fields.text("mode");
  const auto batch = fields.integer("max_batch", 1, kMaxBatch);
  const auto wait = fields.number("max_wait_seconds");
  const auto tokens = fields.integer("step_tokens", kMinStepTokens, kMaxStepTokens);
  fields.refuse_others({});
  if (fields.error()) return *fields.error();
  const std::optional<SchedulingMode> mode = mode_named(*name);
  if (!mode) {
    return Error{ErrorCode::kInvalidArgument,
                 "mode must be \"low_latency\", \"high_throughput\" or \"custom\".",
                 {},
                 "mode"};
  }
  if (*mode != SchedulingMode::kCustom && (batch || wait || tokens)) {
    return Error{ErrorCode::kInvalidArgument, "The numbers are those of \"custom\" alone.",
                 "Leave them out, or say \"mode\": \"custom\".", "mode"};
  }
  SchedulingOptions options = scheduling_preset(*mode);
  if (batch) options.max_batch = static_cast<int>(*batch);
  if (wait) options.max_wait_seconds = *wait;
  if (tokens) options.step_tokens = *tokens;
  return options;
}

void show(RouteContext& context, const std::shared_ptr<Call>& call) {
  call->respond(json_reply(scheduling_object(context.models.first().scheduling())), "ok");
}

void change(RouteContext& context, const std::shared_ptr<Call>& call) {
  const Result<json> body = parse_strict_json(call->request().body);
  const Result<SchedulingOptions> options =
      body ? read_scheduling(*body) : Result<SchedulingOptions>(body.error());
  Result<void> changed = options ? Result<void>() : Result<void>(options.error());
  for (Engine& engine : context.models.engines()) {
    if (changed) changed = engine.set_scheduling(*options);
  }
  if (!changed)
    return call->respond(error_reply(changed.error()), std::string(error_code_name(changed.error().code)));
  call->respond(json_reply(scheduling_object(context.models.first().scheduling())),
                std::string(scheduling_mode_name(options->mode)));
}

}  // namespace

std::vector<Route> scheduling_routes() {
  return {
      {"GET", "/v1/scheduling", RouteKind::kPlain, show},
      {"PUT", "/v1/scheduling", RouteKind::kOrder, change},
  };
}

}  // namespace fovea::server
