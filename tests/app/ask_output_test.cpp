#include "app/cli/exit_code.h"
#include "tests/app/ask_fixture.h"

#include <sstream>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using namespace std::chrono_literals;
using test::AskTest;
using test::fails;
using test::finishes;
using test::says;
using test::ScriptStep;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(AskTest, APipeGetsNeitherColourNorSpinner) {
  fovea_.script.steps.insert(fovea_.script.steps.begin(), {0ms, Preprocessed{{seen()}, 812}});
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--timings"}), kOk);
  EXPECT_THAT(fovea_.out.text + fovea_.err.text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(fovea_.out.text + fovea_.err.text, Not(HasSubstr("\r")));
  EXPECT_THAT(fovea_.err.text, HasSubstr("a.png: 1280 x 960, seen as 1024 x 768, 768 tokens"));
}

TEST_F(AskTest, ReasoningIsNoPartOfTheAnswer) {
  fovea_.script.steps = {says("Hm.", 0ms, true), says("STOP."), finishes(2)};
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kOk);
  EXPECT_EQ(fovea_.out.text, "STOP.\n");
  EXPECT_THAT(fovea_.err.text, Not(HasSubstr("Hm.")));
  EXPECT_EQ(fovea_.run({"ask", "What?", "--show-reasoning"}), kOk);
  EXPECT_EQ(fovea_.out.text, "STOP.\nSTOP.\n");
  EXPECT_THAT(fovea_.err.text, HasSubstr("Hm.\n\n"));
}

TEST_F(AskTest, ATerminalIsNotSteered) {
  fovea_.script.model.note = "note \x1b[5m";
  fovea_.script.steps = {says("red \x1b[31m bad \xff"), finishes(1)};
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kOk);
  EXPECT_EQ(fovea_.out.text, "red \x1b[31m bad \uFFFD\n") << "a pipe gets what the model said, as UTF-8";
  fovea_.out.text.clear();
  fovea_.out.is_terminal = fovea_.err.is_terminal = true;
  EXPECT_EQ(fovea_.run({"ask", "What?", "--show-reasoning"}), kOk);
  EXPECT_EQ(fovea_.out.text, "red \uFFFD[31m bad \uFFFD\n");
  EXPECT_THAT(fovea_.err.text, HasSubstr("note \uFFFD[5m"));
}

TEST_F(AskTest, JsonHoldsTheWholeAnswer) {
  ScriptStep last = finishes(3);
  auto& metrics = std::get<Finished>(last.event).metrics;
  metrics.reasoning_tokens = 1;
  metrics.draft_tokens = 7;
  metrics.draft_accepted = 2;
  ScriptStep words = says("STOP.");
  std::get<TextDelta>(words.event).logprobs = {{7, -0.5F, {{7, -0.5F, "a"}, {9, -1.5F, "\xC3"}}, "a"}};
  fovea_.script.steps = {{0ms, Preprocessed{{seen()}, 812}}, says("Hm.", 0ms, true), words, last};
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--json", "--logprobs", "2"}), kOk);
  EXPECT_EQ(fovea_.request().sampling.logprobs, 2);
  EXPECT_EQ(std::count(fovea_.out.text.begin(), fovea_.out.text.end(), '\n'), 1);
  const auto json = nlohmann::json::parse(fovea_.out.text);
  EXPECT_EQ(json["answer"], "STOP.");
  EXPECT_EQ(json["reasoning"], "Hm.");
  EXPECT_EQ(json["finish_reason"], "stop");
  EXPECT_EQ(json["model"]["name"], "scripted");
  EXPECT_EQ(json["usage"]["prompt_tokens"], 812);
  EXPECT_EQ(json["usage"]["vision_tokens"], 768);
  EXPECT_EQ(json["usage"]["completion_tokens"], 3);
  EXPECT_EQ(json["usage"]["reasoning_tokens"], 1);
  EXPECT_EQ(json["usage"]["draft_tokens"], 7);
  EXPECT_EQ(json["usage"]["draft_accepted"], 2);
  EXPECT_EQ(json["usage"]["total_tokens"], 815);
  EXPECT_EQ(json["stages"]["prefill"], 0.6);
  EXPECT_FALSE(json["stages"].contains("paint")) << "a path that lacks a stage leaves it out";
  EXPECT_EQ(json["ttft"], 1.0);
  EXPECT_NEAR(json["tpot"].get<double>(), 0.05, 1e-9);
  EXPECT_NEAR(json["tokens_per_second"].get<double>(), 20.0, 1e-6);
  EXPECT_EQ(json["vision"][0]["grid"], nlohmann::json({1, 48, 64}));
  EXPECT_EQ(json["vision"][0]["resized"], nlohmann::json({1024, 768}));
  EXPECT_EQ(json["logprobs"][0]["id"], 7);
  EXPECT_EQ(json["logprobs"][0]["top"][1]["logprob"], -1.5);
}

TEST_F(AskTest, JsonHoldsFailuresToo) {
  fovea_.script.steps = {says("half"), fails(ErrorCode::kModelError, "Numbers that are none.")};
  EXPECT_EQ(fovea_.run({"ask", "What?", "--json"}), kAnswerFailed);
  auto json = nlohmann::json::parse(fovea_.out.text);
  EXPECT_EQ(json["answer"], "half");
  EXPECT_EQ(json["finish_reason"], "failed");
  EXPECT_EQ(json["error"]["code"], "model_error");
  fovea_.out.text.clear();
  EXPECT_EQ(fovea_.run({"ask", "cat.jpg", "What?", "--json"}), kUnreadableMedia);
  json = nlohmann::json::parse(fovea_.out.text);
  EXPECT_EQ(json["error"]["code"], "not_found");
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no file cat.jpg here."));
}

TEST_F(AskTest, PreviewShowsWhatTheModelWouldSeeAndAsksNothing) {
  fovea_.script.preview = {{seen()}, 812, "<|im_start|>user\n<|image_pad|>{768}What?"};
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--preview"}), kOk);
  EXPECT_THAT(fovea_.out.text,
              StartsWith("a.png: 1280 x 960, seen as 1024 x 768, 768 tokens, 1 x 48 x 64 patches\n"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("812 tokens in all"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("<|image_pad|>{768}What?\n"));
  fovea_.out.text.clear();
  EXPECT_EQ(fovea_.run({"ask", "a.png", "--preview", "--json"}), kOk);
  EXPECT_EQ(nlohmann::json::parse(fovea_.out.text)["prompt_tokens"], 812);
  EXPECT_THAT(fovea_.out.text, HasSubstr("\"ttft\":null"));
  fovea_.out.text.clear();
  MemoryForecast memory;
  memory.held = 4'000'000'000;
  memory.pictures = 100'000'000;
  memory.activations = 300'000'000;
  memory.limit = 9'000'000'000;
  fovea_.script.preview.memory = memory;
  fovea_.script.preview.ttft_seconds = 1.25;
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--preview"}), kOk);
  EXPECT_THAT(fovea_.out.text,
              HasSubstr("memory: 4.40 GB at its peak, 4.00 GB of it held already; up to 9.00 GB"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("first token after about 1.25 s"));
  EXPECT_EQ(fovea_.run({"ask", "a.png", "--preview", "--json"}), kOk);
  EXPECT_THAT(fovea_.out.text, HasSubstr("\"peak_bytes\":4400000000"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("\"admission\":null"));
  fovea_.script.preview_error =
      std::make_shared<Error>(Error{ErrorCode::kInvalidImage, "a.png is cut off.", {}, {}});
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--preview"}), kUnreadableMedia);
}

TEST_F(AskTest, PreviewSaysWhatWouldBecomeOfTheQuestion) {
  using Verdict = AdmissionForecast::Verdict;
  fovea_.script.preview = {{seen()}, 812, "What?"};
  fovea_.script.admission = AdmissionForecast{};
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--preview"}), kOk);
  EXPECT_THAT(fovea_.out.text, Not(HasSubstr("would")));
  fovea_.script.admission = AdmissionForecast{Verdict::kTooLarge, 812'000'000, 300'000'000, 4095, 290'000};
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--preview"}), kOk);
  EXPECT_THAT(
      fovea_.out.text,
      HasSubstr("it would be refused: its pictures need 812 MB, and 300 MB are left beside the model; "
                "about 290000 pixels in all would fit (--max-pixels)\n"));
  fovea_.script.admission->verdict = Verdict::kTooLong;
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--preview"}), kOk);
  EXPECT_THAT(fovea_.out.text, HasSubstr("a question may have 4,095 tokens; about 290000 pixels"));
  fovea_.script.admission->verdict = Verdict::kWaits;
  fovea_.script.admission->fitting_pixels = 0;
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--preview"}), kOk);
  EXPECT_THAT(fovea_.out.text, HasSubstr("it would wait for other questions\n"));
  fovea_.out.text.clear();
  EXPECT_EQ(fovea_.run({"ask", "a.png", "--preview", "--json"}), kOk);
  EXPECT_EQ(nlohmann::json::parse(fovea_.out.text)["admission"]["verdict"], "waits");
}

TEST_F(AskTest, TimingsShowEveryStageThatTookTime) {
  ScriptStep last = finishes(3);
  fovea_.script.steps = {{0ms, Preprocessed{{seen()}, 812}}, says("STOP."), last};
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--timings"}), kOk);
  EXPECT_EQ(fovea_.out.text, "STOP.\n");
  EXPECT_THAT(fovea_.err.text, Not(HasSubstr("guess")));
  std::get<Finished>(last.event).metrics.draft_tokens = 7;
  std::get<Finished>(last.event).metrics.draft_accepted = 2;
  fovea_.script.steps.back() = last;
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--timings"}), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("2 of 7 guesses came true and saved a step each"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("image decode"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("350 ms  17.5 %"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("1.00 s  50.0 %"));
  EXPECT_THAT(fovea_.err.text, Not(HasSubstr("paint")));
  EXPECT_THAT(fovea_.err.text, HasSubstr("first token after 1.00 s; then 20.0 tokens/s (50 ms each)"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("812 tokens of question (768 of them pictures), 3 of answer"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("412 MB at its peak"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("1 x 48 x 64 patches"));
}

TEST_F(AskTest, EachBarBeginsWhereTheOneBeforeItEnds) {
  EXPECT_EQ(fovea_.run({"ask", "What?", "--timings"}), kOk);
  std::istringstream lines(fovea_.err.text.substr(fovea_.err.text.find("  image decode")));
  std::string line;
  std::size_t end = 2 + 14 + 1;  // margin and name
  for (const std::string_view stage : {"image decode", "vision", "prefill", "decode"}) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_THAT(line, HasSubstr(stage));
    EXPECT_EQ(line.find("█"), end) << line;
    for (std::size_t at = line.find("█"); line.compare(at, 3, "█") == 0; at += 3) ++end;
  }
  EXPECT_EQ(end, 79U - 18) << "the last one ends where the figures begin";
}

TEST_F(AskTest, HelpAndVersion) {
  EXPECT_EQ(fovea_.run({}), kOk);
  EXPECT_THAT(fovea_.out.text, HasSubstr("Examples"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("  ask "));
  fovea_.out.text.clear();
  EXPECT_EQ(fovea_.run({"--version"}), kOk);
  EXPECT_EQ(fovea_.out.text, "fovea " FOVEA_VERSION "\n");
  fovea_.out.text.clear();
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"ask", "--help"}, {"help", "ask"}}) {
    EXPECT_EQ(fovea_.run(arguments), kOk);
    EXPECT_THAT(fovea_.out.text, HasSubstr("fovea ask photo.jpg \"What does the sign say?\""));
    EXPECT_THAT(fovea_.out.text, HasSubstr("130  stopped with Ctrl+C"));
    fovea_.out.text.clear();
  }
}

TEST_F(AskTest, HiddenVerbsWorkButAreNotShown) {
  std::vector<Verb> verbs = standard_verbs();
  int runs = 0;
  verbs.push_back(
      {"debug golden", "For developers", true, [&](const std::vector<std::string>& arguments, Host&) {
         EXPECT_THAT(arguments, ElementsAre("CASES.json"));
         ++runs;
         return 0;
       }});
  Host host{fovea_.out, fovea_.err, fovea_.in, fovea_.interrupt, {}, Resources(std::filesystem::path()), {}};
  EXPECT_EQ(run_program({"debug", "golden", "CASES.json"}, verbs, host), kOk);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(run_program({}, verbs, host), kOk);
  EXPECT_THAT(fovea_.out.text, Not(HasSubstr("golden")));
}

}  // namespace
}  // namespace fovea::cli
