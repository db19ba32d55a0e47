#include "app/cli/alerts.h"
#include "app/cli/exit_code.h"
#include "app/cli/top_look.h"
#include "core/watch/monitor_ring.h"
#include "tests/app/test_host.h"

#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

using test::Program;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

/// Takes one request on a port of this machine and answers it.
class OneRequest {
 public:
  OneRequest() {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket_, 1) != 0 ||
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      return;
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { take(); });
  }
  ~OneRequest() {
    shutdown(socket_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    close(socket_);
  }
  OneRequest(const OneRequest&) = delete;
  OneRequest& operator=(const OneRequest&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/secret-path"; }
  int port() const { return port_; }
  /// What came, once it was answered.
  const std::string& text() {
    thread_.join();
    return text_;
  }

 private:
  void take() {
    const int connection = accept(socket_, nullptr, nullptr);
    if (connection < 0) return;
    std::array<char, 4096> piece{};
    while (text_.find("\"text\":") == std::string::npos || !text_.ends_with("}")) {
      const ssize_t size = recv(connection, piece.data(), piece.size(), 0);
      if (size <= 0) break;
      text_.append(piece.data(), static_cast<std::size_t>(size));
    }
    const std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    static_cast<void>(send(connection, answer.data(), answer.size(), MSG_NOSIGNAL));
    close(connection);
  }

  int socket_ = -1;
  int port_ = 0;
  std::thread thread_;
  std::string text_;
};

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

TEST(Alerts, AWebhookIsSentOneAndNotedWithoutItsPath) {
  Program program;
  cli::Host host{program.out, program.err, program.in, program.interrupt, {}, Resources({}), {}};
  OneRequest server;
  ASSERT_GT(server.port(), 0);
  AlertPlaces places;
  places.webhook = server.url();
  const watch::Alert alert{*watch::parse_rule("vram>90 for 5m"), false, 0.0, 93.0};
  tell(alert, places, host);
  const std::string& request = server.text();
  EXPECT_THAT(request, HasSubstr("POST /secret-path HTTP/1.1"));
  EXPECT_TRUE(request.ends_with(alert_json(alert))) << request;
  const std::vector<OutboundExchange> exchanges = host.ledger->exchanges();
  ASSERT_EQ(exchanges.size(), 1U);
  EXPECT_EQ(exchanges[0].host, "127.0.0.1");
  EXPECT_EQ(exchanges[0].port, server.port());
  EXPECT_EQ(exchanges[0].why, "alert");
  EXPECT_EQ(exchanges[0].verdict, OutboundVerdict::kAnswered);
  EXPECT_EQ(exchanges[0].status, 200);
  EXPECT_EQ(exchanges[0].sent_bytes, alert_json(alert).size());
  EXPECT_EQ(exchanges[0].received_bytes, 2U);
}

TEST(Alerts, NothingIsSentWhereNobodyAskedFor) {
  Program program;
  cli::Host host{program.out, program.err, program.in, program.interrupt, {}, Resources({}), {}};
  AlertPlaces places;
  const watch::Alert alert{*watch::parse_rule("vram>90"), false, 0.0, 93.0};
  tell(alert, places, host);
  EXPECT_TRUE(host.ledger->exchanges().empty());
  places.webhook = "ftp://127.0.0.1/x";
  tell(alert, places, host);
  EXPECT_TRUE(host.ledger->exchanges().empty());
  EXPECT_THAT(program.err.text, HasSubstr("is no address of http or https"));
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
