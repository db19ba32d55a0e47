#include "app/server/server.h"

#include "app/server/access/gate.h"
#include "app/server/http/http_server.h"
#include "app/server/observing/model_text.h"
#include "app/server/routes/question.h"
#include "app/server/routes/route.h"
#include "app/server/wire/error_reply.h"
#include "app/server/wire/multipart.h"
#include "app/server/work_queue.h"

#include <algorithm>
#include <ctime>
#include <exception>
#include <new>
#include <utility>

namespace fovea::server {
namespace {

constexpr std::size_t kWorkers = 4;
constexpr std::size_t kMostWaitingWork = 1024;
constexpr std::size_t kOrderBytes = 4096;    // of the body of an order
constexpr std::size_t kShortestSecret = 32;  // bytes; RFC 7518, 3.2, for HS256

bool fits(const Route& route, const std::string& path) {
  if (!route.path.ends_with("/*")) return route.path == path;
  const std::string_view stem(route.path.data(), route.path.size() - 1);
  return path.size() > stem.size() && path.starts_with(stem);
}

class RestServer final : public Server, public HttpHandler {
 public:
  RestServer(ServedModels models, ServerOptions options, std::string openapi)
      : options_(std::move(options)),
        gate_(options_),
        fetcher_(FetchLimits{}, options_.ledger),
        hardware_(options_.hardware),
        models_(std::move(models), options_.model_names),
        context_{models_, options_, generations_, nullptr, 0, true, {}, {}} {
    if (options_.fetch_media) context_.fetcher = &fetcher_;
    context_.started = std::time(nullptr);
    context_.openapi = std::move(openapi);
    context_.metrics_text = [this] {
      const std::vector<EngineMetrics> engines = models_.metrics();
      std::string text = metrics_.text(models_.together(engines), hardware_.last(),
                                       listening_ ? http_->connections() : 0, context_.ready);
      print_models(models_.all(), engines, text);
      return text;
    };
    for (auto list : {status_routes(), openai_routes(), reference_routes(), scheduling_routes(),
                      connections_routes(), page_routes(options_.page_folder)}) {
      std::move(list.begin(), list.end(), std::back_inserter(routes_));
    }
  }

  ~RestServer() override {
    context_.ready = false;
    if (http_) http_->stop();  // from here on no call comes in, and every exchange is gone
    work_.reset();             // what was taken becomes a generation
    generations_.cancel_all();
    generations_.wait_until_empty();
  }

  Result<void> start() {
    Result<void> checked = check();
    if (!checked) return checked;
    if (!options_.audit_file.empty()) {
      Result<std::unique_ptr<AuditLog>> audit = AuditLog::open(options_.audit_file);
      if (!audit) return audit.error();
      audit_ = std::move(*audit);
    }
    work_ = std::make_unique<WorkQueue>(kWorkers, kMostWaitingWork);
    Result<std::unique_ptr<HttpServer>> http =
        listen_http(options_.address, options_.port, options_.http, *this);
    if (!http) return http.error();
    http_ = std::move(*http);
    listening_ = true;
    return {};
  }

  std::uint16_t port() const override { return http_->port(); }
  std::string url() const override {
    const bool v6 = options_.address.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + options_.address + "]" : options_.address) + ":" + std::to_string(port());
  }

  bool drain(double seconds) override {
    context_.ready = false;
    return http_->drain(seconds);
  }

  HttpAdmission admit(const HttpHead& head) override {
    HttpAdmission admission;
    admission.refusal = refusal(head, admission);
    if (admission.refusal) {
      const HttpFields fields = gate_.cross_origin_fields(head);
      admission.refusal->fields.insert(admission.refusal->fields.end(), fields.begin(), fields.end());
    }
    return admission;
  }

  HttpAdmission admit_socket(const HttpHead& head) override {
    HttpAdmission admission;
    admission.body_bytes = options_.body_bytes;
    if ((admission.refusal = foreign(head))) return admission;
    const bool known = std::any_of(routes_.begin(), routes_.end(), [&](const Route& route) {
      return route.kind == RouteKind::kQuestion && is_open(route) && fits(route, head.path);
    });
    const std::optional<std::string> caller = gate_.caller_of(head);
    if (!caller) {
      admission.refusal = turned_away(Refusal::kUnauthorized, Gate::unauthorized());
    } else if (!known) {
      admission.refusal = turned_away(
          Refusal::kNotFound, plain_error_reply(404, "not_found", "No WebSocket can be opened here."));
    } else if (!context_.ready) {
      admission.refusal = turned_away(Refusal::kStopping, ending());
    }
    return admission;
  }

  void handle(HttpRequest request, std::shared_ptr<HttpExchange> exchange) override {
    const Route* route = find(request.head);
    HttpFields fields = gate_.cross_origin_fields(request.head);
    const std::string caller = request.caller;
    const bool question = route->kind == RouteKind::kQuestion;
    const bool plain = !question && route->kind != RouteKind::kOrder;
    CallBooks books{metrics_, plain ? nullptr : audit_.get(), question, {}};
    const bool slot = question && gate_.take_slot(caller);
    if (slot) books.ended = [this](const std::string& who) { gate_.give_back(who); };
    auto call = std::make_shared<Call>(std::move(request), std::move(exchange), route->path,
                                       std::move(fields), books);
    if (plain) return run(*route, call);
    if (question && !slot) return call->respond(Gate::no_slot(), "rate_limited");
    if (!context_.ready) return call->respond(ending(), "ending");
    if (question) call->hold(generations_.expect({call->id(), caller, call->route(), call->request().begun}));
    const bool added = work_->add([this, route, call] { run(*route, call); });
    if (!added)
      call->respond(error_reply({ErrorCode::kBusy, "Too many questions wait.", "Try again later.", {}}),
                    "busy");
  }

  HttpResponse fault(int status, std::string message) override {
    const char* code = status == 408   ? "timeout"
                       : status == 413 ? "too_large"
                       : status == 503 ? "busy"
                                       : "malformed_request";
    if (const auto why = refusal_of_fault(status)) metrics_.refused(*why);
    return plain_error_reply(status, code, std::move(message));
  }

 private:
  static HttpResponse ending() {
    return error_reply(
        {ErrorCode::kBusy, "The server is being stopped.", "Ask another, or again later.", {}});
  }

  Result<void> check() const {
    if (Result<void> named = models_.check(); !named) return named;
    const bool locked = !options_.keys.empty() || options_.jwt;
    if (!is_loopback(options_.address) && !locked) {
      return Error{ErrorCode::kForbidden, "Without a key only this machine may ask.",
                   "Give --keys FILE, or listen on 127.0.0.1.", "host"};
    }
    if (options_.jwt && options_.jwt->secret.size() < kShortestSecret) {
      return Error{ErrorCode::kInvalidArgument, "The secret for tokens is shorter than 32 bytes.",
                   "openssl rand -hex 32 makes a good one.", "jwt_secret"};
    }
    for (const std::string& path : options_.routes) {
      const bool known =
          std::any_of(routes_.begin(), routes_.end(), [&](const Route& route) { return route.path == path; });
      if (!known)
        return Error{ErrorCode::kInvalidArgument, "There is no route " + path + ".",
                     "See docs/server.md for the routes.", "routes"};
    }
    return {};
  }

  bool is_open(const Route& route) const {
    return options_.routes.empty() ||
           std::find(options_.routes.begin(), options_.routes.end(), route.path) != options_.routes.end();
  }

  const Route* find(const HttpHead& head) const {
    const std::string method = head.method == "HEAD" ? "GET" : head.method;
    for (const Route& route : routes_) {
      if (route.method == method && is_open(route) && fits(route, head.path)) return &route;
    }
    return nullptr;
  }

  std::string allowed_methods(const std::string& path) const {
    std::string methods;
    for (const Route& route : routes_) {
      if (is_open(route) && fits(route, path)) methods += (methods.empty() ? "" : ", ") + route.method;
    }
    return methods;
  }

  /// Counts a refusal and hands its answer on.
  HttpResponse turned_away(Refusal why, HttpResponse answer) {
    metrics_.refused(why);
    return answer;
  }

  std::optional<HttpResponse> foreign(const HttpHead& head) {
    if (auto refused = gate_.check_host(head)) return turned_away(Refusal::kForbiddenHost, *refused);
    if (auto refused = gate_.check_origin(head)) return turned_away(Refusal::kForbiddenOrigin, *refused);
    return std::nullopt;
  }

  std::optional<HttpResponse> refusal(const HttpHead& head, HttpAdmission& admission) {
    if (auto refused = foreign(head)) return refused;
    if (head.method == "OPTIONS" && !gate_.cross_origin_fields(head).empty()) return preflight();
    const Route* route = find(head);
    if (route == nullptr || route->kind != RouteKind::kOpen) {
      const std::optional<std::string> caller = gate_.caller_of(head);
      if (!caller) return turned_away(Refusal::kUnauthorized, Gate::unauthorized());
      admission.caller = *caller;
    } else {
      admission.caller = gate_.caller_of(head).value_or("");  // who may, is told more
    }
    if (route == nullptr) return turned_away(Refusal::kNotFound, no_route(head));
    if (route->kind == RouteKind::kOrder) return order_refusal(head, admission);
    if (route->kind != RouteKind::kQuestion) return std::nullopt;
    if (!is_question_type(head.field("content-type"))) {
      return wrong_type("Send application/json, multipart/form-data, or a picture's bytes with its type.");
    }
    if (!head.field("content-encoding").empty() && head.field("content-encoding") != "identity") {
      return wrong_type("Compressed bodies are not taken.");
    }
    if (!context_.ready) return turned_away(Refusal::kStopping, ending());
    admission.body_bytes = options_.body_bytes;
    if (auto refused = gate_.take_turn(admission.caller)) return turned_away(Refusal::kRateLimit, *refused);
    return std::nullopt;
  }

  HttpResponse wrong_type(std::string message) {
    return turned_away(Refusal::kUnsupportedType,
                       plain_error_reply(415, "unsupported_media_type", std::move(message)));
  }

  std::optional<HttpResponse> order_refusal(const HttpHead& head, HttpAdmission& admission) {
    if (!is_json_type(head.field("content-type"))) return wrong_type("Send application/json.");
    if (!context_.ready) return turned_away(Refusal::kStopping, ending());
    admission.body_bytes = kOrderBytes;
    return std::nullopt;
  }

  static HttpResponse preflight() {
    HttpResponse response;
    response.status = 204;
    response.type.clear();
    response.fields = {{"Access-Control-Allow-Methods", "GET, POST, PUT"},
                       {"Access-Control-Allow-Headers", "Authorization, Content-Type, X-Api-Key"},
                       {"Access-Control-Max-Age", "600"}};
    return response;
  }

  HttpResponse no_route(const HttpHead& head) const {
    const std::string methods = allowed_methods(head.path);
    if (methods.empty())
      return plain_error_reply(404, "not_found", "There is no such route. GET /openapi.json lists them.");
    HttpResponse response = plain_error_reply(405, "method_not_allowed", "This route takes " + methods + ".");
    response.fields.emplace_back("Allow", methods);
    return response;
  }

  /// Runs a route; what is thrown on the way becomes that call's answer.
  void run(const Route& route, const std::shared_ptr<Call>& call) {
    try {
      route.run(context_, call);
    } catch (const std::bad_alloc&) {
      call->respond(error_reply({ErrorCode::kOutOfMemory,
                                 "There is not enough memory for this question now.",
                                 "Try again later.",
                                 {}}),
                    "out_of_memory");
    } catch (const std::exception&) {
      call->respond(
          error_reply(
              {ErrorCode::kInternal, "Something went wrong inside the program.", "Please report it.", {}}),
          "internal");
    }
  }

  const ServerOptions options_;
  Gate gate_;
  MediaFetcher fetcher_;
  HardwareSampler hardware_;
  ServerMetrics metrics_;
  std::unique_ptr<AuditLog> audit_;
  GenerationRegistry generations_;
  const ModelList models_;
  RouteContext context_;
  std::vector<Route> routes_;
  std::atomic<bool> listening_ = false;
  std::unique_ptr<WorkQueue> work_;
  std::unique_ptr<HttpServer> http_;
};

}  // namespace

Result<std::unique_ptr<Server>> start_server(Engine& engine, ServerOptions options, std::string openapi) {
  return start_server(ServedModels{{engine}, nullptr}, std::move(options), std::move(openapi));
}

Result<std::unique_ptr<Server>> start_server(ServedModels models, ServerOptions options,
                                             std::string openapi) {
  auto server = std::make_unique<RestServer>(std::move(models), std::move(options), std::move(openapi));
  const Result<void> started = server->start();
  if (!started) return started.error();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace fovea::server
