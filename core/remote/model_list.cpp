#include "core/remote/model_list.h"

#include "core/remote/http_exchange.h"
#include "core/remote/quiet_pipe.h"
#include "core/remote/server_fault.h"

#include <algorithm>
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

std::string listed(const std::vector<std::string>& ids, const std::string& key) {
  std::string text;
  for (std::size_t i = 0; i < std::min(ids.size(), kMostShownNames); ++i) {
    text += (i == 0 ? "" : ", ") + shown_words(ids[i], key, kMostNameBytes);
  }
  if (ids.size() > kMostShownNames) text += " and " + std::to_string(ids.size() - kMostShownNames) + " more";
  return text;
}

}  // namespace

Result<ModelInfo> choose_from_list(std::string_view body, const std::string& wanted,
                                   const ServerAddress& server, const std::string& key) {
  const Json json = Json::parse(body, nullptr, false);
  const auto data = json.is_object() ? json.find("data") : json.end();
  if (!json.is_object() || data == json.end() || !data->is_array()) {
    return malformed("what it gives is no list of models.", server);
  }
  std::vector<std::string> ids;
  const Json* chosen = nullptr;
  for (const Json& model : *data) {
    const auto id = model.is_object() ? model.find("id") : model.end();
    if (!model.is_object() || id == model.end() || !id->is_string()) continue;
    ids.push_back(id->get<std::string>());
    if (wanted.empty() ? chosen == nullptr : ids.back() == wanted) chosen = &model;
  }
  const std::string who = "The server " + server.shown();
  if (ids.empty() && !wanted.empty()) return info_of(wanted, server);  // some load what they are asked for
  if (ids.empty()) {
    return Error{ErrorCode::kNotFound, who + " has no model.", "Load one there, then try again.", {}};
  }
  if (wanted.empty() && ids.size() > 1) {
    return Error{ErrorCode::kInvalidArgument, who + " has several models: " + listed(ids, key) + ".",
                 "Name one with --server-model.", "server-model"};
  }
  if (chosen == nullptr) {
    return Error{
        ErrorCode::kNotFound,
        who + " has no model " + shown_words(wanted, key, kMostNameBytes) + ", but " + listed(ids, key) + ".",
        "Name one of these with --server-model.", "server-model"};
  }
  ModelInfo info = info_of(chosen->at("id").get<std::string>(), server);
  const auto context = chosen->find("max_model_len");  // vLLM, SGLang
  if (context != chosen->end() && context->is_number_unsigned())
    info.context_tokens = context->get<std::int64_t>();
  return info;
}

Result<ModelInfo> choose_remote_model(const RemoteOptions& options, const ServerAddress& server,
                                      const LoadObserver& observer) {
  const QuietPipe quiet;
  HttpPlan plan;
  plan.server = server;
  plan.route = "/models";
  plan.key = options.key;
  plan.connect = options.patience.connect;
  std::string body;
  bool too_large = false;
  bool given_up = false;
  bool too_long = false;
  const Clock::time_point begin = Clock::now();
  HttpExchange exchange(
      plan,
      [&](std::string_view piece) {
        too_large = body.size() + piece.size() > kMostListBytes;
        if (!too_large) body += piece;
        return !too_large;
      },
      [&] {
        given_up =
            given_up || (observer && !observer({"asking " + server.shown() + " for its models", 0, 0}));
        too_long = Clock::now() - begin > options.patience.silence;
        return !given_up && !too_long;
      });
  const std::uint64_t number =
      options.ledger ? options.ledger->begin(server.host, server.port, "list of models") : 0;
  const int code = exchange.perform();
  if (options.ledger)
    options.ledger->end(number, 0, exchange.handle() == nullptr ? 0 : exchange.received_bytes());
  if (given_up) return Error{ErrorCode::kCancelled, "Stopped while the server was asked.", {}, {}};
  if (too_large) return malformed("its list of models is endless.", server);
  if (too_long) return connection_fault(CURLE_OPERATION_TIMEDOUT, server);
  if (code != CURLE_OK) return connection_fault(code, server);
  const int status = exchange.status();
  if (status == 404 && !options.model.empty()) return info_of(options.model, server);
  if (status < 200 || status >= 300) return status_fault(status, exchange.refusal(), server, options.key);
  return choose_from_list(body, options.model, server, options.key);
}

}  // namespace fovea
