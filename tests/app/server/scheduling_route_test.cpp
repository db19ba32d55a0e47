#include "tests/app/server/test_server.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace fovea::server::test {
namespace {

using fovea::test::finishes;
using fovea::test::says;
using fovea::test::scripted_model;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kRoute = "/v1/scheduling";

class SchedulingRoute : public ServerTest {
 protected:
  SchedulingRoute() {
    script_.model = scripted_model();
    script_.steps = {says("Yes."), finishes(1)};
  }
  std::string put(const std::string& body, const std::string& fields = {},
                  const std::string& type = "application/json") {
    return exchange(std::string("PUT ") + kRoute +
                    " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + type + "\r\n" +
                    fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
};

TEST_F(SchedulingRoute, ShowsAndChangesHowQuestionsShareTheEngine) {
  start();
  const json before = json::parse(body_of(get(kRoute)));
  EXPECT_EQ(before["mode"], "low_latency");
  EXPECT_EQ(before["modes"]["high_throughput"]["max_batch"],
            scheduling_preset(SchedulingMode::kHighThroughput).max_batch);

  const json after = json::parse(body_of(put(R"({"mode":"high_throughput"})")));
  EXPECT_EQ(after["mode"], "high_throughput");
  EXPECT_EQ(engine_->scheduling().mode, SchedulingMode::kHighThroughput);
  EXPECT_EQ(engine_->scheduling().max_batch, scheduling_preset(SchedulingMode::kHighThroughput).max_batch);

  put(R"({"mode":"custom","max_batch":3,"max_wait_seconds":0.5,"step_tokens":64})");
  EXPECT_EQ(engine_->scheduling().max_batch, 3);
  EXPECT_EQ(engine_->scheduling().max_wait_seconds, 0.5);
  EXPECT_EQ(engine_->scheduling().step_tokens, 64);
}

TEST_F(SchedulingRoute, WhatMakesNoSenseIsNamedAndChangesNothing) {
  start();
  const std::pair<std::string, std::string> cases[] = {
      {"{}", "\"param\":\"mode\""},
      {R"({"mode":"fastest"})", "\"param\":\"mode\""},
      {R"({"mode":7})", "\"param\":\"mode\""},
      {R"({"mode":"custom","max_batch":0})", "\"param\":\"max_batch\""},
      {R"({"mode":"custom","max_wait_seconds":-1})", "\"param\":\"max_wait_seconds\""},
      {R"({"mode":"custom","step_tokens":1e9})", "\"param\":\"step_tokens\""},
      {R"({"mode":"custom","speed":1})", "\"param\":\"speed\""},
      {R"({"mode":"low_latency","max_batch":4})", "\"param\":\"mode\""},
      {R"(["custom"])", "must be a JSON object"},
      {"custom", "invalid"}};
  for (const auto& [body, words] : cases) {
    const std::string answer = put(body);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << body;
    EXPECT_THAT(answer, HasSubstr(words)) << body;
  }
  EXPECT_THAT(put(std::string(10'000, ' ')), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(put(R"({"mode":"high_throughput"})", {}, "text/plain"), StartsWith("HTTP/1.1 415 "));
  EXPECT_EQ(engine_->scheduling().mode, SchedulingMode::kLowLatency);
}

TEST_F(SchedulingRoute, OnlyWhoMayAskMayChangeIt) {
  ServerOptions options;
  ASSERT_TRUE(options.keys.add("desk", "a-key-of-twenty-four-chars"));
  start(std::move(options));
  EXPECT_THAT(put(R"({"mode":"high_throughput"})"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(get(kRoute), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(put(R"({"mode":"high_throughput"})",
                  "X-Api-Key: a-key-of-twenty-four-chars\r\nOrigin: https://evil.example\r\n"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_EQ(engine_->scheduling().mode, SchedulingMode::kLowLatency);
  EXPECT_THAT(put(R"({"mode":"high_throughput"})", "X-Api-Key: a-key-of-twenty-four-chars\r\n"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(engine_->scheduling().mode, SchedulingMode::kHighThroughput);
}

TEST_F(SchedulingRoute, IsClosedWhereOtherRoutesAreNamed) {
  ServerOptions options;
  options.routes = {"/v1/chat/completions"};
  start(std::move(options));
  EXPECT_THAT(put(R"({"mode":"high_throughput"})"), StartsWith("HTTP/1.1 404 "));
  EXPECT_EQ(engine_->scheduling().mode, SchedulingMode::kLowLatency);
}

TEST_F(SchedulingRoute, AChangeIsInTheAuditLogALookIsNot) {
  const auto file = std::filesystem::temp_directory_path() / ("fovea-order-" + std::to_string(getpid()));
  ServerOptions options;
  options.audit_file = file.string();
  start(std::move(options));
  get(kRoute);
  put(R"({"mode":"high_throughput"})");
  std::ifstream in(file);
  const std::string all(std::istreambuf_iterator<char>(in), {});
  std::filesystem::remove(file);
  const json entry = json::parse(all);  // one line alone
  EXPECT_EQ(entry["route"], kRoute);
  EXPECT_EQ(entry["verdict"], "high_throughput");
}

}  // namespace
}  // namespace fovea::server::test
