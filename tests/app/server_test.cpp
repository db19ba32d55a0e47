// `fovea ask --server`: the command line against a real HTTP server in this process.
#include "app/cli/exit_code.h"
#include "app/server_connection.h"
#include "tests/app/test_host.h"
#include "tests/core/remote/scripted_server.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using test::Program;
using test::ScriptedServer;
using test::TemporaryFolder;
using test::WireConnection;
using test::WireRequest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ServerTest : public ::testing::Test {
 protected:
  ServerTest()
      : server_([this](const WireRequest&, WireConnection& connection) {
          connection.begin_stream();
          connection.send(answer_);
        }) {
    TemporaryFolder::write("a.png", test::kPngHead);
    fovea_.connect_server = connect_server;
  }

  int run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return fovea_.run(std::move(arguments));
  }

  std::string answer_ = test::whole_answer();
  Program fovea_;
  ScriptedServer server_;
};

TEST_F(ServerTest, AnswersLikeAModelHere) {
  EXPECT_EQ(run({"ask", "a.png", "What?", "--timings", "-t", "0"}), kOk) << fovea_.err.text;
  EXPECT_EQ(fovea_.out.text, "The sign says ÄÖ 停.\n");
  EXPECT_THAT(fovea_.err.text, HasSubstr("test-model (at 127.0.0.1:"));
  EXPECT_THAT(fovea_.err.text,
              HasSubstr("21 tokens of question (how many of them pictures, the server doesn't tell)"));
  EXPECT_THAT(fovea_.err.text, HasSubstr(": 2 requests, "));
  EXPECT_THAT(fovea_.err.text, Not(HasSubstr("loaded in")));
  EXPECT_THAT(fovea_.loads, IsEmpty());
  const auto body = nlohmann::json::parse(server_.questions().at(0).body);
  EXPECT_EQ(body["temperature"], 0.0);
  EXPECT_EQ(body["messages"][0]["content"][0]["type"], "image_url");
}

TEST_F(ServerTest, WhatItDoesNotTellIsNull) {
  answer_ = test::text_event("Yes.") + test::finish_event("length") + std::string(test::kDone);
  EXPECT_EQ(run({"ask", "a.png", "What?", "--json"}), kOk) << fovea_.err.text;
  const auto json = nlohmann::json::parse(fovea_.out.text);
  EXPECT_EQ(json["answer"], "Yes.");
  for (const char* name : {"prompt_tokens", "vision_tokens", "completion_tokens", "total_tokens"}) {
    EXPECT_TRUE(json["usage"][name].is_null()) << name;
  }
  EXPECT_EQ(json["usage"]["reasoning_tokens"], 0);
  for (const char* name : {"tpot", "tokens_per_second", "load_seconds", "peak_memory_bytes"}) {
    EXPECT_TRUE(json[name].is_null()) << name;
  }
  EXPECT_TRUE(json["model"]["parameters"].is_null());
  EXPECT_GT(json["ttft"], 0.0);
  EXPECT_EQ(run({"ask", "a.png", "What?", "--timings"}), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("not told by the server"));
  EXPECT_THAT(fovea_.err.text, Not(HasSubstr("0 tokens")));
}

TEST_F(ServerTest, TakesTheKeyFromAFileOrTheEnvironment) {
  TemporaryFolder::write("key", "  sk-from-file\n");
  EXPECT_EQ(run({"ask", "What?", "--server-key-file", "key"}), kOk) << fovea_.err.text;
  EXPECT_EQ(server_.requests().back().headers.at("authorization"), "Bearer sk-from-file");
  setenv("FOVEA_SERVER_KEY", "sk-from-environment", 1);
  EXPECT_EQ(run({"ask", "What?"}), kOk);
  unsetenv("FOVEA_SERVER_KEY");
  EXPECT_EQ(server_.requests().back().headers.at("authorization"), "Bearer sk-from-environment");
  TemporaryFolder::write("empty", "\n");
  EXPECT_EQ(run({"ask", "What?", "--server-key-file", "empty"}), kWrongArguments);
  EXPECT_NE(run({"ask", "What?", "--server-key-file", "missing"}), kOk);
  EXPECT_THAT(fovea_.err.text, Not(HasSubstr("sk-from")));
}

TEST_F(ServerTest, OptionsThatContradictAreNamed) {
  EXPECT_EQ(run({"ask", "What?", "--threads", "2"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("--threads is about a model on this machine"));
  EXPECT_EQ(fovea_.run({"ask", "What?", "--server-model", "x"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("--server-model needs a server"));
  EXPECT_EQ(fovea_.run({"ask", "What?", "--upload-side", "512"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("--upload-side needs a server"));
  EXPECT_EQ(run({"ask", "What?", "--upload-quality", "50"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("Say how large they may be with --upload-side."));
  EXPECT_EQ(run({"ask", "What?", "--upload-side", "20"}), kWrongArguments);
  EXPECT_EQ(run({"ask", "What?", "--server-model", "x"}), kModelUnusable);
  EXPECT_THAT(fovea_.err.text, HasSubstr("has no model x, but test-model"));
  EXPECT_EQ(run({"ask", "a.png", "--preview"}), kAnswerFailed);
  EXPECT_TRUE(server_.questions().empty());
}

/// 24 bits a pixel of noise, which nothing makes small without making it smaller.
std::string noisy_bmp(int width, int height) {
  std::string rows;
  std::uint32_t random = 1;
  for (int i = 0; i < width * 3 * height; ++i)
    rows += static_cast<char>((random = random * 1664525U + 1013904223U) >> 24U);
  const auto little = [](std::uint32_t value) {
    std::string bytes;
    for (const unsigned shift : {0U, 8U, 16U, 24U}) bytes += static_cast<char>(value >> shift);
    return bytes;
  };
  return "BM" + little(54 + static_cast<std::uint32_t>(rows.size())) + little(0) + little(54) + little(40) +
         little(static_cast<std::uint32_t>(width)) + little(static_cast<std::uint32_t>(height)) +
         little(1U | 24U << 16U) + std::string(24, '\0') + rows;
}

TEST_F(ServerTest, PicturesAreMadeSmallerOnlyIfAskedForAndNeverSilently) {
  TemporaryFolder::write("noise.bmp", noisy_bmp(1200, 900));
  const auto url_of = [this](std::size_t question) {
    const auto body = nlohmann::json::parse(server_.questions().at(question).body);
    return body["messages"][0]["content"][0]["image_url"]["url"].get<std::string>();
  };
  EXPECT_EQ(run({"ask", "noise.bmp", "What?"}), kOk) << fovea_.err.text;
  EXPECT_THAT(url_of(0), ::testing::StartsWith("data:image/bmp;base64,"));
  EXPECT_THAT(fovea_.err.text, Not(HasSubstr("smaller")));
  EXPECT_EQ(run({"ask", "noise.bmp", "What?", "--upload-side", "1000"}), kOk) << fovea_.err.text;
  EXPECT_THAT(url_of(1), ::testing::StartsWith("data:image/jpeg;base64,"));
  EXPECT_LT(url_of(1).size(), url_of(0).size() / 3);
  EXPECT_THAT(fovea_.err.text, HasSubstr("1 picture was made smaller for the way to the server"));
  EXPECT_THAT(fovea_.err.text, HasSubstr(" went instead of 4.32 MB. That took "));
  EXPECT_THAT(fovea_.err.text, HasSubstr(" and saved about "));
  EXPECT_EQ(run({"ask", "noise.bmp", "What?", "--upload-side", "1000", "--upload-quality", "20", "--json"}),
            kOk);
  EXPECT_LT(url_of(2).size(), url_of(1).size());
  const auto json = nlohmann::json::parse(fovea_.out.text.substr(fovea_.out.text.find('{')));
  EXPECT_EQ(json["upload"]["pictures"], 1);
  EXPECT_EQ(json["upload"]["source_bytes"], 4'320'072);
  EXPECT_LT(json["upload"]["sent_bytes"], 1'000'000);
  EXPECT_TRUE(json["upload"].contains("saved_seconds")) << "null where all went at once";
  fovea_.err.text.clear();
  EXPECT_EQ(
      run({"bench", "ttft", "--size", "256x256", "--repeat", "2", "--warm-up", "0", "--upload-side", "64"}),
      kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("pictures were made smaller"))
      << "a measured upload is another then";
}

TEST_F(ServerTest, ChatSendsEveryTurn) {
  fovea_.in.text = "One?\nTwo?\n";
  EXPECT_EQ(run({"chat"}), kOk) << fovea_.err.text;
  const auto body = nlohmann::json::parse(server_.questions().at(1).body);
  EXPECT_EQ(body["messages"].size(), 3U);
  EXPECT_EQ(body["messages"][1],
            (nlohmann::json{{"role", "assistant"}, {"content", "The sign says ÄÖ 停."}}));
}

TEST_F(ServerTest, BenchMeasuresWhatIsSeenFromHere) {
  EXPECT_EQ(run({"bench", "batch", "--batches", "2", "--repeat", "1", "--json"}), kOk) << fovea_.err.text;
  auto json = nlohmann::json::parse(fovea_.out.text);
  EXPECT_EQ(json["parts"][0]["new_tokens"], 14);
  EXPECT_FALSE(nlohmann::json::parse(server_.questions().at(0).body).contains("ignore_eos"));
  EXPECT_TRUE(json["parts"][0]["figures"].contains("output_tokens_per_s"));
  EXPECT_FALSE(json["parts"][0]["figures"].contains("decode_tokens_per_s"));  // three pieces, seven tokens
  fovea_.out.text.clear();
  answer_ =
      test::text_event("a") + test::text_event("b") + test::finish_event("stop") + std::string(test::kDone);
  EXPECT_EQ(run({"bench", "ttft", "--size", "64x64", "--repeat", "1"}), kOk) << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, HasSubstr("tokens not told by the server"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("ttft_ms"));
  EXPECT_THAT(fovea_.out.text, Not(HasSubstr("tpot_ms")));
  EXPECT_EQ(run({"bench", "prefill"}), kWrongArguments);
}

}  // namespace
}  // namespace fovea::cli
