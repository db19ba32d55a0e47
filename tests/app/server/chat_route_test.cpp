#include "tests/app/server/test_server.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace fovea::server::test {
namespace {

using fovea::test::fails;
using fovea::test::finishes;
using fovea::test::says;
using fovea::test::scripted_model;
using nlohmann::json;
using testing::HasSubstr;

class ChatRoute : public ServerTest {
 protected:
  ChatRoute() {
    script_.model = scripted_model();
    script_.steps = {says("Why", {}, true), says("A "), says("cat."), finishes(3)};
  }
  GenerationRequest asked() {
    const std::lock_guard lock(record_->mutex);
    return record_->requests.empty() ? GenerationRequest() : record_->requests.back();
  }
};

TEST_F(ChatRoute, AnswersWhole) {
  start();
  const json reply = json::parse(body_of(
      post("/v1/chat/completions", question(R"(,"max_tokens":7,"temperature":0,"stop":["x"],"user":"u")"))));
  EXPECT_EQ(reply["object"], "chat.completion");
  EXPECT_EQ(reply["choices"][0]["message"]["content"], "A cat.");
  EXPECT_EQ(reply["choices"][0]["message"]["reasoning_content"], "Why");
  EXPECT_EQ(reply["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(reply["usage"]["completion_tokens"], 3);
  EXPECT_EQ(asked().max_new_tokens, 7);
  EXPECT_EQ(asked().sampling.temperature, 0.0);
  EXPECT_EQ(asked().stop, std::vector<std::string>{"x"});
}

TEST_F(ChatRoute, StreamsWithUsageAndAnEnd) {
  start();
  const std::string reply =
      post("/v1/chat/completions", question(R"(,"stream":true,"stream_options":{"include_usage":true})"));
  EXPECT_THAT(reply, HasSubstr("200 OK"));
  EXPECT_THAT(reply, HasSubstr("text/event-stream"));
  EXPECT_THAT(reply, HasSubstr(R"("reasoning_content":"Why")"));
  EXPECT_THAT(reply, HasSubstr(R"("content":"cat.")"));
  EXPECT_THAT(reply, HasSubstr(R"("finish_reason":"stop")"));
  EXPECT_THAT(reply, HasSubstr(R"("completion_tokens":3)"));
  EXPECT_THAT(reply, HasSubstr("data: [DONE]"));
}

TEST_F(ChatRoute, GivesSeveralChoicesWithSeedsOfTheirOwn) {
  start();
  const json reply = json::parse(body_of(post("/v1/chat/completions", question(R"(,"n":3,"seed":5)"))));
  EXPECT_EQ(reply["choices"].size(), 3U);
  EXPECT_EQ(reply["usage"]["completion_tokens"], 9);
  const std::lock_guard lock(record_->mutex);
  ASSERT_EQ(record_->requests.size(), 3U);
  EXPECT_EQ(*record_->requests[0].sampling.seed + 2, *record_->requests[2].sampling.seed);
}

TEST_F(ChatRoute, TakesPicturesAsDataUrlsFormsAndBytes) {
  start();
  const std::string url =
      R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},{"type":"text","text":"?"}]}]})";
  EXPECT_THAT(post("/v1/chat/completions", url), HasSubstr("200 OK"));
  const std::string form =
      "--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\n?\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"image\"; "
      "filename=\"a.png\"\r\n\r\n\x01\x02\x03\r\n--b--\r\n";
  const auto send_as = [&](const std::string& path, const std::string& type, const std::string& body) {
    return exchange("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " +
                    type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  EXPECT_THAT(send_as("/v1/chat/completions", "multipart/form-data; boundary=b", form), HasSubstr("200 OK"));
  EXPECT_THAT(send_as("/api/v1/generate?prompt=%3F", "image/png", "\x01\x02\x03"),
              HasSubstr("\"text\":\"A cat.\""));
  const std::lock_guard lock(record_->mutex);
  ASSERT_EQ(record_->requests.size(), 3U);
  for (const GenerationRequest& request : record_->requests) {
    const auto* picture = std::get_if<ImagePart>(&request.messages.back().content.front());
    ASSERT_NE(picture, nullptr);
    EXPECT_EQ(*picture->image.encoded, (std::vector<std::uint8_t>{1, 2, 3}));
    EXPECT_EQ(std::get<TextPart>(request.messages.back().content.back()).text, "?");
  }
}

TEST_F(ChatRoute, KnowsClipsByTheirTypeOrTheirBytes) {
  start();
  const std::string clip(
      "\0\0\0\x18"
      "ftypmp42",
      12);
  const std::string picture("\xFF\xD8\xFF\xE0", 4);
  const auto send_as = [&](const std::string& path, const std::string& type, const std::string& body) {
    return exchange("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " +
                    type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  const auto form = [](const std::string& type, const std::string& file) {
    return "--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\n?\r\n"
           "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n" +
           (type.empty() ? "" : "Content-Type: " + type + "\r\n") + "\r\n" + file + "\r\n--b--\r\n";
  };
  const std::string url =
      R"({"messages":[{"role":"user","content":[{"type":"video_url","video_url":{"url":"data:video/mp4;base64,AAAAGGZ0eXBtcDQy"}},{"type":"text","text":"?"}]}]})";
  const char* kForm = "multipart/form-data; boundary=b";
  const char* kRoute = "/api/v1/generate";
  EXPECT_THAT(post("/v1/chat/completions", url), HasSubstr("200 OK"));
  EXPECT_THAT(send_as("/api/v1/generate?prompt=%3F", "video/mp4", clip), HasSubstr("200 OK"));
  EXPECT_THAT(send_as("/api/v1/generate?prompt=%3F", "application/octet-stream", clip), HasSubstr("200 OK"));
  for (const char* type : {"video/mp4", "application/octet-stream", ""})
    EXPECT_THAT(send_as(kRoute, kForm, form(type, clip)), HasSubstr("200 OK")) << type;
  EXPECT_THAT(send_as(kRoute, kForm, form("application/octet-stream", picture)), HasSubstr("200 OK"));
  EXPECT_THAT(send_as(kRoute, kForm, form("image/png", clip)), HasSubstr("200 OK"))
      << "as it says, whatever it is";
  const std::lock_guard lock(record_->mutex);
  ASSERT_EQ(record_->requests.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    const ContentPart& first = record_->requests[i].messages.back().content.front();
    EXPECT_EQ(std::holds_alternative<VideoPart>(first), i < 6) << i;
    EXPECT_EQ(std::holds_alternative<ImagePart>(first), i >= 6) << i;
  }
}

TEST_F(ChatRoute, ASchemaReachesTheEngineInTheOrderInWhichItWasWritten) {
  start();
  const std::string schema =
      R"({"type":"object","properties":{"zebra":{"type":"string"},"ant":{"type":"null"}}})";
  post("/v1/chat/completions",
       question(
           R"(,"response_format":{"type":"json_schema","json_schema":{"name":"a","strict":true,"schema":)" +
           schema + "}}"));
  EXPECT_EQ(asked().response_schema, schema);
  post("/v1/chat/completions", question(R"(,"response_format":{"type":"json_object"})"));
  EXPECT_EQ(json::parse(asked().response_schema), json::parse(R"({"type":"object"})"));
  post("/v1/chat/completions", question(R"(,"response_format":{"type":"text"})"));
  EXPECT_EQ(asked().response_schema, "");
}

TEST_F(ChatRoute, APresetBringsItsFormAndTellsTheConfidence) {
  TextDelta delta;
  delta.text = R"({"result": "blocked", "reasons": ["a"]})";
  for (const char c : delta.text) {
    TokenLogprob token;
    token.bytes = std::string(1, c);
    token.among_allowed = c == 'k' ? static_cast<float>(std::log(0.5)) : 0.0F;
    delta.logprobs.push_back(std::move(token));
  }
  script_.steps = {fovea::test::ScriptStep{{}, delta}, finishes(3)};
  start();
  const json reply =
      json::parse(body_of(post("/v1/chat/completions", question(R"(,"preset":"moderation")"))));
  EXPECT_EQ(reply["choices"][0]["verdict"]["result"], "blocked");
  EXPECT_EQ(reply["choices"][0]["verdict"]["reasons"], json::parse(R"(["a"])"));
  EXPECT_NEAR(reply["choices"][0]["verdict"]["confidence"].get<double>(), 0.5, 1e-6)
      << "one letter is in doubt";
  EXPECT_TRUE(reply["choices"][0]["logprobs"].is_null()) << "nobody asked for them";
  EXPECT_EQ(asked().messages.front().role, Role::kSystem);
  EXPECT_THAT(asked().response_schema, HasSubstr("blocked"));

  const std::string streamed =
      post("/v1/chat/completions", question(R"(,"preset":"moderation","stream":true)"));
  EXPECT_THAT(streamed, HasSubstr(R"("verdicts":[{"result":"blocked")"));
  EXPECT_THAT(post("/v1/chat/completions", question(R"(,"preset":"divination")")),
              HasSubstr("moderation, receipt, form"));
  EXPECT_THAT(
      post("/v1/chat/completions", question(R"(,"preset":"form","response_format":{"type":"json_object"})")),
      HasSubstr("its own form"));
}

TEST_F(ChatRoute, AVerdictThatWasCutHasNoConfidence) {
  TextDelta delta;
  delta.text = R"({"result": "blo)";
  TokenLogprob token;
  token.bytes = delta.text;
  delta.logprobs = {token};
  script_.steps = {fovea::test::ScriptStep{{}, delta}, finishes(1)};
  start();
  const json reply =
      json::parse(body_of(post("/v1/chat/completions", question(R"(,"preset":"moderation")"))));
  EXPECT_EQ(reply["choices"][0]["verdict"]["result"], delta.text);
  EXPECT_TRUE(reply["choices"][0]["verdict"]["confidence"].is_null());
}

TEST_F(ChatRoute, ASchemaThatCannotBeUsedIsRefusedByName) {
  start();
  const auto format = [](const std::string& schema) {
    return question(R"(,"stream":true,"response_format":{"type":"json_schema","json_schema":{"schema":)" +
                    schema + "}}");
  };
  const std::pair<std::string, std::string> cases[] = {
      {format("[]"), "needs json_schema.schema"},
      {question(R"(,"response_format":{"type":"xml"})"), "json_object"},
      {question(R"(,"response_format":{"type":"json_object","json_scheme":{}})"), "json_scheme"},
      {question(R"(,"ignore_eos":true,"response_format":{"type":"json_object"})"), "exclude each other"},
  };
  for (const auto& [body, part] : cases) {
    const std::string reply = post("/v1/chat/completions", body);
    EXPECT_THAT(reply, HasSubstr(" 400 ")) << body;
    EXPECT_THAT(reply, HasSubstr(part)) << body;
  }
}

TEST_F(ChatRoute, WhatTheEngineRefusesHasTheCallersNames) {
  script_.refusal = std::make_shared<const Error>(Error{ErrorCode::kInvalidArgument,
                                                        "\"pattern\" is not supported.",
                                                        {},
                                                        "response_schema/properties/a/pattern"});
  start();
  for (const char* stream : {"", R"(,"stream":true)"}) {
    const std::string reply = post("/v1/chat/completions", question(stream));
    EXPECT_THAT(reply, HasSubstr(" 400 "));
    EXPECT_THAT(reply, HasSubstr(R"("param":"response_format.json_schema.schema/properties/a/pattern")"));
  }
}

TEST_F(ChatRoute, FaultsNameTheirPlace) {
  start();
  const std::pair<std::string, std::string> cases[] = {
      {question(R"(,"temperature":-1)"), "\"param\":\"temperature\""},
      {question(R"(,"temperature":"hot")"), "\"param\":\"temperature\""},
      {question(R"(,"top_p":0)"), "\"param\":\"top_p\""},
      {question(R"(,"max_tokens":-1)"), "\"param\":\"max_tokens\""},
      {question(R"(,"n":1000000000)"), "\"param\":\"n\""},
      {question(R"(,"tempreature":1)"), "\"param\":\"tempreature\""},
      {question(R"(,"continue_final_message":true)"), "\"param\":\"continue_final_message\""},
      {question(R"(,"mm_processor_kwargs":{"min_pixels":9,"max_pixels":4})"),
       "\"param\":\"mm_processor_kwargs.min_pixels\""},
      {R"({"messages":[{"role":"king","content":"?"}]})", "messages[0].role"},
      {R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,!"}}]}]})",
       "messages[0].content[0].image_url.url"},
      {R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://127.0.0.1/a.png"}}]}]})",
       "does not fetch"},
      {R"({"messages":[],"messages":[]})", "twice"},
      {"{\"messages\":" + std::string(100'000, '[') + "}", "nested deeper"},
      {question(R"(,"seed":1e999)"), "too large"},
      {"{\"messages\":\"\xFF\"}", "UTF-8"},
      {R"({"messages":[{"role":"user","content":"a\u0000b"}]})", "NUL"},
      {"{", "no JSON"},
  };
  for (const auto& [body, part] : cases) {
    const std::string reply = post("/v1/chat/completions", body);
    EXPECT_THAT(reply, HasSubstr(" 400 ")) << body.substr(0, 100);
    EXPECT_THAT(reply, HasSubstr(part)) << body.substr(0, 100);
  }
  EXPECT_THAT(post("/v1/chat/completions", question(R"(,"model":"gpt-9")")), HasSubstr(" 404 "));
}

TEST_F(ChatRoute, ABadPictureIsAnHttpErrorInAStreamToo) {
  script_.steps = {fails(ErrorCode::kInvalidImage, "This is no picture.")};
  start();
  const std::string reply = post("/v1/chat/completions", question(R"(,"stream":true)"));
  EXPECT_THAT(reply, HasSubstr(" 400 "));
  EXPECT_THAT(reply, HasSubstr("invalid_image"));
}

TEST_F(ChatRoute, AFailureAfterTheFirstWordIsAnEventWithoutAnEnd) {
  script_.steps = {says("A"), fails(ErrorCode::kModelError, "No numbers.")};
  start();
  const std::string reply = post("/v1/chat/completions", question(R"(,"stream":true)"));
  EXPECT_THAT(reply, HasSubstr(" 200 "));
  EXPECT_THAT(reply, HasSubstr("model_error"));
  EXPECT_THAT(reply, Not(HasSubstr("[DONE]")));
}

TEST_F(ChatRoute, OutOfMemoryAndAFullQueueMayBeTriedAgain) {
  script_.refusal = std::make_shared<const Error>(Error{ErrorCode::kBusy, "The queue is full.", {}, {}});
  start();
  const std::string reply = post("/v1/chat/completions", question());
  EXPECT_THAT(reply, HasSubstr(" 503 "));
  EXPECT_THAT(reply, HasSubstr("Retry-After: "));
}

TEST_F(ChatRoute, ACallerWhoLeavesFreesTheEngine) {
  script_.steps = {says("A")};
  start();
  Caller caller(server_->port());
  caller.send(post_text("/v1/chat/completions", question(R"(,"stream":true)")));
  EXPECT_THAT(caller.read_until("\"A\""), HasSubstr("\"A\""));
  caller.hang_up();
  EXPECT_TRUE(cancelled());
}

TEST_F(ChatRoute, StoppingWaitsForAnswersAndTakesNoMore) {
  script_.steps = {says("A"), says("B", std::chrono::milliseconds(300)), finishes(2)};
  start();
  Caller caller(server_->port());
  caller.send(post_text("/v1/chat/completions", question(R"(,"stream":true)")));
  caller.read_until("\"A\"");
  EXPECT_TRUE(server_->drain(5.0));
  EXPECT_THAT(caller.read_all(), HasSubstr("[DONE]"));
}

TEST_F(ChatRoute, EndingTheServerCancelsWhatRuns) {
  script_.steps = {says("A")};
  start();
  Caller caller(server_->port());
  caller.send(post_text("/v1/chat/completions", question(R"(,"stream":true)")));
  caller.read_until("\"A\"");
  EXPECT_FALSE(server_->drain(0.05));
  server_.reset();
  EXPECT_TRUE(cancelled());
}

TEST_F(ChatRoute, TheReferenceRoutesAnswerInTheirOwnForm) {
  script_.steps = {says(R"({"result":"reject","reasons":["claims a cure"]})"), finishes(9)};
  start();
  const json verdict = json::parse(
      body_of(post("/v1/multimodal/inference", R"({"image":"AQID","prompt":"?","max_tokens":9})")));
  EXPECT_EQ(verdict["result"], "reject");
  EXPECT_EQ(verdict["reasons"][0], "claims a cure");
  EXPECT_EQ(verdict["tokens_generated"], 9);
  EXPECT_TRUE(verdict.contains("confidence") && verdict.contains("inference_time_ms"));
  EXPECT_EQ(asked().max_new_tokens, 9);
  post(
      "/api/v1/generate",
      R"({"image":"AQID","prompt":"?","history":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]})");
  EXPECT_EQ(asked().max_new_tokens, 128);
  EXPECT_EQ(asked().messages.size(), 3U);
  EXPECT_THAT(post("/api/v1/generate", R"({"image":["AQID","AQID"],"prompt":"?"})"), HasSubstr("200 OK"));
  EXPECT_EQ(asked().messages.back().content.size(), 3U);
  const std::string nested = post("/api/v1/generate", R"({"image":["AQID",["AQID"]],"prompt":"?"})");
  EXPECT_THAT(nested, HasSubstr("400 Bad Request"));
  EXPECT_THAT(nested, HasSubstr(R"("param":"image[1]")"));
}

}  // namespace
}  // namespace fovea::server::test
