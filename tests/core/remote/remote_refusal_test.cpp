// What servers refuse, and when a question is sent again.
#include "remote_fixture.h"

#include <thread>

#include <gmock/gmock.h>
#include <unistd.h>

namespace fovea::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

constexpr const char* kKey = "sk-very-secret-12345";

/// Answers the first questions with a status, the others well.
ScriptedServer::Handler refuses(int times, int status, const std::string& body = "{}",
                                const std::string& headers = "") {
  return [=, count = std::make_shared<std::atomic<int>>(0)](const WireRequest&, WireConnection& connection) {
    if ((*count)++ < times) return connection.reply(status, body, headers);
    connection.begin_stream();
    connection.send(whole_answer());
  };
}

Error refused_with(int status, const std::string& body) {
  ScriptedServer server(refuses(1000, status, body));
  RemoteOptions options = options_for(server);
  options.key = kKey;
  const auto engine = connected(options);
  Error error = failure_of(ask(*engine));
  EXPECT_THAT(error.text(), Not(HasSubstr(kKey)));
  return error;
}

TEST(RemoteRefusal, HasACodeAndTheServersWords) {
  Error error = refused_with(401, R"({"error": {"message": "Incorrect key: sk-very-secret-12345"}})");
  EXPECT_EQ(error.code, ErrorCode::kForbidden);
  EXPECT_THAT(error.message, HasSubstr("Incorrect key: [key]"));
  EXPECT_EQ(refused_with(403, "").code, ErrorCode::kForbidden);
  EXPECT_THAT(refused_with(404, R"({"detail": "no such model"})").message, HasSubstr("no such model"));
  error = refused_with(
      400, "{\"message\": \"bad \\u001b]0;title\\u0007 \xE2\x80\xAE " + std::string(5000, 'x') + "\"}");
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_LT(error.message.size(), 500U);
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
  EXPECT_EQ(error.message.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(refused_with(413, "").code, ErrorCode::kTooLarge);
  EXPECT_EQ(refused_with(500, "<html>").code, ErrorCode::kUnreachable);
  EXPECT_THAT(refused_with(500, "<html>").message, HasSubstr("500"));
}

TEST(RemoteRefusal, BusyIsTriedAgain) {
  for (const int status : {429, 503}) {
    ScriptedServer server(refuses(2, status));
    const auto engine = connected(options_for(server));
    EXPECT_EQ(finish_of(ask(*engine)).metrics.completion_tokens, 7);
    EXPECT_EQ(server.questions().size(), 3U);
  }
}

TEST(RemoteRefusal, BusyIsGivenUpInTheEnd) {
  ScriptedServer server(refuses(1000, 503));
  const auto engine = connected(options_for(server));
  EXPECT_EQ(failure_of(ask(*engine)).code, ErrorCode::kBusy);
  EXPECT_EQ(server.questions().size(), 4U);
}

TEST(RemoteRefusal, RetryAfterIsObeyedOrTheServerGivenUp) {
  {
    ScriptedServer server(refuses(1, 429, "{}", "Retry-After: 1\r\n"));
    const auto engine = connected(options_for(server));
    const auto events = ask(*engine);
    EXPECT_GE(finish_of(events).metrics.stages[Stage::kQueue], 1.0);
  }
  ScriptedServer server(refuses(1, 429, "{}", "Retry-After: 3600\r\n"));
  const auto engine = connected(options_for(server));
  EXPECT_EQ(failure_of(ask(*engine)).code, ErrorCode::kBusy);
  EXPECT_EQ(server.questions().size(), 1U);
}

TEST(RemoteRefusal, AConnectionLostBeforeTheFirstTextIsTriedAgain) {
  std::atomic<int> count{0};
  ScriptedServer server([&](const WireRequest&, WireConnection& connection) {
    if (count++ < 2) return;  // closes without a word
    connection.begin_stream();
    connection.send(whole_answer());
  });
  const auto engine = connected(options_for(server));
  EXPECT_EQ(EventLog::text_of(ask(*engine)), "The sign says ÄÖ 停.");
  EXPECT_EQ(count, 3);
}

TEST(RemoteRefusal, CancelEndsAPause) {
  ScriptedServer server(refuses(1000, 429, "{}", "Retry-After: 20\r\n"));
  const auto engine = connected(options_for(server));
  EventLog log;
  const auto id = engine->submit(question(), log.sink());
  while (server.questions().empty()) std::this_thread::yield();
  engine->cancel(*id);
  const auto events = log.wait();
  EXPECT_EQ(finish_of(events).reason, FinishReason::kCancelled);
}

TEST(RemoteRefusal, SilenceEndsInWords) {
  ScriptedServer server([](const WireRequest&, WireConnection& connection) {
    connection.begin_stream();
    connection.send(text_event("begun"));
    connection.wait_for_close();
  });
  RemoteOptions options = options_for(server);
  options.patience.silence = 150ms;
  const auto engine = connected(options);
  const auto events = ask(*engine);
  EXPECT_EQ(EventLog::text_of(events), "begun");
  EXPECT_THAT(failure_of(events).message, HasSubstr("silent for 0.1 s"));
}

TEST(RemoteRefusal, NoFirstTextEndsInWordsToo) {
  ScriptedServer server([](const WireRequest&, WireConnection& connection) {
    connection.begin_stream();
    while (connection.send(": still here\n\n")) std::this_thread::sleep_for(10ms);
  });
  RemoteOptions options = options_for(server);
  options.patience.first_answer = 200ms;
  const auto engine = connected(options);
  EXPECT_THAT(failure_of(ask(*engine)).message, HasSubstr("no text for 0.2 s"));
}

TEST(RemoteRefusal, ADeadlineThatPassedIsBusy) {
  ScriptedServer server([](const WireRequest&, WireConnection& connection) { connection.wait_for_close(); });
  const auto engine = connected(options_for(server));
  GenerationRequest request = question();
  request.deadline_seconds = 0.1;
  EXPECT_EQ(failure_of(ask(*engine, std::move(request))).code, ErrorCode::kBusy);
}

TEST(RemoteRefusal, ClipsAreRefusedKindly) {
  ScriptedServer server(refuses(0, 0));
  const auto engine = connected(options_for(server));
  GenerationRequest request = question();
  VideoInput clip;
  clip.path = "clip.mp4";
  request.messages[0].content.emplace_back(VideoPart{clip});
  request.messages[0].plain_text = false;
  EXPECT_EQ(failure_of(ask(*engine, std::move(request))).code, ErrorCode::kUnsupported);
  request = question();
  request.tools_json = "{}";
  EXPECT_EQ(failure_of(ask(*engine, std::move(request))).field, "tools");
  EXPECT_TRUE(server.questions().empty());
  EXPECT_EQ(engine->preview(question()).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(engine->set_scheduling({}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(engine->submit({}, [](const GenerationEvent&) {}).error().code, ErrorCode::kInvalidArgument);
}

Error refused_connection(const RemoteOptions& options) {
  const auto engine = connect_remote_engine(options, {});
  return engine ? Error{ErrorCode::kInternal, "it was taken", {}, {}} : engine.error();
}

TEST(RemoteConnection, ChoosesTheModel) {
  ScriptedServer one(refuses(0, 0));
  EXPECT_EQ(connected(options_for(one))->model().name, "test-model");
  EXPECT_EQ(connected(options_for(one))->model().context_tokens, 4096);
  ScriptedServer two(refuses(0, 0), {"first", "second\x1b[2J"});
  RemoteOptions options = options_for(two);
  const Error several = refused_connection(options);
  EXPECT_EQ(several.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(several.message, HasSubstr("first, second [2J"));
  options.model = "third";
  EXPECT_EQ(refused_connection(options).code, ErrorCode::kNotFound);
  options.model = "first";
  options.server += "/v1/";
  EXPECT_EQ(connected(options)->model().name, "first");
  ScriptedServer none(refuses(0, 0), {});
  options = options_for(none);
  EXPECT_EQ(refused_connection(options).code, ErrorCode::kNotFound);
  options.model = "loaded on demand";
  EXPECT_EQ(connected(options)->model().name, "loaded on demand");
}

TEST(RemoteConnection, OtherServersAreNamedAsSuch) {
  ScriptedServer server(refuses(0, 0));
  server.answer_models(
      [](const WireRequest&, WireConnection& connection) { connection.reply(200, "<html>"); });
  EXPECT_THAT(refused_connection(options_for(server)).message, HasSubstr("no list of models"));
  server.answer_models([](const WireRequest&, WireConnection& connection) { connection.reply(401, ""); });
  EXPECT_EQ(refused_connection(options_for(server)).code, ErrorCode::kForbidden);
  RemoteOptions encrypted = options_for(server);
  encrypted.server = "https://127.0.0.1:" + std::to_string(server.port());
  EXPECT_THAT(refused_connection(encrypted).message, HasSubstr("No encrypted connection"));
}

TEST(RemoteConnection, NobodyThereSaysSo) {
  RemoteOptions options;
  {
    ScriptedServer gone(refuses(0, 0));
    options = options_for(gone);
  }
  const Error error = refused_connection(options);
  EXPECT_EQ(error.code, ErrorCode::kUnreachable);
  EXPECT_THAT(error.message, HasSubstr("No server answers at 127.0.0.1"));
  options.server = "http://no-such-host.invalid:8000";
  EXPECT_THAT(refused_connection(options).message, HasSubstr("no host no-such-host.invalid"));
}

TEST(RemoteConnection, TheObserverAndTheClockEndTheWait) {
  ScriptedServer server(refuses(0, 0));
  server.answer_models([](const WireRequest&, WireConnection& connection) { connection.wait_for_close(); });
  RemoteOptions options = options_for(server);
  const auto given_up = connect_remote_engine(options, [](const LoadProgress&) { return false; });
  ASSERT_FALSE(given_up);
  EXPECT_EQ(given_up.error().code, ErrorCode::kCancelled);
  options.patience.silence = 100ms;
  EXPECT_THAT(refused_connection(options).message, HasSubstr("did not answer in time"));
}

TEST(RemoteConnection, TheKeyGoesToItsServerOnly) {
  ScriptedServer elsewhere(refuses(0, 0));
  ScriptedServer server([&](const WireRequest&, WireConnection& connection) {
    connection.reply(307, "", "Location: " + elsewhere.address() + "/v1/chat/completions\r\n");
  });
  RemoteOptions options = options_for(server);
  options.key = kKey;
  const auto engine = connected(options);
  const Error error = failure_of(ask(*engine));
  EXPECT_EQ(error.code, ErrorCode::kUnreachable);
  EXPECT_THAT(error.message, HasSubstr("not followed"));
  EXPECT_TRUE(elsewhere.requests().empty());
  for (const WireRequest& request : server.requests()) {
    EXPECT_EQ(request.headers.at("authorization"), std::string("Bearer ") + kKey);
  }
}

TEST(RemoteConnection, AKeyIsNotSentInTheOpen) {
  RemoteOptions options;
  options.key = kKey;
  for (const char* address :
       {"http://192.0.2.1:8000", "http://example.invalid", "http://127.0.0.1.example.invalid"}) {
    options.server = address;
    const Error error = refused_connection(options);
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument) << address;
    EXPECT_THAT(error.text(), HasSubstr("unencrypted"));
    EXPECT_THAT(error.text(), Not(HasSubstr(kKey)));
  }
  options.insecure_key = true;
  options.server = "http://example.invalid";
  EXPECT_EQ(refused_connection(options).code, ErrorCode::kUnreachable);
  options.server = "http://127.0.0.1:1";
  options.key = "two\r\nX-Lines: 1";
  EXPECT_EQ(refused_connection(options).code, ErrorCode::kInvalidArgument);
}

TEST(RemoteConnection, IsNotedInTheLedger) {
  ScriptedServer server(refuses(1, 503));
  RemoteOptions options = options_for(server);
  options.ledger = std::make_shared<OutboundLedger>();
  {
    const auto engine = connected(options);
    finish_of(ask(*engine));
  }
  const auto exchanges = options.ledger->exchanges();
  ASSERT_EQ(exchanges.size(), 3U);
  EXPECT_EQ(exchanges[0].why, "list of models");
  EXPECT_EQ(exchanges[2].why, "question");
  EXPECT_EQ(exchanges[2].host, "127.0.0.1");
  EXPECT_EQ(exchanges[2].port, server.port());
  EXPECT_EQ(exchanges[2].sent_bytes, server.questions().back().body.size());
  EXPECT_EQ(exchanges[2].received_bytes, whole_answer().size());
  EXPECT_EQ(exchanges[0].verdict, OutboundVerdict::kAnswered);
  EXPECT_EQ(exchanges[1].verdict, OutboundVerdict::kRefused);
  EXPECT_EQ(exchanges[1].status, 503);
  EXPECT_EQ(exchanges[2].verdict, OutboundVerdict::kAnswered);
  EXPECT_EQ(exchanges[2].status, 200);
}

TEST(RemoteConnection, ItsEndIsNotedAsItCame) {
  RemoteOptions options;
  options.server = "http://127.0.0.1:1";
  options.ledger = std::make_shared<OutboundLedger>();
  refused_connection(options);
  ScriptedServer lost([](const WireRequest&, WireConnection& connection) {
    connection.begin_stream();
    connection.send(text_event("Half"));
  });
  options.server = lost.address();
  EXPECT_TRUE(std::holds_alternative<Failed>(ask(*connected(options)).back().what));
  const auto exchanges = options.ledger->exchanges();
  ASSERT_EQ(exchanges.size(), 3U);
  EXPECT_EQ(exchanges[0].verdict, OutboundVerdict::kFailed);
  EXPECT_EQ(exchanges[0].status, 0);
  EXPECT_EQ(exchanges[2].why, "question");
  EXPECT_EQ(exchanges[2].verdict, OutboundVerdict::kFailed) << "its end is missing";
  EXPECT_EQ(options.ledger->changes(), 6U);
}

TEST(RemoteList, GivesEachNameOnceWithItsContext) {
  ScriptedServer server(refuses(1, 503), {"a", "b", "a"});
  const auto models = list_remote_models(options_for(server), {});
  ASSERT_TRUE(models) << models.error().text();
  ASSERT_EQ(models->size(), 2U);
  EXPECT_EQ((*models)[1].name, "b");
  server.answer_models([](const WireRequest&, WireConnection& connection) {
    connection.reply(200, R"({"data":[{"id":"c","max_model_len":4096},{"id":7},null]})");
  });
  const auto told = list_remote_models(options_for(server), {});
  ASSERT_TRUE(told) << told.error().text();
  ASSERT_EQ(told->size(), 1U);
  EXPECT_EQ(told->front().context_tokens, 4096);
}

TEST(RemoteList, SaysWhyThereIsNone) {
  ScriptedServer server(refuses(1, 503));
  const auto with = [&](int status, const std::string& body) {
    server.answer_models(
        [=](const WireRequest&, WireConnection& connection) { connection.reply(status, body); });
    const auto models = list_remote_models(options_for(server), {});
    EXPECT_FALSE(models) << status << body;
    return models ? Error{} : models.error();
  };
  EXPECT_EQ(with(200, R"({"data":[]})").code, ErrorCode::kNotFound);
  EXPECT_EQ(with(200, "<html>").code, ErrorCode::kUnreachable);
  EXPECT_THAT(with(404, "{}").message, HasSubstr("no list of models"));
  EXPECT_EQ(with(401, "{}").code, ErrorCode::kForbidden);
  RemoteOptions options = options_for(server);
  options.server = "ftp://127.0.0.1";
  EXPECT_EQ(list_remote_models(options, {}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace fovea::test
