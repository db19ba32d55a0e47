#include "app/serve/ps_verb.h"
#include "tests/app/test_host.h"

#include <csignal>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea::serve {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class RunningServers : public testing::Test {
 protected:
  RunningServers() : folder_(temporary_.path() / "state/fovea/servers") {}
  static RunningServer server(int pid, std::int64_t started = 100) {
    return {pid, "http://127.0.0.1:8080", "a model \"with\" quotes", started};
  }

  test::TemporaryFolder temporary_;
  const std::filesystem::path folder_;
};

TEST_F(RunningServers, AreListedWhileTheyRun) {
  EXPECT_TRUE(running_servers(folder_).empty());
  {
    const Result<ServerMark> younger = ServerMark::leave(folder_, server(7, 200));
    const Result<ServerMark> older = ServerMark::leave(folder_, server(9, 100));
    ASSERT_TRUE(younger) << younger.error().text();
    ASSERT_TRUE(older);
    const std::vector<RunningServer> listed = running_servers(folder_);
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].pid, 9);
    EXPECT_EQ(listed[1].pid, 7);
    EXPECT_EQ(listed[0].url, "http://127.0.0.1:8080");
    EXPECT_EQ(listed[0].model, "a model \"with\" quotes");
    EXPECT_EQ(listed[0].started, 100);
  }
  EXPECT_TRUE(running_servers(folder_).empty());
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(RunningServers, AreReadableByTheirOwnerOnly) {
  const Result<ServerMark> mark = ServerMark::leave(folder_, server(7));
  ASSERT_TRUE(mark);
  for (const auto& [path, mode] : {std::pair{folder_, 0700U}, {folder_ / "7.json", 0600U}}) {
    struct stat status {};
    ASSERT_EQ(stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, mode) << path;
  }
}

TEST_F(RunningServers, TheMarkOfAKilledOneIsNoticedAndRemoved) {
  const pid_t child = fork();
  if (child == 0) {
    const Result<ServerMark> mark = ServerMark::leave(folder_, server(getpid()));
    pause();
    _exit(mark ? 0 : 1);
  }
  const std::filesystem::path file = folder_ / (std::to_string(child) + ".json");
  for (int i = 0; i < 500 && !std::filesystem::exists(file); ++i) usleep(10'000);
  EXPECT_EQ(running_servers(folder_).size(), 1U);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(std::filesystem::exists(file)) << "the test is about a mark that was left";
  EXPECT_TRUE(running_servers(folder_).empty());
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(RunningServers, ANumberThatIsUsedAgainIsTheNewServers) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ / "7.json") << R"({"pid": 7, "url": "old", "model": "old", "started": 1})";
  const Result<ServerMark> mark = ServerMark::leave(folder_, server(7));
  ASSERT_TRUE(mark);
  ASSERT_EQ(running_servers(folder_).size(), 1U);
  EXPECT_EQ(running_servers(folder_)[0].started, 100);
}

TEST_F(RunningServers, AFolderThatCannotBeMadeIsSaid) {
  std::ofstream(temporary_.path() / "file") << "x";
  const Result<ServerMark> mark = ServerMark::leave(temporary_.path() / "file/servers", server(7));
  ASSERT_FALSE(mark);
  EXPECT_EQ(mark.error().code, ErrorCode::kForbidden);
}

TEST(ServersFolder, FollowsTheEnvironment) {
  const auto with = [](const std::map<std::string, std::string>& values) {
    return servers_folder([values](const char* name) -> std::optional<std::string> {
             const auto found = values.find(name);
             return found == values.end() ? std::nullopt : std::optional(found->second);
           })
        .string();
  };
  EXPECT_EQ(with({{"XDG_RUNTIME_DIR", "/run/user/1"}, {"HOME", "/h"}}), "/run/user/1/fovea/servers");
  EXPECT_EQ(with({{"XDG_RUNTIME_DIR", "relative"}, {"XDG_STATE_HOME", "/s"}}), "/s/fovea/servers");
  EXPECT_EQ(with({{"HOME", "/h"}}), "/h/.local/state/fovea/servers");
}

TEST(PsVerb, ReadsWhatAServerSays) {
  const auto metrics = watch::MetricsText::parse(
      "fovea_ready 1\nfovea_requests_in_flight 4\nfovea_engine_running 2\nfovea_engine_waiting 1\n"
      "fovea_requests_total{route=\"/v1/chat/completions\",status=\"200\"} 5\n"
      "fovea_requests_total{route=\"/api/v1/generate\",status=\"400\"} 2\n"
      "fovea_requests_total{route=\"/metrics\",status=\"200\"} 90\n");
  const ServerState state = server_state({7, "http://127.0.0.1:8080", "mini", 100}, metrics, 175.0);
  EXPECT_EQ(state.fault, "");
  EXPECT_TRUE(state.ready);
  EXPECT_EQ(state.in_flight, 3) << "the question itself doesn't count";
  EXPECT_EQ(state.running, 2);
  EXPECT_EQ(state.waiting, 1);
  EXPECT_EQ(state.answered, 7) << "looks are no questions";
  EXPECT_THAT(servers_text({state}),
              ContainsRegex("7 +http://127.0.0.1:8080 +mini +1 min 15 s +ready +3 +2 +1 +7"));
  EXPECT_EQ(servers_json({state})["servers"][0]["in_flight"], 3);
  EXPECT_TRUE(servers_json({state})["servers"][0]["fault"].is_null());
}

TEST(PsVerb, ListsSeveralModelsAndOneThatIsAway) {
  const auto text_of = [](const std::string& metrics) {
    return servers_text(
        {server_state({7, "u", "mini", 100}, watch::MetricsText::parse("fovea_ready 1\n" + metrics), 175.0)});
  };
  const std::string away =
      "fovea_model_state{model=\"org/mini\",state=\"unloaded\"} 1\n"
      "fovea_model_state{model=\"org/mini\",state=\"loading\"} 0\n"
      "fovea_model_state{model=\"org/mini\",state=\"loaded\"} 0\n"
      "fovea_model_memory_bytes{model=\"org/mini\"} 0\nfovea_model_waiting{model=\"org/mini\"} 3\n";
  const std::string here =
      "fovea_model_state{model=\"x\",state=\"loaded\"} 1\nfovea_model_memory_bytes{model=\"x\"} 2500000000\n"
      "fovea_model_running{model=\"x\"} 2\n";
  EXPECT_THAT(text_of(away), ContainsRegex("7 +org/mini +unloaded +0 B +0 +3"));
  EXPECT_THAT(text_of(here), Not(HasSubstr("MEMORY"))) << "one that is in memory needs no table";
  EXPECT_THAT(text_of(away + here), ContainsRegex("7 +x +loaded +2.50 GB +2 +0"));
  const auto json = servers_json(
      {server_state({7, "u", "mini", 100}, watch::MetricsText::parse("fovea_ready 1\n" + away + here), 1.0)});
  EXPECT_EQ(json["servers"][0]["models"][0]["state"], "unloaded");
  EXPECT_EQ(json["servers"][0]["models"][1]["memory_bytes"], 2'500'000'000);
}

TEST(PsVerb, ListsTheQuestionsUnderWay) {
  ServerState state = server_state({7, "http://127.0.0.1:8080", "mini", 100},
                                   watch::MetricsText::parse("fovea_ready 1\n"), 175.0);
  EXPECT_TRUE(servers_json({state})["servers"][0]["requests"].is_null()) << "not told is not none";
  state.requests = running_requests(R"({"object":"list","data":[]})");
  EXPECT_EQ(servers_json({state})["servers"][0]["requests"], nlohmann::json::array());
  EXPECT_THAT(servers_text({state}), Not(HasSubstr("REQUEST")));
  state.requests = running_requests(
      R"({"data":[{"id":"5e77","caller":"desk\u001b[2J","route":"/v1/chat/completions","seconds":75,"state":"decode","tokens":1200},)"
      R"({"id":"5e78","caller":"","route":"/api/v1/generate","seconds":0.5,"state":"waiting","tokens":0}]})");
  EXPECT_THAT(servers_text({state}), ContainsRegex("7 +5e77 +desk\uFFFD.2J +1 min 15 s +decode +1,200"));
  EXPECT_THAT(servers_text({state}), ContainsRegex("7 +5e78 +- +1 s +waiting +0"));
  EXPECT_EQ(servers_json({state})["servers"][0]["requests"][1]["route"], "/api/v1/generate");
  for (const char* other : {"", "[]", R"({"data":{}})", R"({"data":[1]})", R"({"data":[{"id":5}]})"})
    EXPECT_FALSE(running_requests(other)) << other;
}

TEST(PsVerb, SaysWhyNothingIsKnown) {
  const ServerState state = server_state({7, "u", "m", 0}, watch::MetricsText::parse("other 1\n"), 1.0);
  EXPECT_THAT(servers_text({state}), HasSubstr("another program"));
  EXPECT_TRUE(servers_json({state})["servers"][0]["running"].is_null());
  EXPECT_THAT(servers_text({}), HasSubstr("fovea serve"));
}

TEST(PsVerb, AServerOfEveryAddressIsAskedOnLoopback) {
  EXPECT_EQ(address_here("http://0.0.0.0:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(address_here("http://[::]:80"), "http://[::1]:80");
  EXPECT_EQ(address_here("http://10.0.0.7:80"), "http://10.0.0.7:80");
}

}  // namespace
}  // namespace fovea::serve
