#include "tests/app/server/test_server.h"

#include <future>

#include <nlohmann/json.hpp>

namespace fovea::server::test {
namespace {

using fovea::test::finishes;
using fovea::test::says;
using fovea::test::scripted_model;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

/// A frame of a caller's, masked with zeros (RFC 6455, 5.2).
std::string frame(const std::string& payload, int opcode = 1) {
  std::string out(1, static_cast<char>(0x80 | opcode));
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 65536) {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xFF);
  } else {
    out += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((payload.size() >> shift) & 0xFF);
  }
  return out + std::string(4, '\0') + payload;
}

class WebSocketTest : public ServerTest {
 protected:
  WebSocketTest() {
    script_.model = scripted_model();
    script_.steps = {says("A "), says("cat."), finishes(3)};
  }
  static std::string opening(const std::string& path = "/v1/chat/completions",
                             const std::string& fields = {}) {
    return "GET " + path +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: "
           "websocket\r\nSec-WebSocket-Version: "
           "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           fields + "\r\n";
  }
  /// A caller whose socket is open.
  std::unique_ptr<Caller> open() {
    auto caller = std::make_unique<Caller>(server_->port());
    caller->send(opening());
    EXPECT_THAT(caller->read_until("\r\n\r\n"), HasSubstr("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    return caller;
  }
};

TEST_F(WebSocketTest, AnswersOneQuestionAfterTheOther) {
  start();
  const auto caller = open();
  caller->send(frame(question(R"(,"stream":true)")));
  const std::string streamed = caller->read_until("[DONE]");
  EXPECT_THAT(streamed, HasSubstr(R"("content":"cat.")"));
  EXPECT_THAT(streamed, testing::Not(HasSubstr("data:")));
  caller->send(frame(question(R"(,"max_tokens":5)")));
  EXPECT_THAT(caller->read_until("timings"), HasSubstr(R"("content":"A cat.")"));
  const std::lock_guard lock(record_->mutex);
  EXPECT_EQ(record_->requests.at(1).max_new_tokens, 5);
}

TEST_F(WebSocketTest, FaultsAreMessagesAndTheSocketStaysOpen) {
  start();
  const auto caller = open();
  caller->send(frame("{"));
  EXPECT_THAT(caller->read_until("no JSON"), HasSubstr("\"error\""));
  caller->send(frame("abc", 2));
  EXPECT_THAT(caller->read_until("text messages"), HasSubstr("text messages"));
  caller->send(frame(question()));
  EXPECT_THAT(caller->read_until("A cat."), HasSubstr("A cat."));
}

TEST_F(WebSocketTest, CancelsAndAsksAgain) {
  script_.steps = {says("A ")};  // and says nothing more until it is cancelled
  start();
  const auto caller = open();
  caller->send(frame(question(R"(,"stream":true)")));
  caller->read_until("A ");
  caller->send(frame(question()));
  EXPECT_THAT(caller->read_until("One question"), HasSubstr("busy"));
  caller->send(frame(R"({"type": "cancel"})"));
  EXPECT_THAT(caller->read_until("cancelled"), HasSubstr(R"({"object":"cancelled"})"));
  EXPECT_TRUE(cancelled());
  caller->send(frame(question(R"(,"stream":true,"seed":9)")));
  for (int i = 0; i < 200; ++i) {
    {
      const std::lock_guard lock(record_->mutex);
      if (record_->requests.size() == 2) return;
    }
    usleep(10'000);
  }
  FAIL() << "the second question did not reach the engine";
}

TEST_F(WebSocketTest, ACallerWhoGoesAwayCancels) {
  script_.steps = {says("A ")};
  start();
  const auto caller = open();
  caller->send(frame(question(R"(,"stream":true)")));
  caller->read_until("A ");
  caller->hang_up();
  EXPECT_TRUE(cancelled());
}

TEST_F(WebSocketTest, IsKeptToTheSameRules) {
  ServerOptions options;
  ASSERT_TRUE(options.keys.add("desk", "a-key-of-twenty-four-chars"));
  options.body_bytes = 1000;
  start(options);
  EXPECT_THAT(exchange(opening()), StartsWith("HTTP/1.1 401 "));
  const std::string key = "Authorization: Bearer a-key-of-twenty-four-chars\r\n";
  EXPECT_THAT(exchange(opening("/health", key)), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(exchange(opening("/v1/chat/completions", key + "Origin: https://evil.example\r\n")),
              StartsWith("HTTP/1.1 403 "));
  Caller caller(server_->port());
  caller.send(opening("/v1/chat/completions", key));
  caller.read_until("\r\n\r\n");
  caller.send(frame(question()));
  EXPECT_THAT(caller.read_until("A cat."), HasSubstr("A cat."));
  caller.send(frame(std::string(1001, ' ')));
  EXPECT_THAT(caller.read_all(), HasSubstr("\x03\xF1")) << "1009, too big, and the end";
}

TEST_F(WebSocketTest, WhatIsNoFrameEndsIt) {
  start();
  const auto caller = open();
  caller->send(std::string("\x81\x05hello", 7));  // not masked
  EXPECT_THAT(caller->read_all(), testing::Not(HasSubstr("<nothing more came>")));
  const auto other = open();
  other->send(frame("\xFF\xFE"));  // no UTF-8
  EXPECT_THAT(other->read_all(), testing::Not(HasSubstr("<nothing more came>")));
  EXPECT_THAT(get("/health"), HasSubstr("200 OK"));
}

TEST_F(WebSocketTest, DrainingSaysGoodbye) {
  start();
  const auto caller = open();
  std::future<bool> drained = std::async(std::launch::async, [this] { return server_->drain(5.0); });
  EXPECT_THAT(caller->read_until("\x03\xE9"), HasSubstr("\x03\xE9")) << "1001, going away";
  caller->send(frame("\x03\xE9", 8));
  caller->hang_up();
  EXPECT_TRUE(drained.get());
}

}  // namespace
}  // namespace fovea::server::test
