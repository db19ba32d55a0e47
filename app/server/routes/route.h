#pragma once

#include "app/server/answering/model_list.h"
#include "app/server/answering/registry.h"
#include "app/server/call.h"
#include "app/server/media/media_fetcher.h"
#include "app/server/server_options.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fovea::server {

/// What the routes share. Immutable but for what says otherwise; any thread.
struct RouteContext {
  const ModelList& models;
  const ServerOptions& options;
  GenerationRegistry& generations;
  const MediaFetcher* fetcher = nullptr;  ///< or none: addresses are refused
  std::int64_t started = 0;               ///< seconds since 1970
  std::atomic<bool> ready{true};          ///< false while the server ends
  std::function<std::string()> metrics_text;
  std::string openapi;  ///< the description that GET /openapi.json gives
};

/// Who may call a route, and what it costs.
enum class RouteKind {
  kOpen,      ///< needs no key; answered at once
  kPlain,     ///< answered at once
  kOrder,     ///< changes the server for everyone: a short body of JSON, done on a worker and audited
  kQuestion,  ///< counted against limits, read on a worker
};

struct Route {
  std::string method;
  std::string path;  ///< "/v1/models/*" takes one more segment
  RouteKind kind = RouteKind::kPlain;
  std::function<void(RouteContext&, std::shared_ptr<Call>)> run;
};

std::vector<Route> status_routes();
std::vector<Route> openai_routes();
std::vector<Route> reference_routes();
/// How questions share the engine: GET shows it, PUT changes it.
std::vector<Route> scheduling_routes();
/// Whom the program asked, why, how much went each way and how it ended; never what.
std::vector<Route> connections_routes();
/// The page's files, read from `folder` now.
std::vector<Route> page_routes(const std::string& folder);

}  // namespace fovea::server
