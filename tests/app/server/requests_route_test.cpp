#include "tests/app/server/test_server.h"

#include <future>
#include <memory>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::server::test {
namespace {

using fovea::test::says;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// What a server says of the questions that it is answering.
class RequestsRoute : public ServerTest {
 protected:
  json listed(const std::string& fields = {}) {
    return json::parse(body_of(get("/v1/requests", fields)))["data"];
  }

  /// The list once it is as long as that and its first question in that state.
  json listed_in(const std::string& state, std::size_t count = 1) {
    json list;
    for (int i = 0; i < 500; ++i) {
      list = listed();
      if (list.size() == count && (count == 0 || list[0]["state"] == state)) return list;
      usleep(10'000);
    }
    ADD_FAILURE() << "never " << state << ": " << list;
    return list;
  }

  void ask(Caller& caller, const std::string& fields = {}) {
    caller.send(post_text("/v1/chat/completions", question(R"(,"stream":true,"n":2)"), fields));
  }
};

TEST_F(RequestsRoute, ListsAQuestionFromItsBeginningToItsEnd) {
  script_.model = fovea::test::scripted_model();
  start();
  EXPECT_EQ(listed(), json::array());
  Caller caller(server_->port());
  ask(caller);
  json list = listed_in("waiting");
  EXPECT_EQ(list[0]["tokens"], 0);
  EXPECT_EQ(list[0]["caller"], "127.0.0.1") << "without keys, by address";
  EXPECT_EQ(list[0]["route"], "/v1/chat/completions");
  EXPECT_EQ(list[0]["id"].get<std::string>().size(), 16U);
  EXPECT_GT(list[0]["seconds"], 0.0);
  Caller second(server_->port());
  ask(second);
  list = listed_in("waiting", 2);
  EXPECT_GT(list[0]["seconds"], list[1]["seconds"]) << "the oldest first";
  caller.hang_up();
  second.hang_up();
  listed_in("", 0);
}

TEST_F(RequestsRoute, ListsThoseThatNobodyHasReadYet) {
  std::promise<void> go;
  script_.model = fovea::test::scripted_model();
  script_.before_submit = [ready = go.get_future().share()] { ready.wait(); };
  start();
  std::vector<std::unique_ptr<Caller>> callers;
  for (std::size_t i = 0; i < 6; ++i) {  // two more than the server has threads to read them
    callers.push_back(std::make_unique<Caller>(server_->port()));
    ask(*callers.back());
    const json list = listed_in("waiting", i + 1);
    if (list.size() != i + 1) break;
    EXPECT_EQ(list.back()["state"], "waiting");
    EXPECT_LT(list.back()["seconds"], list.front()["seconds"].get<double>() + 1e-9) << "the oldest first";
  }
  go.set_value();
  callers.clear();
  listed_in("", 0);
}

TEST_F(RequestsRoute, ForgetsAQuestionThatIsRefused) {
  script_.model = fovea::test::scripted_model();
  start();
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(post("/v1/chat/completions", "{"), HasSubstr(" 400 "));
    EXPECT_EQ(listed(), json::array());
  }
}

TEST_F(RequestsRoute, TellsHowFarItIs) {
  script_.model = fovea::test::scripted_model();
  script_.steps = {{{}, Preprocessed{{}, 7}}, {{}, PrefillProgress{Stage::kPrefill, 1, 7}}};
  start();
  Caller caller(server_->port());
  ask(caller);
  EXPECT_EQ(listed_in("prefill")[0]["tokens"], 0);
}

TEST_F(RequestsRoute, CountsTheTokensOfAllChoices) {
  script_.model = fovea::test::scripted_model();
  script_.steps = {says("One"), says(" two")};
  start();
  Caller caller(server_->port());
  ask(caller);
  for (int i = 0; i < 500 && listed_in("decode")[0]["tokens"] != 4; ++i) usleep(10'000);
  EXPECT_EQ(listed_in("decode")[0]["tokens"], 4);
}

TEST_F(RequestsRoute, TellsNamesToKeyHoldersAndWordsToNobody) {
  script_.model = fovea::test::scripted_model();
  ServerOptions options;
  ASSERT_TRUE(options.keys.add("desk", "a-key-of-thirty-two-letters-or-so"));
  start(std::move(options));
  EXPECT_THAT(get("/v1/requests"), HasSubstr(" 401 "));
  const std::string key = "Authorization: Bearer a-key-of-thirty-two-letters-or-so\r\n";
  Caller caller(server_->port());
  ask(caller, key);
  std::string reply;
  for (int i = 0; i < 500 && reply.find("desk") == std::string::npos; ++i) {
    reply = get("/v1/requests", key);
    usleep(10'000);
  }
  EXPECT_THAT(reply, HasSubstr(R"("caller":"desk")"));
  EXPECT_THAT(reply, Not(HasSubstr("What is this")));
}

}  // namespace
}  // namespace fovea::server::test
