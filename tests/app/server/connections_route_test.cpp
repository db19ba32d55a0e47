// Whom the program asks: pictures by address in the ledger, and what GET /v1/connections tells of it.
#include "app/server/media/media_fetcher.h"
#include "core/remote/remote_engine.h"
#include "tests/app/server/test_server.h"
#include "tests/core/remote/scripted_server.h"

#include <cstring>

#include <netinet/in.h>
#include <nlohmann/json.hpp>

namespace fovea::server::test {
namespace {

using fovea::test::ScriptedServer;
using fovea::test::WireConnection;
using fovea::test::WireRequest;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

bool may_dial_all(const sockaddr&) {
  return true;
}

/// A server of pictures on this machine, which a fetcher may dial here; what it says is the test's.
struct Pictures {
  ScriptedServer server{[](const WireRequest&, WireConnection&) {}};
  std::shared_ptr<OutboundLedger> ledger = std::make_shared<OutboundLedger>();

  auto fetch(FetchLimits limits = {}) const {
    return MediaFetcher(limits, ledger, may_dial_all).fetch(server.address() + "/v1/models?secret=1");
  }
  OutboundExchange only() const {
    const std::vector<OutboundExchange> all = ledger->exchanges();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? OutboundExchange() : all.front();
  }
};

TEST(FetchedMedia, IsNotedWithWhatCameAndHowItEnded) {
  Pictures there;
  there.server.answer_models([](const WireRequest&, WireConnection& wire) { wire.reply(200, "a picture"); });
  ASSERT_TRUE(there.fetch());
  const OutboundExchange one = there.only();
  EXPECT_EQ(one.host, "127.0.0.1") << "and neither path nor query";
  EXPECT_EQ(one.port, there.server.port());
  EXPECT_EQ(one.why, kWhyMedia);
  EXPECT_EQ(one.verdict, OutboundVerdict::kAnswered);
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(one.received_bytes, 9U);
}

TEST(FetchedMedia, SaysWhatWentWrongToTheOwnerAlone) {
  Pictures missing;
  missing.server.answer_models([](const WireRequest&, WireConnection& wire) { wire.reply(404, "no"); });
  EXPECT_FALSE(missing.fetch());
  EXPECT_EQ(missing.only().verdict, OutboundVerdict::kRefused);
  EXPECT_EQ(missing.only().status, 404);

  Pictures large;
  large.server.answer_models(
      [](const WireRequest&, WireConnection& wire) { wire.reply(200, std::string(2000, 'x')); });
  EXPECT_FALSE(large.fetch(FetchLimits{1000, 2.0, 3}));
  EXPECT_EQ(large.only().verdict, OutboundVerdict::kStopped);

  Pictures slow;
  slow.server.answer_models([](const WireRequest&, WireConnection& wire) { wire.wait_for_close(); });
  EXPECT_FALSE(slow.fetch(FetchLimits{1000, 0.2, 3}));
  EXPECT_EQ(slow.only().verdict, OutboundVerdict::kStopped);

  const auto ledger = std::make_shared<OutboundLedger>();
  EXPECT_FALSE(MediaFetcher(FetchLimits{}, ledger, may_dial_all).fetch("http://127.0.0.1:1/"));
  EXPECT_EQ(ledger->exchanges().at(0).verdict, OutboundVerdict::kFailed);
  EXPECT_FALSE(MediaFetcher(FetchLimits{}, ledger).fetch("http://[::1]:1/"));
  EXPECT_EQ(ledger->exchanges().at(1).verdict, OutboundVerdict::kForbidden);
  EXPECT_EQ(ledger->exchanges().at(1).host, "::1");
  EXPECT_FALSE(MediaFetcher(FetchLimits{}, ledger).fetch("file:///etc/passwd"));
  EXPECT_EQ(ledger->exchanges().size(), 2U) << "no connection would ever come of it";
}

TEST(FetchedMedia, EachHopIsOneMoreAndTheLimitHolds) {
  Pictures chain;
  chain.server.answer_models([](const WireRequest& request, WireConnection& wire) {
    if (request.path == "/v1/models?end") return wire.reply(200, "a picture");
    wire.reply(302, "elsewhere", "Location: /v1/models?end\r\n");
  });
  ASSERT_TRUE(chain.fetch());
  const std::vector<OutboundExchange> hops = chain.ledger->exchanges();
  ASSERT_EQ(hops.size(), 2U);
  EXPECT_EQ(hops[0].status, 302);
  EXPECT_EQ(hops[1].status, 200);

  Pictures circle;
  circle.server.answer_models(
      [](const WireRequest&, WireConnection& wire) { wire.reply(302, "again", "Location: /v1/models\r\n"); });
  EXPECT_FALSE(circle.fetch(FetchLimits{1000, 5.0, 3}));
  EXPECT_EQ(circle.ledger->exchanges().size(), 4U) << "three redirects";

  Pictures file;
  file.server.answer_models([](const WireRequest&, WireConnection& wire) {
    wire.reply(302, "away", "Location: file:///etc/passwd\r\n");
  });
  EXPECT_FALSE(file.fetch());
  EXPECT_EQ(file.ledger->exchanges().size(), 1U);
}

/// The port of a server that only this machine reaches, for may_dial_all_but_it().
int inner_port = 0;
bool may_dial_all_but_it(const sockaddr& address) {
  sockaddr_in v4{};
  std::memcpy(&v4, &address, sizeof v4);
  return ntohs(v4.sin_port) != inner_port;
}

TEST(FetchedMedia, ARedirectLeadsNowhereThatMayNotBeDialled) {
  ScriptedServer inner([](const WireRequest&, WireConnection&) {});
  inner.answer_models([](const WireRequest&, WireConnection& wire) { wire.reply(200, "a secret"); });
  inner_port = inner.port();
  Pictures outer;
  outer.server.answer_models([&inner](const WireRequest&, WireConnection& wire) {
    wire.reply(302, "further", "Location: " + inner.address() + "/v1/models\r\n");
  });
  const MediaFetcher fetcher(FetchLimits{}, outer.ledger, may_dial_all_but_it);
  const auto fetched = fetcher.fetch(outer.server.address() + "/v1/models");
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().text(),
            MediaFetcher({}, outer.ledger).fetch("file:///etc/passwd").error().text());
  EXPECT_TRUE(inner.requests().empty());
  const std::vector<OutboundExchange> hops = outer.ledger->exchanges();
  ASSERT_EQ(hops.size(), 2U);
  EXPECT_EQ(hops[0].status, 302);
  EXPECT_EQ(hops[1].verdict, OutboundVerdict::kForbidden);
}

/// What a server tells of its connections.
class ConnectionsRoute : public ServerTest {
 protected:
  json told(const std::string& fields = {}) { return json::parse(body_of(get("/v1/connections", fields))); }
  void ask_about(const std::string& url, const std::string& fields = {}) {
    const json content = {{{"type", "image_url"}, {"image_url", {{"url", url}}}},
                          {{"type", "text"}, {"text", "What is this?"}}};
    const json body = {{"messages", {{{"role", "user"}, {"content", content}}}}};
    EXPECT_THAT(post("/v1/chat/completions", body.dump(), fields), HasSubstr(" 400 "));
  }
};

TEST_F(ConnectionsRoute, ListsTheLatestFirstWithoutContents) {
  ServerOptions options;
  const auto ledger = options.ledger;
  start(std::move(options));
  EXPECT_EQ(told(), json({{"object", "list"}, {"data", json::array()}, {"not_kept", 0}}));
  ledger->end(ledger->begin("api.example.org", 443, kWhyQuestion),
              {OutboundVerdict::kRefused, 401, 2'000, 30});
  ledger->begin("hooks.example.org", 443, kWhyAlert);
  const json list = told()["data"];
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0]["host"], "hooks.example.org");
  EXPECT_EQ(list[0]["verdict"], "under_way");
  EXPECT_TRUE(list[0]["status"].is_null());
  json one = list[1];
  EXPECT_GT(one["begun"], 1'700'000'000);
  one.erase("begun");
  EXPECT_EQ(one, json({{"number", 1},
                       {"host", "api.example.org"},
                       {"port", 443},
                       {"why", "question"},
                       {"verdict", "refused"},
                       {"status", 401},
                       {"sent_bytes", 2'000},
                       {"received_bytes", 30}}));
  for (std::size_t i = 0; i < OutboundLedger::kMost; ++i) ledger->begin("h", 80, kWhyQuestion);
  EXPECT_EQ(told()["not_kept"], 2);
}

TEST_F(ConnectionsRoute, ARefusedFetchIsThereAndTellsNothingOfTheNetwork) {
  ServerOptions options;
  options.fetch_media = true;
  const auto ledger = options.ledger;
  start(std::move(options));
  ScriptedServer inside([](const WireRequest&, WireConnection&) {});
  ask_about(inside.address() + "/private/picture.png?token=abc");
  ask_about("http://no-such-name.invalid/picture.png");
  ASSERT_EQ(ledger->exchanges().size(), 2U);
  EXPECT_EQ(ledger->exchanges()[0].verdict, OutboundVerdict::kForbidden);
  EXPECT_EQ(ledger->exchanges()[1].verdict, OutboundVerdict::kFailed);
  json list = told()["data"];
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1]["host"], "127.0.0.1");
  EXPECT_EQ(list[1]["port"], inside.port());
  EXPECT_EQ(list[0]["host"], "no-such-name.invalid");
  for (const json& one : list) {
    EXPECT_EQ(one["why"], "media");
    EXPECT_EQ(one["verdict"], "not_fetched") << "a name that leads inside reads like one that leads nowhere";
    EXPECT_TRUE(one["status"].is_null());
    EXPECT_EQ(one["received_bytes"], 0);
  }
  EXPECT_TRUE(inside.requests().empty());
  const std::string all = told().dump();
  for (const char* secret : {"private", "picture", "token", "abc"}) EXPECT_THAT(all, Not(HasSubstr(secret)));
}

TEST_F(ConnectionsRoute, NeedsTheKeyAndAnOpenRoute) {
  ServerOptions options;
  ASSERT_TRUE(options.keys.add("desk", "a-key-of-thirty-two-letters-or-so"));
  start(std::move(options));
  EXPECT_THAT(get("/v1/connections"), HasSubstr(" 401 "));
  EXPECT_EQ(told("X-Api-Key: a-key-of-thirty-two-letters-or-so\r\n")["data"], json::array());
  server_.reset();
  ServerOptions closed;
  closed.routes = {"/v1/chat/completions"};
  start(std::move(closed));
  EXPECT_THAT(get("/v1/connections"), HasSubstr(" 404 "));
}

TEST(ConnectionsOfAServer, AQuestionPassedOnIsAmongThem) {
  ScriptedServer far([](const WireRequest&, WireConnection& wire) {
    wire.begin_stream();
    wire.send(fovea::test::whole_answer());
  });
  ServerOptions here;
  here.port = 0;
  RemoteOptions options;
  options.server = far.address();
  options.ledger = here.ledger;
  const auto engine = connect_remote_engine(options, {});
  ASSERT_TRUE(engine) << engine.error().text();
  const auto server = start_server(**engine, here, "{}");
  ASSERT_TRUE(server) << server.error().text();
  const std::string body = R"({"messages":[{"role":"user","content":"A secret?"}]})";
  Caller caller((*server)->port());
  caller.send(
      "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
      "application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_THAT(caller.read_all(), HasSubstr(" 200 "));
  Caller looker((*server)->port());
  looker.send("GET /v1/connections HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string reply = looker.read_all();
  EXPECT_THAT(reply, HasSubstr(R"("port":)" + std::to_string(far.port()) + R"(,"why":"question")"));
  EXPECT_THAT(reply, HasSubstr(R"("why":"list of models")"));
  EXPECT_THAT(reply, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace fovea::server::test
