#include "app/cli/alerts.h"
#include "app/cli/exit_code.h"
#include "app/cli/top_look.h"
#include "core/watch/monitor_ring.h"
#include "tests/app/test_host.h"

#include <fstream>
#include <iterator>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using test::Program;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

TopLook a_look() {
  TopLook look;
  look.machine.cpu = 0.25;
  look.machine.cores = 4;
  look.machine.memory_used = 6'000'000'000;
  look.machine.memory_total = 8'000'000'000;
  look.machine.gpus = {{"A GPU", 0.5, 9'000'000'000, 10'000'000'000, 120.0, -1.0, false, {}}};
  look.processes = {{10, "serve", 900'000'000, 0.1, 9, 75.0, {8080}},
                    {11, "window", 100'000'000, 0.9, 5, 5.0, {}}};
  watch::ServerUse server;
  server.url = "http://127.0.0.1:8080";
  server.reached = true;
  server.waiting = 3.0;
  server.p99 = 1.5;
  look.servers = {server};
  look.standing = {*watch::parse_rule("vram>80")};
  return look;
}

TEST(TopText, ShowsMachineProcessesServersAndRules) {
  const std::string text = top_text(a_look(), TopOrder::kCpu, 120);
  EXPECT_THAT(text, ContainsRegex("CPU +25 % +4 cores"));
  EXPECT_THAT(text, ContainsRegex("Memory +75 % +6.00 GB of 8.00 GB"));
  EXPECT_THAT(text, ContainsRegex("GPU +50 % +9.00 GB of 10.0 GB, 120 W, -, A GPU"));
  EXPECT_THAT(text, ContainsRegex("10 +serve +10 % +900 MB +9 +1 min 15 s +8080"));
  EXPECT_THAT(text, ContainsRegex("http://127.0.0.1:8080 +0 +3 +- +- +- +1.50 s"));
  EXPECT_THAT(text, HasSubstr("! vram>80\n"));
  EXPECT_LT(text.find("\n11 "), text.find("\n10 ")) << "the busier one first";
  const std::string by_memory = top_text(a_look(), TopOrder::kMemory, 120);
  EXPECT_LT(by_memory.find("\n10 "), by_memory.find("\n11 "));
}

TEST(TopText, KeepsToTheTerminalsWidth) {
  std::string text = top_text(a_look(), TopOrder::kCpu, 40);
  while (!text.empty()) {
    const std::string line = text.substr(0, text.find('\n'));
    EXPECT_LE(line.size(), 42U) << line;  // the ellipsis has three bytes
    text.erase(0, line.size() + 1);
  }
}

TEST(TopJson, LeavesOpenWhatIsNotKnown) {
  const auto json = top_json(a_look());
  EXPECT_EQ(json["gpus"][0]["celsius"], nullptr);
  EXPECT_EQ(json["gpus"][0]["watts"], 120.0);
  EXPECT_EQ(json["servers"][0]["requests_per_second"], nullptr);
  EXPECT_EQ(json["processes"][0]["ports"][0], 8080);
  EXPECT_EQ(json["rules"][0], "vram>80");
}

TEST(TopVerb, LooksOnce) {
  Program fovea;
  ASSERT_EQ(fovea.run({"top", "--once", "--json"}), kOk) << fovea.err.text;
  const auto json = nlohmann::json::parse(fovea.out.text);
  EXPECT_GT(json["memory_bytes"], 0);
  EXPECT_GE(json["cpu"].get<double>(), 0.0);
  EXPECT_LE(json["cpu"].get<double>(), 1.0);
}

TEST(TopVerb, GivesBackWhatWasRecorded) {
  Program fovea;
  {
    auto ring = watch::MonitorRing::open("m.ring", 10);
    ASSERT_TRUE(ring);
    watch::MonitorRecord record;
    record.values.fill(std::numeric_limits<double>::quiet_NaN());
    record.time = 5.0;
    record[watch::Gauge::kVram] = 91.5;
    ASSERT_TRUE(ring->append(record));
  }
  ASSERT_EQ(fovea.run({"top", "--history", "--ring", "m.ring"}), kOk) << fovea.err.text;
  EXPECT_EQ(fovea.out.text, "{\"time\":5.0,\"vram\":91.5}\n");
}

TEST(TopVerb, RefusesWhatMakesNoSense) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"top", "--once", "--watch"}, "exclude each other"},
      {{"top", "--json"}, "--once"},
      {{"top", "--rule", "rain>5", "--once"}, "is no rule"},
      {{"top", "--interval", "0"}, "--interval takes"},
      {{"top", "--watch", "--hours", "10000", "--interval", "0.2"}, "more than a million"},
      {{"top"}, "needs a terminal"}};
  for (const auto& [arguments, message] : cases) {
    Program fovea;
    EXPECT_EQ(fovea.run(arguments), kWrongArguments) << message;
    EXPECT_THAT(fovea.err.text, HasSubstr(message));
  }
  Program fovea;
  EXPECT_EQ(fovea.run({"top", "--history", "--ring", "none.ring"}), kAnswerFailed);
  EXPECT_THAT(fovea.err.text, HasSubstr("There is no monitor file none.ring"));
}

TEST(Alerts, GoToTheLogAndBecomeJson) {
  Program fovea;
  cli::Host host{fovea.out, fovea.err, fovea.in, fovea.interrupt, {}, Resources(fovea.folder.path()), {}};
  const watch::Alert alert{*watch::parse_rule("vram>90 for 5m"), false, 0.0, 93.0};
  AlertPlaces places;
  places.log = "alerts.log";
  tell(alert, places, host);
  tell(alert, places, host);
  std::ifstream log("alerts.log");
  const std::string text{std::istreambuf_iterator<char>(log), {}};
  EXPECT_EQ(text,
            "1970-01-01T00:00:00Z vram is 93 %, above 90 for 5m\n1970-01-01T00:00:00Z vram is 93 %, above 90 "
            "for 5m\n");
  EXPECT_THAT(fovea.err.text, HasSubstr("vram is 93 %"));
  const auto json = nlohmann::json::parse(alert_json(alert));
  EXPECT_EQ(json["state"], "began");
  EXPECT_EQ(json["rule"], "vram>90 for 5m");
  EXPECT_EQ(json["value"], 93.0);
}

}  // namespace
}  // namespace fovea::cli
