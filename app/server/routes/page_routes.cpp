#include "app/server/routes/route.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

namespace fovea::server {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::string> kTypes = {{".html", "text/html; charset=utf-8"},
                                                   {".js", "text/javascript; charset=utf-8"},
                                                   {".css", "text/css; charset=utf-8"},
                                                   {".svg", "image/svg+xml"},
                                                   {".json", "application/json"}};

/// The page talks to its own server and shows pictures that it was given; nothing else.
constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src blob:; "
    "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

HttpResponse file_response(const fs::path& file, const std::string& type) {
  std::ifstream in(file, std::ios::binary);
  HttpResponse response;
  response.type = type;
  response.body.assign(std::istreambuf_iterator<char>(in), {});
  response.fields = {{"Cache-Control", "no-cache"},
                     {"Content-Security-Policy", kContentPolicy},
                     {"Referrer-Policy", "no-referrer"}};
  return response;
}

}  // namespace

std::vector<Route> page_routes(const std::string& folder) {
  std::vector<Route> routes;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const auto type = kTypes.find(entry.path().extension().string());
    if (!entry.is_regular_file() || type == kTypes.end()) continue;
    const std::string name = entry.path().filename().string();
    const auto give = [response = file_response(entry.path(), type->second)](
                          RouteContext&, const std::shared_ptr<Call>& call) {
      call->respond(response, "ok");
    };
    routes.push_back({"GET", name == "index.html" ? "/" : "/page/" + name, RouteKind::kOpen, give});
  }
  return routes;
}

}  // namespace fovea::server
