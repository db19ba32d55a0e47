#include "tests/app/server/test_server.h"

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

namespace fovea::server::test {
namespace {

using fovea::test::finishes;
using fovea::test::says;
using fovea::test::scripted_model;
using testing::HasSubstr;
using testing::StartsWith;

class Http : public ServerTest {
 protected:
  Http() {
    script_.model = scripted_model();
    script_.steps = {says("Yes."), finishes(1)};
  }
  static ServerOptions with_key() {
    ServerOptions options;
    EXPECT_TRUE(options.keys.add("desk", kDeskKey));
    return options;
  }
};

TEST_F(Http, TellsHowItIs) {
  start();
  const std::string models = R"("models":[{"id":"scripted","state":"loaded","memory_bytes":null}]})";
  EXPECT_EQ(body_of(get("/health")), R"({"status":"ok","model_loaded":true,)" + models);
  EXPECT_EQ(body_of(get("/ready")), R"({"ready":true,)" + models);
  EXPECT_THAT(get("/v1/models"), HasSubstr("\"id\":\"scripted\""));
  post("/v1/chat/completions", question());
  EXPECT_THAT(get("/metrics"),
              HasSubstr("fovea_requests_total{route=\"/v1/chat/completions\",status=\"200\"} 1"));
}

TEST_F(Http, AnswersManyRequestsOfOneConnection) {
  start();
  Caller caller(server_->port());
  const std::string request = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
  caller.send(request + request);
  caller.send("GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string all = caller.read_all();
  EXPECT_THAT(all, HasSubstr("\"ready\":true"));
  EXPECT_NE(all.find("model_loaded"), all.rfind("model_loaded"));
}

TEST_F(Http, RefusesWhatIsNoRequest) {
  ServerOptions options;
  options.http.header_seconds = 0.3;
  options.http.body_seconds = 0.3;
  options.body_bytes = 1000;
  start(options);
  EXPECT_THAT(exchange("NONSENSE\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(exchange("GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(exchange("GET /health HTTP/1.1\r\nHost: localhost\r\nX: "), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(
      exchange("GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n"),
      StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(exchange("GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 414 "));
  EXPECT_THAT(exchange("GET /" + std::string(10'000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 414 "));
  EXPECT_THAT(post("/v1/chat/completions", std::string(2000, ' ')), StartsWith("HTTP/1.1 413 "));
  const std::string head =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  EXPECT_THAT(exchange(head + "Content-Length: 500\r\n\r\n{"), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(exchange(head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(
      exchange(head + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, ' ') + "\r\n0\r\n\r\n"),
      StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchange(head + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde"),
              StartsWith("HTTP/1.1 415 "));
  EXPECT_THAT(exchange("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                       "text/plain\r\nContent-Length: 1\r\n\r\nx"),
              StartsWith("HTTP/1.1 415 "));
  EXPECT_THAT(get("/health"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Http, KeepsForeignSitesOut) {
  ServerOptions options;
  options.origins = {"https://lab.example"};
  start(options);
  EXPECT_THAT(exchange("GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(get("/health", "Origin: https://evil.example\r\n"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(get("/health", "Origin: null\r\n"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(get("/health", "Origin: http://localhost\r\n"), StartsWith("HTTP/1.1 200 "));
  const std::string named = get("/health", "Origin: https://lab.example\r\n");
  EXPECT_THAT(named, HasSubstr("Access-Control-Allow-Origin: https://lab.example"));
  EXPECT_THAT(get("/health"), Not(HasSubstr("Access-Control")));
}

TEST_F(Http, AsksForAKeyWhereOneIsSet) {
  start(with_key());
  EXPECT_THAT(get("/health"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(get("/v1/models"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(get("/no/such/route"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(get("/v1/models", "Authorization: Bearer a-wrong-key-of-twenty-four\r\n"),
              StartsWith("HTTP/1.1 401 "));
  const std::string key = std::string("Authorization: Bearer ") + kDeskKey + "\r\n";
  EXPECT_THAT(get("/v1/models", key), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(get("/no/such/route", key), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(post("/v1/models", "{}", key), StartsWith("HTTP/1.1 405 "));
}

TEST_F(Http, IsNotOpenToOthersWithoutAKey) {
  fovea::test::ScriptedEngine engine(script_);
  ServerOptions options;
  options.address = "0.0.0.0";
  options.port = 0;
  const auto server = start_server(engine, options, "{}");
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::kForbidden);
}

TEST_F(Http, LimitsWhatOneCallerAsks) {
  ServerOptions options;
  options.rate_limit = 2;
  start(options);
  EXPECT_THAT(post("/v1/chat/completions", question()), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(post("/v1/chat/completions", question()), StartsWith("HTTP/1.1 200 "));
  const std::string third = post("/v1/chat/completions", question());
  EXPECT_THAT(third, StartsWith("HTTP/1.1 429 "));
  EXPECT_THAT(third, HasSubstr("Retry-After: "));
  EXPECT_THAT(get("/health"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Http, ASlotIsFreeAgainWhenItsAnswerEnds) {
  script_.steps = {says("A"), finishes(1)};
  script_.steps[1].pause = std::chrono::milliseconds(300);
  ServerOptions options;
  options.in_flight = 1;
  start(options);
  Caller first(server_->port());
  first.send(post_text("/v1/chat/completions", question(R"(,"stream":true)")));
  first.read_until("\"A\"");
  EXPECT_THAT(post("/v1/chat/completions", question()), StartsWith("HTTP/1.1 429 "));
  first.read_until("[DONE]");
  EXPECT_THAT(post("/v1/chat/completions", question()), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Http, OpensOnlyTheRoutesThatAreNamed) {
  ServerOptions options;
  options.routes = {"/v1/multimodal/inference", "/health"};
  start(options);
  EXPECT_THAT(get("/v1/models"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(get("/health"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Http, ServesThePageAndAllThatItLoadsUnderAStrictPolicy) {
  ServerOptions options = with_key();
  options.page_folder = "resources/web";
  start(std::move(options));
  const std::string page = get("/");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self';"));
  int loaded = 0;
  for (std::size_t at = page.find("\"/page/"); at != std::string::npos; at = page.find("\"/page/", at + 1)) {
    const std::string path = page.substr(at + 1, page.find('"', at + 1) - at - 1);
    EXPECT_THAT(get(path), StartsWith("HTTP/1.1 200 ")) << path;
    ++loaded;
  }
  EXPECT_GE(loaded, 6);
  EXPECT_THAT(get("/page/../server/openapi.json"), StartsWith("HTTP/1.1 401 "));
}

TEST_F(Http, MoreConnectionsThanAllowedAreTurnedAway) {
  ServerOptions options;
  options.http.connections = 2;
  start(options);
  Caller one(server_->port());
  Caller two(server_->port());
  Caller three(server_->port());
  EXPECT_THAT(three.read_all(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(Http, ACallerWhoDoesNotReadIsDropped) {
  script_.steps.clear();
  for (int i = 0; i < 400; ++i) script_.steps.push_back(says(std::string(64 << 10, 'x')));
  ServerOptions options;
  options.http.unread_bytes = 256 << 10;
  start(options);
  Caller caller(server_->port());
  caller.send(post_text("/v1/chat/completions", question(R"(,"stream":true)")));
  EXPECT_TRUE(cancelled());
}

TEST_F(Http, TheAuditLogSaysWhoAndHowMuchButNotWhat) {
  const auto file = std::filesystem::temp_directory_path() / ("fovea-audit-" + std::to_string(getpid()));
  ServerOptions options = with_key();
  options.audit_file = file.string();
  start(std::move(options));
  post("/v1/chat/completions", question(), std::string("X-Api-Key: ") + kDeskKey + "\r\n");
  std::ifstream in(file);
  std::string line;
  ASSERT_TRUE(std::getline(in, line));
  const auto entry = nlohmann::json::parse(line);
  EXPECT_EQ(entry["caller"], "desk");
  EXPECT_EQ(entry["status"], 200);
  EXPECT_EQ(entry["verdict"], "stop");
  EXPECT_EQ(line.find("What is this?"), std::string::npos);
  EXPECT_EQ(line.find(kDeskKey), std::string::npos);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace fovea::server::test
