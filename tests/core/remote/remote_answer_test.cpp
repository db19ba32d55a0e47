// A streamed answer from a real server on this machine: text, numbers, every way to end.
#include "remote_fixture.h"

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace fovea::test {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

ScriptedServer::Handler streams(std::string bytes) {
  return [bytes = std::move(bytes)](const WireRequest&, WireConnection& connection) {
    connection.begin_stream();
    connection.send(bytes);
  };
}

TEST(RemoteAnswer, ComesPieceByPieceWithWhatTheServerCounted) {
  ScriptedServer server(streams(whole_answer()));
  const auto engine = connected(options_for(server));
  const auto events = ask(*engine);
  EXPECT_TRUE(std::holds_alternative<Queued>(events.front().what));
  EXPECT_EQ(EventLog::text_of(events), "The sign says ÄÖ 停.");
  const Finished& finished = finish_of(events);
  EXPECT_EQ(finished.reason, FinishReason::kEndOfText);
  const RequestMetrics& metrics = finished.metrics;
  EXPECT_EQ(metrics.prompt_tokens, 21);
  EXPECT_EQ(metrics.completion_tokens, 7);
  EXPECT_FALSE(metrics.untold.tokens);
  EXPECT_FALSE(metrics.untold.vision);  // there was no picture
  EXPECT_FALSE(metrics.untold.reasoning);
  EXPECT_EQ(metrics.token_times.size(), 3U);
  EXPECT_NEAR(metrics.stages.total(), metrics.total_seconds, 1e-9);
  EXPECT_GT(metrics.stages[Stage::kUpload], 0.0);
  EXPECT_GT(metrics.stages[Stage::kFirstToken], 0.0);
  EXPECT_EQ(engine->metrics().finished, 1);
}

TEST(RemoteAnswer, SurvivesEveryCut) {
  const std::string bytes = whole_answer();
  std::atomic<std::size_t> cut{0};
  ScriptedServer server([&](const WireRequest&, WireConnection& connection) {
    connection.begin_stream();
    connection.send(bytes.substr(0, cut));
    std::this_thread::sleep_for(1ms);
    connection.send(bytes.substr(cut));
  });
  const auto engine = connected(options_for(server));
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    cut = i;
    const auto events = ask(*engine);
    EXPECT_EQ(EventLog::text_of(events), "The sign says ÄÖ 停.") << "cut at " << i;
    EXPECT_EQ(finish_of(events).metrics.completion_tokens, 7);
  }
}

TEST(RemoteAnswer, CountsThatNobodyToldAreUnknown) {
  ScriptedServer server(streams(reasoning_event("Hm. ") + text_event("Yes.") + text_event(" Or no.") +
                                finish_event("length") + std::string(kDone)));
  const auto engine = connected(options_for(server));
  GenerationRequest request = question();
  Message picture;
  picture.content.emplace_back(
      ImagePart{{"a.png",
                 std::make_shared<std::vector<std::uint8_t>>(std::vector<std::uint8_t>{0x89, 'P', 'N', 'G'}),
                 {}}});
  request.messages.push_back(picture);
  const auto events = ask(*engine, std::move(request));
  EXPECT_EQ(EventLog::text_of(events, true), "Hm. ");
  EXPECT_EQ(EventLog::text_of(events), "Yes. Or no.");
  const Finished& finished = finish_of(events);
  EXPECT_EQ(finished.reason, FinishReason::kLength);
  EXPECT_TRUE(finished.metrics.untold.tokens);
  EXPECT_TRUE(finished.metrics.untold.vision);
  EXPECT_TRUE(finished.metrics.untold.reasoning);
  EXPECT_EQ(finished.metrics.tpot(), 0.0);
  EXPECT_GT(finished.metrics.ttft(), 0.0);
  EXPECT_THAT(server.questions().at(0).body, HasSubstr("data:image/png;base64,iVBORw=="));
}

TEST(RemoteAnswer, TakesTheServersOwnStages) {
  ScriptedServer server([](const WireRequest&, WireConnection& connection) {
    std::this_thread::sleep_for(50ms);
    connection.begin_stream();
    connection.send(text_event("Yes.") + finish_event("stop") +
                    "data: {\"choices\": [], \"timings\": {\"stages\": {\"vision\": 0.02, \"prefill\": 0.01, "
                    "\"upload\": 9}, \"vision_reused\": 1}}\n\n" +
                    std::string(kDone));
  });
  const auto engine = connected(options_for(server));
  const auto events = ask(*engine);
  const RequestMetrics& metrics = finish_of(events).metrics;
  EXPECT_EQ(metrics.stages[Stage::kVision], 0.02);
  EXPECT_EQ(metrics.stages[Stage::kPrefill], 0.01);
  EXPECT_EQ(metrics.stages[Stage::kFirstToken], 0.0);
  EXPECT_LT(metrics.stages[Stage::kUpload], 9.0);
  EXPECT_EQ(metrics.vision_reused, 1);
  EXPECT_LE(metrics.stages.total(), metrics.total_seconds);
}

std::string call_event(const std::string& calls) {
  return "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":" + calls + "}}]}\n\n";
}

TEST(RemoteAnswer, WritesToolCallsAsAModelHereWould) {
  const std::string add =
      call_event(R"([{"index":0,"id":"x","type":"function","function":{"name":"add","arguments":""}}])") +
      call_event(R"([{"index":0,"function":{"name":null,"arguments":"{\"a\""}}])");
  const std::string whole = "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call>";
  const std::string now = "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>";
  const std::string ends = finish_event("tool_calls") + std::string(kDone);
  const std::pair<std::string, std::string> cases[] = {
      {text_event("So: ") + add + call_event(R"([{"index":0,"function":{"arguments":": 1}"}}])") + ends,
       "So: " + whole},
      {add +
           call_event(
               R"([{"index":0,"function":{"arguments":": 1}"}},{"index":1,"function":{"name":"now"}}])") +
           ends,
       whole + now},
      // Whole calls without numbers.
      {call_event(R"([{"function":{"name":"add","arguments":"{\"a\": 1}"}},{"function":{"name":"now"}}])") +
           ends,
       whole + now},
      // Cut: it has no end.
      {add + finish_event("length") + std::string(kDone),
       "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\""},
  };
  for (const auto& [stream, text] : cases) {
    ScriptedServer server(streams(stream));
    const auto engine = connected(options_for(server));
    const auto events = ask(*engine);
    EXPECT_EQ(EventLog::text_of(events), text);
    EXPECT_EQ(EventLog::text_of(events, true), "");
    EXPECT_GT(finish_of(events).metrics.ttft(), 0.0);
  }
  ScriptedServer server(streams(call_event(R"({"index":0})") + ends));
  const auto engine = connected(options_for(server));
  EXPECT_EQ(failure_of(ask(*engine)).code, ErrorCode::kUnreachable);
}

/// What llama.cpp's server sends (of October 2026), word for word but for its id.
TEST(RemoteAnswer, ReadsWhatLlamaCppSends) {
  const auto event = [](const std::string& choices, const std::string& more = {}) {
    return "data: {\"choices\":" + choices +
           ",\"created\":1795985411,\"id\":\"chatcmpl-Y\",\"model\":\"tiny.gguf\","
           "\"system_fingerprint\":\"b0-unknown\",\"object\":\"chat.completion.chunk\"" +
           more + "}\n\n";
  };
  ScriptedServer server([&](const WireRequest&, WireConnection& connection) {
    std::this_thread::sleep_for(20ms);
    connection.begin_stream();
    connection.send(
        event(R"([{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}])") +
        event(R"([{"finish_reason":null,"index":0,"delta":{"content":"K"}}])"));
    connection.send(
        event(R"([{"finish_reason":"stop","index":0,"delta":{}}])") +
        event(
            "[]",
            R"(,"usage":{"completion_tokens":1,"prompt_tokens":20,"total_tokens":21,"prompt_tokens_details":)"
            R"({"cached_tokens":7}},"timings":{"cache_n":7,"prompt_n":13,"prompt_ms":2.5,)"
            R"("prompt_per_token_ms":0.12365,"prompt_per_second":8087.343307723413,"predicted_n":1,)"
            R"("predicted_ms":0.25,"predicted_per_token_ms":0.0,"predicted_per_second":0.0})") +
        std::string(kDone));
  });
  const auto engine = connected(options_for(server));
  const auto events = ask(*engine);
  EXPECT_EQ(EventLog::text_of(events), "K");
  const RequestMetrics& metrics = finish_of(events).metrics;
  EXPECT_EQ(metrics.prompt_tokens, 20);
  EXPECT_EQ(metrics.prefix_reused, 7);
  EXPECT_EQ(metrics.stages[Stage::kPrefill], 0.0025);
  EXPECT_EQ(metrics.stages[Stage::kDecode], 0.00025);
  ScriptedServer without_eyes([](const WireRequest&, WireConnection& connection) {
    connection.reply(500,
                     R"({"error":{"code":500,"message":"image input is not supported - hint: if this is )"
                     R"(unexpected, you may need to provide the mmproj","type":"server_error"}})");
  });
  const auto blind = connected(options_for(without_eyes));
  EXPECT_THAT(failure_of(ask(*blind)).text(), HasSubstr("image input is not supported"));
  ScriptedServer loading(streams(""));
  loading.answer_models([](const WireRequest&, WireConnection& connection) {
    connection.reply(503, R"({"error":{"message":"Loading model","type":"unavailable_error","code":503}})");
  });
  const auto refused = connect_remote_engine(options_for(loading), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_THAT(refused.error().message, HasSubstr("Loading model"));
}

TEST(RemoteAnswer, TellsProbabilitiesAsFarAsTheServerDoes) {
  ScriptedServer server(streams(
      R"(data: {"choices":[{"delta":{"content":"no"},"logprobs":{"content":[{"token":"n","logprob":-0.5,"bytes":[110],"among_allowed":-0.25,"top_logprobs":[{"token":"n","logprob":-0.5},{"token":"y","logprob":-1.5}]},{"token":"o","logprob":-0.125},{"token":"?","logprob":"high"},{"token":"?","logprob":7},{"token":"\ufffd","logprob":0,"bytes":[195]}]}}]})"
      "\n\ndata: [DONE]\n\n"));
  const auto engine = connected(options_for(server));
  std::vector<TokenLogprob> told;
  for (const GenerationEvent& event : ask(*engine)) {
    const auto* delta = std::get_if<TextDelta>(&event.what);
    if (delta != nullptr) told.insert(told.end(), delta->logprobs.begin(), delta->logprobs.end());
  }
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].id, -1);
  EXPECT_EQ(told[0].bytes, "n");
  EXPECT_FLOAT_EQ(told[0].among_allowed.value(), -0.25F);
  ASSERT_EQ(told[0].top.size(), 2U);
  EXPECT_EQ(told[0].top[1].bytes, "y");
  EXPECT_FLOAT_EQ(told[1].logprob, -0.125F);
  EXPECT_FALSE(told[1].among_allowed);
  EXPECT_EQ(told[2].bytes, "\xC3");
}

TEST(RemoteAnswer, TimingsThatCannotBeAreLeftOut) {
  ScriptedServer server(streams(text_event("Yes.") + finish_event("stop") +
                                "data: {\"choices\": [], \"timings\": {\"vision\": 1000}}\n\n" +
                                std::string(kDone)));
  const auto engine = connected(options_for(server));
  const auto events = ask(*engine);
  EXPECT_EQ(finish_of(events).metrics.stages[Stage::kVision], 0.0);
}

TEST(RemoteAnswer, SaysWhichStopStringEndedIt) {
  ScriptedServer server(streams(
      text_event("a") +
      "data: {\"choices\": [{\"delta\": {}, \"finish_reason\": \"stop\", \"stop_reason\": \"END\"}]}\n\n" +
      std::string(kDone)));
  const auto engine = connected(options_for(server));
  GenerationRequest request = question();
  request.stop = {"END"};
  const auto events = ask(*engine, std::move(request));
  EXPECT_EQ(finish_of(events).reason, FinishReason::kStopString);
  EXPECT_EQ(finish_of(events).stop_string, "END");
}

TEST(RemoteAnswer, IsWholeThoughTheServerKeepsTheConnection) {
  ScriptedServer server([](const WireRequest&, WireConnection& connection) {
    connection.begin_stream();
    connection.send(text_event("Yes.") + finish_event("stop"));
    connection.wait_for_close();
  });
  const auto engine = connected(options_for(server));
  const auto events = ask(*engine);
  EXPECT_EQ(finish_of(events).reason, FinishReason::kEndOfText);
}

TEST(RemoteAnswer, TellsThePromptsLengthWhereTheServerDoesSoFirst) {
  ScriptedServer server(streams(usage_event(21, 0) + text_event("Yes.") + finish_event("stop") +
                                usage_event(21, 1) + std::string(kDone)));
  const auto engine = connected(options_for(server));
  const auto events = ask(*engine);
  ASSERT_TRUE(std::holds_alternative<Preprocessed>(events.at(1).what));
  EXPECT_EQ(std::get<Preprocessed>(events[1].what).prompt_tokens, 21);
  EXPECT_EQ(finish_of(events).metrics.completion_tokens, 1);
}

TEST(RemoteAnswer, EndlessHeadersAreNotRead) {
  ScriptedServer server([](const WireRequest&, WireConnection& connection) {
    connection.send("HTTP/1.1 200 OK\r\n");
    while (connection.send("X-More: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  const auto engine = connected(options_for(server));
  EXPECT_EQ(failure_of(ask(*engine)).code, ErrorCode::kUnreachable);
}

TEST(RemoteAnswer, ThatBreaksOffKeepsItsTextAndIsNotAskedAgain) {
  ScriptedServer server(streams(text_event("half an ")));
  const auto engine = connected(options_for(server));
  const auto events = ask(*engine);
  EXPECT_EQ(EventLog::text_of(events), "half an ");
  EXPECT_EQ(failure_of(events).code, ErrorCode::kUnreachable);
  EXPECT_THAT(failure_of(events).message, HasSubstr("broke off"));
  EXPECT_EQ(server.questions().size(), 1U);
}

TEST(RemoteAnswer, OfNonsenseFailsInWords) {
  for (const std::string& bytes :
       {std::string("data: {not json\n\n"), std::string("data: [1]\n\n"),
        std::string("data: {\"choices\": 5}\n\n"),
        std::string("data: {\"choices\": [{\"delta\": {\"content\": 5}}]}\n\n"),
        std::string("<html>hello</html>"), "data: " + std::string(5 << 20, 'x') + "\n\n",
        text_event("a") + "data: {\"choices\": [7]}\n\n",
        std::string("data: {\"choices\": [{\"delta\": {\"content\": \"\xFF\"}}]}\n\n")}) {
    ScriptedServer server(streams(bytes));
    const auto engine = connected(options_for(server));
    const Error error = failure_of(ask(*engine));
    EXPECT_EQ(error.code, ErrorCode::kUnreachable) << bytes.substr(0, 60) << error.message;
    EXPECT_THAT(error.message, HasSubstr("does not answer as expected"));
  }
}

TEST(RemoteAnswer, AnErrorInTheStreamIsTheFailure) {
  ScriptedServer server(
      streams(text_event("a") + "data: {\"error\": {\"message\": \"out of \\u001b[31mblocks\"}}\n\n"));
  const auto engine = connected(options_for(server));
  const Error error = failure_of(ask(*engine));
  EXPECT_EQ(error.code, ErrorCode::kModelError);
  EXPECT_THAT(error.message, HasSubstr("out of [31mblocks"));
}

TEST(RemoteAnswer, CancelClosesTheConnection) {
  std::atomic<bool> closed{false};
  ScriptedServer server([&](const WireRequest&, WireConnection& connection) {
    connection.begin_stream();
    connection.send(text_event("begun"));
    closed = connection.wait_for_close();
  });
  const auto engine = connected(options_for(server));
  EventLog log;
  const auto id = engine->submit(question(), log.sink());
  log.wait_for_text(5);
  engine->cancel(*id);
  const auto events = log.wait();
  EXPECT_EQ(finish_of(events).reason, FinishReason::kCancelled);
  EXPECT_EQ(EventLog::text_of(events), "begun");
  while (!closed) std::this_thread::yield();  // the test's time limit is the failure
  engine->cancel(*id);
  engine->cancel(12345);
}

TEST(RemoteAnswer, ManyAtOnceDoNotMix) {
  ScriptedServer server([](const WireRequest& request, WireConnection& connection) {
    const auto body = nlohmann::json::parse(request.body);
    connection.begin_stream();
    for (const char c : body["messages"][0]["content"].get<std::string>())
      connection.send(text_event(std::string(1, c)));
    connection.send(finish_event("stop") + std::string(kDone));
  });
  const auto engine = connected(options_for(server));
  constexpr int kThreads = 4;
  constexpr int kEach = 16;
  std::vector<EventLog> logs(static_cast<std::size_t>(kThreads * kEach));
  std::vector<std::thread> callers;
  for (int thread = 0; thread < kThreads; ++thread) {
    callers.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const int number = thread * kEach + i;
        EXPECT_TRUE(engine
                        ->submit(question("question " + std::to_string(number)),
                                 logs[static_cast<std::size_t>(number)].sink())
                        .has_value());
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (std::size_t i = 0; i < logs.size(); ++i) {
    EXPECT_EQ(EventLog::text_of(logs[i].wait()), "question " + std::to_string(i));
  }
  EXPECT_EQ(engine->metrics().running, 0);
}

TEST(RemoteAnswer, DestroyingTheEngineEndsAllOfThem) {
  ScriptedServer server([](const WireRequest&, WireConnection& connection) {
    connection.begin_stream();
    connection.send(text_event("begun"));
    connection.wait_for_close();
  });
  std::vector<EventLog> logs(12);
  {
    const auto engine = connected(options_for(server));
    for (EventLog& log : logs) ASSERT_TRUE(engine->submit(question(), log.sink()).has_value());
    logs[0].wait_for_text(5);
  }
  for (EventLog& log : logs) {
    const auto events = log.now();
    ASSERT_FALSE(events.empty());
    ASSERT_TRUE(events.back().last());
    EXPECT_EQ(finish_of(events).reason, FinishReason::kCancelled);
  }
}

}  // namespace
}  // namespace fovea::test
