// The server over an engine that is a server elsewhere.
#include "app/server/server.h"
#include "core/remote/remote_engine.h"
#include "tests/app/server/test_server.h"
#include "tests/core/remote/scripted_server.h"

#include <nlohmann/json.hpp>

namespace fovea::server::test {
namespace {

using fovea::test::ScriptedServer;
using fovea::test::WireConnection;
using fovea::test::WireRequest;
using nlohmann::json;

TEST(FarServer, ToolCallsAskedOfItArriveAsToolCalls) {
  ScriptedServer far([](const WireRequest&, WireConnection& connection) {
    connection.begin_stream();
    for (
        const char* delta :
        {R"({"role":"assistant","content":null})", R"({"content":"Let me see."})",
         R"({"tool_calls":[{"index":0,"id":"x1","type":"function","function":{"name":"add","arguments":""}}]})",
         R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"a\": 1, "}}]})",
         R"({"tool_calls":[{"index":0,"function":{"arguments":"\"b\": \"</x>\"}"}}]})",
         R"({"tool_calls":[{"index":1,"id":"x2","type":"function","function":{"name":"now","arguments":"{}"}}]})"})
      connection.send(std::string(R"(data: {"choices":[{"index":0,"delta":)") + delta + "}]}\n\n");
    connection.send(fovea::test::finish_event("tool_calls") + std::string(fovea::test::kDone));
  });
  RemoteOptions options;
  options.server = far.address();
  const auto engine = connect_remote_engine(options, {});
  ASSERT_TRUE(engine) << engine.error().text();
  ServerOptions here;
  here.port = 0;
  const auto server = start_server(**engine, here, "{}");
  ASSERT_TRUE(server) << server.error().text();
  const std::string body =
      R"({"messages":[{"role":"user","content":"1 + 1?"}],"tools":[{"type":"function","function":{"name":"add"}}]})";
  Caller caller((*server)->port());
  caller.send(
      "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
      "application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const std::string answer = caller.read_all();
  const json told = json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
  const json& choice = told["choices"][0];
  EXPECT_EQ(choice["finish_reason"], "tool_calls");
  EXPECT_EQ(choice["message"]["content"], "Let me see.");
  ASSERT_EQ(choice["message"]["tool_calls"].size(), 2U) << answer;
  const json& first = choice["message"]["tool_calls"][0]["function"];
  EXPECT_EQ(first["name"], "add");
  EXPECT_EQ(json::parse(first["arguments"].get<std::string>()), json({{"a", 1}, {"b", "</x>"}}));
  EXPECT_EQ(choice["message"]["tool_calls"][1]["function"]["name"], "now");
  EXPECT_EQ(json::parse(far.questions().at(0).body)["tools"][0]["function"]["name"], "add");
}

}  // namespace
}  // namespace fovea::server::test
