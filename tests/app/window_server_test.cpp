// The window's server over real sockets: one engine for two, keys, ports, what is counted.
#include "app/window/window_server.h"

#include "app/serve/running_servers.h"
#include "app/window/counted_engine.h"
#include "app/window/monitoring.h"
#include "tests/app/server/test_server.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <sys/stat.h>

namespace fovea {
namespace {

using namespace std::chrono_literals;
using server::test::Caller;
using ::testing::HasSubstr;

std::uint16_t port_of(const ui::RunningServer& server) {
  const std::string url = server.url();
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

class WindowServerTest : public ::testing::Test {
 protected:
  WindowServerTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "window-server-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    files_.servers_folder = folder_ / "servers";
    wishes_.port = 0;
    wishes_.key_file = (folder_ / "server-key").string();
    script_.model = test::scripted_model();
    script_.steps = {test::says("Yes."), test::finishes(3)};
  }
  ~WindowServerTest() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  Result<std::unique_ptr<ui::RunningServer>> start() {
    if (!engine_) engine_ = std::make_shared<test::ScriptedEngine>(script_, record_);
    return start_window_server(engine_, wishes_, counts_, files_);
  }
  void serve() {
    Result<std::unique_ptr<ui::RunningServer>> started = start();
    ASSERT_TRUE(started) << started.error().text();
    server_ = std::move(*started);
  }
  static std::string question(const std::string& fields = {}, const std::string& more = {}) {
    const std::string body = R"({"messages":[{"role":"user","content":"What is this?"}])" + more + "}";
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
           "Content-Type: application/json\r\n" +
           fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  std::string ask(const std::string& fields = {}) {
    Caller caller(port_of(*server_));
    caller.send(question(fields));
    return caller.read_all();
  }
  bool under_way(std::int64_t wanted) {
    for (int i = 0; i < 500 && counts_->under_way != wanted; ++i) std::this_thread::sleep_for(10ms);
    return counts_->under_way == wanted;
  }

  std::filesystem::path folder_;
  WindowServerFiles files_;
  ui::ServerWishes wishes_;
  test::Script script_;
  std::shared_ptr<test::ScriptedEngine::Record> record_ = std::make_shared<test::ScriptedEngine::Record>();
  std::shared_ptr<ui::ServerCounts> counts_ = std::make_shared<ui::ServerCounts>();
  std::shared_ptr<test::ScriptedEngine> engine_;
  std::unique_ptr<ui::RunningServer> server_;
};

TEST_F(WindowServerTest, AnswersWithTheEngineOfTheWindowAndIsListed) {
  serve();
  EXPECT_THAT(ask(), HasSubstr("Yes."));
  EXPECT_TRUE(under_way(0));
  EXPECT_EQ(counts_->answered, 1);
  {
    const std::lock_guard lock(record_->mutex);
    EXPECT_EQ(record_->requests.size(), 1U) << "the engine that the window holds was not asked";
  }
  const auto listed = serve::running_servers(files_.servers_folder);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].url, server_->url());
  EXPECT_EQ(listed[0].pid, getpid());
  server_.reset();
  EXPECT_TRUE(serve::running_servers(files_.servers_folder).empty());
  EXPECT_EQ(engine_.use_count(), 1) << "the server still holds the engine";
}

TEST_F(WindowServerTest, TellsWhomTheWindowAsked) {
  files_.ledger->begin("api.example.org", 443, kWhyQuestion);
  serve();
  Caller caller(port_of(*server_));
  caller.send("GET /v1/connections HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(caller.read_all(), HasSubstr(R"("host":"api.example.org","port":443,"why":"question")"));
}

TEST(WindowsWebhook, IsAmongTheWindowsConnections) {
  const auto ledger = std::make_shared<OutboundLedger>();
  const watch::Alert alert{*watch::parse_rule("vram>90"), false, 0.0, 93.0};
  ui::AlertRoads roads;
  roads.webhook = "http://127.0.0.1:1/hook";
  EXPECT_EQ(make_monitor(ledger).pass_on(alert, roads).size(), 1U);
  ASSERT_EQ(ledger->exchanges().size(), 1U);
  EXPECT_EQ(ledger->exchanges()[0].why, kWhyAlert);
  EXPECT_EQ(ledger->exchanges()[0].verdict, OutboundVerdict::kFailed);
}

TEST_F(WindowServerTest, EndsItsOwnQuestionsAndNotTheWindows) {
  script_.steps = {test::says("and so on ")};  // until it is cancelled
  serve();
  std::atomic<bool> ended{false};
  GenerationRequest own;
  own.messages = {Message::text(Role::kUser, "mine")};
  const Result<RequestId> id = engine_->submit(own, [&](const GenerationEvent& event) {
    if (event.last()) ended = true;
  });
  ASSERT_TRUE(id);
  Caller caller(port_of(*server_));
  caller.send(question({}, R"(,"stream":true)"));
  ASSERT_TRUE(under_way(1)) << "the window's own question is not counted, the caller's is";
  EXPECT_FALSE(server_->drain(0.05));
  server_.reset();
  EXPECT_TRUE(under_way(0)) << "its last event may come after the server";
  EXPECT_FALSE(ended) << "the window's question was ended with the server";
  engine_->cancel(*id);
  engine_.reset();
  EXPECT_TRUE(ended);
}

TEST_F(WindowServerTest, DrainsWhatIsUnderWay) {
  script_.steps = {test::says("slowly ", 300ms), test::finishes(3)};
  serve();
  std::string answer;
  std::thread asking([&] { answer = ask(); });
  EXPECT_TRUE(under_way(1));
  EXPECT_TRUE(server_->drain(5.0));
  asking.join();
  EXPECT_THAT(answer, HasSubstr("slowly"));
}

TEST_F(WindowServerTest, ARefusedQuestionIsNotUnderWay) {
  script_.refusal = std::make_shared<Error>(Error{ErrorCode::kBusy, "Too many wait.", {}, {}});
  serve();
  EXPECT_THAT(ask(), HasSubstr("Too many wait."));
  EXPECT_TRUE(under_way(0));
  EXPECT_EQ(counts_->answered, 0);
}

TEST_F(WindowServerTest, AKeyIsMadeOnceAndKeptFromOthers) {
  wishes_.needs_key = true;
  serve();
  const std::string key = server_->key();
  EXPECT_EQ(key.size(), 32U);
  struct stat info = {};
  ASSERT_EQ(stat(wishes_.key_file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_THAT(ask(), HasSubstr(" 401 "));
  EXPECT_THAT(ask("Authorization: Bearer " + key + "\r\n"), HasSubstr("Yes."));
  server_.reset();
  serve();
  EXPECT_EQ(server_->key(), key) << "the same after a start anew";
  server_.reset();
  std::filesystem::remove(wishes_.key_file);
  serve();
  EXPECT_NE(server_->key(), key);
  server_.reset();
  ASSERT_EQ(chmod(wishes_.key_file.c_str(), 0644), 0);
  EXPECT_EQ(start().error().code, ErrorCode::kForbidden);
}

TEST_F(WindowServerTest, ATakenPortIsAnError) {
  serve();
  wishes_.port = port_of(*server_);
  const auto second = start();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
}

TEST_F(WindowServerTest, CallersDoNotChangeHowQuestionsShareTheEngine) {
  serve();
  CountedEngine counted(engine_, counts_);
  EXPECT_EQ(counted.set_scheduling({}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(counted.scheduling().mode, engine_->scheduling().mode);
}

}  // namespace
}  // namespace fovea
