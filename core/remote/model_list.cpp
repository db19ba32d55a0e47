#include "core/remote/model_list.h"

#include "core/remote/http_exchange.h"
#include "core/remote/quiet_pipe.h"
#include "core/remote/server_fault.h"

#include <algorithm>
#include <set>
#include <vector>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostListBytes = 16U << 20;
constexpr std::size_t kMostShownNames = 12;
constexpr std::size_t kMostNameBytes = 120;

ModelInfo info_of(const std::string& id, const ServerAddress& server) {
  ModelInfo info;
  info.name = id;
  info.family = "at " + server.shown();
  return info;
}

std::string listed(const std::vector<RemoteModel>& models, const std::string& key) {
  std::string text;
  for (std::size_t i = 0; i < std::min(models.size(), kMostShownNames); ++i) {
    text += (i == 0 ? "" : ", ") + shown_words(models[i].name, key, kMostNameBytes);
  }
  if (models.size() > kMostShownNames)
    text += " and " + std::to_string(models.size() - kMostShownNames) + " more";
  return text;
}

Error no_model(const ServerAddress& server) {
  return {ErrorCode::kNotFound,
          "The server " + server.shown() + " has no model.",
          "Load one there, then try again.",
          {}};
}

/// What came of GET /v1/models.
struct ListAnswer {
  int status = 0;
  std::string body;     ///< of a 2xx answer
  std::string refusal;  ///< of another
};

/// Asks. Errors: what kept an answer from coming at all.
Result<ListAnswer> exchange_list(const RemoteOptions& options, const ServerAddress& server,
                                 const LoadObserver& observer) {
  const QuietPipe quiet;
  HttpPlan plan;
  plan.server = server;
  plan.route = "/models";
  plan.key = options.key;
  plan.connect = options.patience.connect;
  ListAnswer answer;
  bool too_large = false;
  bool given_up = false;
  bool too_long = false;
  const Clock::time_point begin = Clock::now();
  HttpExchange exchange(
      plan,
      [&](std::string_view piece) {
        too_large = answer.body.size() + piece.size() > kMostListBytes;
        if (!too_large) answer.body += piece;
        return !too_large;
      },
      [&] {
        given_up =
            given_up || (observer && !observer({"asking " + server.shown() + " for its models", 0, 0}));
        too_long = Clock::now() - begin > options.patience.silence;
        return !given_up && !too_long;
      });
  const std::uint64_t number =
      options.ledger ? options.ledger->begin(server.host, server.port, kWhyListOfModels) : 0;
  const int code = exchange.perform();
  const bool any = exchange.handle() != nullptr;
  answer.status = any ? exchange.status() : 0;
  answer.refusal = exchange.refusal();
  if (options.ledger) {
    const bool success = answer.status >= 200 && answer.status < 300;
    const OutboundVerdict verdict = given_up || too_large || too_long ? OutboundVerdict::kStopped
                                    : code != CURLE_OK                ? OutboundVerdict::kFailed
                                    : success                         ? OutboundVerdict::kAnswered
                                                                      : OutboundVerdict::kRefused;
    options.ledger->end(number, {verdict, answer.status, 0, any ? exchange.received_bytes() : 0});
  }
  if (given_up) return Error{ErrorCode::kCancelled, "Stopped while the server was asked.", {}, {}};
  if (too_large) return malformed("its list of models is endless.", server);
  if (too_long) return connection_fault(CURLE_OPERATION_TIMEDOUT, server);
  if (code != CURLE_OK) return connection_fault(code, server);
  return answer;
}

bool refused(const ListAnswer& answer) {
  return answer.status < 200 || answer.status >= 300;
}

}  // namespace

Result<std::vector<RemoteModel>> read_model_list(std::string_view body, const ServerAddress& server) {
  const Json json = Json::parse(body, nullptr, false);
  const auto data = json.is_object() ? json.find("data") : json.end();
  if (!json.is_object() || data == json.end() || !data->is_array()) {
    return malformed("what it gives is no list of models.", server);
  }
  std::vector<RemoteModel> models;
  for (const Json& entry : *data) {
    const auto id = entry.is_object() ? entry.find("id") : entry.end();
    if (!entry.is_object() || id == entry.end() || !id->is_string()) continue;
    RemoteModel model{id->get<std::string>()};
    const auto context = entry.find("max_model_len");  // vLLM, SGLang
    if (context != entry.end() && context->is_number_unsigned())
      model.context_tokens = context->get<std::int64_t>();
    models.push_back(std::move(model));
  }
  return models;
}

Result<ModelInfo> choose_from_list(std::string_view body, const std::string& wanted,
                                   const ServerAddress& server, const std::string& key) {
  const Result<std::vector<RemoteModel>> models = read_model_list(body, server);
  if (!models) return models.error();
  const std::string who = "The server " + server.shown();
  if (models->empty() && !wanted.empty())
    return info_of(wanted, server);  // some load what they are asked for
  if (models->empty()) return no_model(server);
  if (wanted.empty() && models->size() > 1) {
    return Error{ErrorCode::kInvalidArgument, who + " has several models: " + listed(*models, key) + ".",
                 "Name one of these.", "server-model"};
  }
  const auto chosen = std::find_if(models->begin(), models->end(), [&](const RemoteModel& model) {
    return wanted.empty() || model.name == wanted;
  });
  if (chosen == models->end()) {
    return Error{ErrorCode::kNotFound,
                 who + " has no model " + shown_words(wanted, key, kMostNameBytes) + ", but " +
                     listed(*models, key) + ".",
                 "Name one of these.", "server-model"};
  }
  ModelInfo info = info_of(chosen->name, server);
  info.context_tokens = chosen->context_tokens;
  return info;
}

Result<std::vector<RemoteModel>> ask_for_models(const RemoteOptions& options, const ServerAddress& server,
                                                const LoadObserver& observer) {
  const Result<ListAnswer> answer = exchange_list(options, server, observer);
  if (!answer) return answer.error();
  if (answer->status == 404) return malformed("it gives no list of models (status 404).", server);
  if (refused(*answer)) return status_fault(answer->status, answer->refusal, server, options.key);
  Result<std::vector<RemoteModel>> models = read_model_list(answer->body, server);
  if (!models) return models;
  std::set<std::string> seen;
  std::erase_if(*models, [&](const RemoteModel& model) { return !seen.insert(model.name).second; });
  if (models->empty()) return no_model(server);
  return models;
}

Result<ModelInfo> choose_remote_model(const RemoteOptions& options, const ServerAddress& server,
                                      const LoadObserver& observer) {
  const Result<ListAnswer> answer = exchange_list(options, server, observer);
  if (!answer) return answer.error();
  if (answer->status == 404 && !options.model.empty()) return info_of(options.model, server);
  if (refused(*answer)) return status_fault(answer->status, answer->refusal, server, options.key);
  return choose_from_list(answer->body, options.model, server, options.key);
}

}  // namespace fovea
