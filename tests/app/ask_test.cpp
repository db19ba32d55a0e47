#include "app/cli/exit_code.h"
#include "tests/app/test_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using namespace std::chrono_literals;
using test::fails;
using test::finishes;
using test::kPngHead;
using test::Program;
using test::says;
using test::ScriptStep;
using test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class AskTest : public ::testing::Test {
 protected:
  AskTest() {
    TemporaryFolder::write("a.png", kPngHead);
    TemporaryFolder::write("b.png", kPngHead);
    fovea_.script.steps = {says("The sign "), says("says STOP."), finishes(2)};
  }

  VisionInput seen() const {
    VisionInput input;
    input.name = "a.png";
    input.source_width = 1280;
    input.source_height = 960;
    input.resized_width = 1024;
    input.resized_height = 768;
    input.grid_h = 48;
    input.grid_w = 64;
    input.tokens = 768;
    return input;
  }

  Program fovea_;
};

TEST_F(AskTest, TheAnswerAloneGoesToStandardOutput) {
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?"}), kOk);
  EXPECT_EQ(fovea_.out.text, "The sign says STOP.\n");
  EXPECT_THAT(fovea_.err.text,
              HasSubstr("scripted (Qwen3-VL, 12.6 M parameters, fp32). Not a model: a script."));
}

TEST_F(AskTest, APipeGetsNeitherColourNorSpinner) {
  fovea_.script.steps.insert(fovea_.script.steps.begin(), {0ms, Preprocessed{{seen()}, 812}});
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--timings"}), kOk);
  EXPECT_THAT(fovea_.out.text + fovea_.err.text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(fovea_.out.text + fovea_.err.text, Not(HasSubstr("\r")));
  EXPECT_THAT(fovea_.err.text, HasSubstr("a.png: 1280 x 960, seen as 1024 x 768, 768 tokens"));
}

TEST_F(AskTest, SendsPicturesFirstThenTheQuestion) {
  ASSERT_EQ(fovea_.run({"ask", "a.png", "b.png", "What?", "--system", "Be brief."}), kOk);
  const auto& messages = fovea_.request().messages;
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].role, Role::kSystem);
  EXPECT_EQ(std::get<TextPart>(messages[0].content.at(0)).text, "Be brief.");
  ASSERT_EQ(messages[1].content.size(), 3U);
  EXPECT_EQ(std::get<ImagePart>(messages[1].content[1]).image.name, "b.png");
  EXPECT_EQ(std::get<TextPart>(messages[1].content[2]).text, "What?");
}

TEST_F(AskTest, OptionsReachTheEngine) {
  ASSERT_EQ(fovea_.run({"ask",
                        "-q",
                        "What?",
                        "a.png",
                        "--max-tokens",
                        "7",
                        "--temperature",
                        "0.5",
                        "--top-p",
                        "0.9",
                        "--top-k",
                        "5",
                        "--min-p",
                        "0.1",
                        "--repetition-penalty",
                        "1.1",
                        "--presence-penalty",
                        "-0.5",
                        "--frequency-penalty",
                        "0.25",
                        "--seed",
                        "42",
                        "--stop",
                        "END",
                        "--stop",
                        "\n",
                        "--min-pixels",
                        "1024",
                        "--max-pixels",
                        "4096",
                        "--think",
                        "--dtype",
                        "bf16",
                        "--threads",
                        "3"}),
            kOk);
  const GenerationRequest& request = fovea_.request();
  EXPECT_EQ(request.max_new_tokens, 7);
  EXPECT_EQ(request.sampling.temperature, 0.5);
  EXPECT_EQ(request.sampling.top_p, 0.9);
  EXPECT_EQ(request.sampling.top_k, 5);
  EXPECT_EQ(request.sampling.min_p, 0.1);
  EXPECT_EQ(request.sampling.repetition_penalty, 1.1);
  EXPECT_EQ(request.sampling.presence_penalty, -0.5);
  EXPECT_EQ(request.sampling.frequency_penalty, 0.25);
  EXPECT_EQ(request.sampling.seed, 42U);
  EXPECT_EQ(request.sampling.logprobs, -1);
  EXPECT_THAT(request.stop, ElementsAre("END", "\n"));
  EXPECT_EQ(request.image_budget.min_pixels, 1024);
  EXPECT_EQ(request.image_budget.max_pixels, 4096);
  EXPECT_EQ(request.thinking, Thinking::kOn);
  ASSERT_THAT(fovea_.loads, SizeIs(1));
  EXPECT_EQ(fovea_.loads[0].compute_type, ComputeType::kBFloat16);
  EXPECT_EQ(fovea_.loads[0].threads, 3);
}

TEST_F(AskTest, WithoutOptionsTheCheckpointDecides) {
  ASSERT_EQ(fovea_.run({"ask", "What?"}), kOk);
  const GenerationRequest& request = fovea_.request();
  EXPECT_FALSE(request.sampling.temperature.has_value());
  EXPECT_FALSE(request.sampling.seed.has_value());
  EXPECT_EQ(request.thinking, Thinking::kModelDefault);
  EXPECT_EQ(request.max_new_tokens, 512);
  EXPECT_EQ(fovea_.loads.at(0).model_folder, (fovea_.folder.path() / "resources/models/fovea-mini").string());
}

TEST_F(AskTest, ClipsAreSampledAsAsked) {
  TemporaryFolder::write("clip.mkv", "\x1A\x45\xDF\xA3....");
  ASSERT_EQ(fovea_.run({"ask", "clip.mkv", "What?", "--clip-frames", "8", "--clip-max-pixels", "5000"}), kOk);
  const auto& clip = std::get<VideoPart>(fovea_.request().messages.at(0).content.at(0)).video;
  EXPECT_EQ(clip.path, "clip.mkv");
  EXPECT_EQ(clip.sampling.frame_count, 8);
  EXPECT_EQ(fovea_.request().video_budget.max_pixels, 5000);
}

TEST_F(AskTest, WrongArgumentsEndWithTwoAndSayWhat) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"ask"}, "There is no question."},
      {{"ask", "a.png"}, "There is no question."},
      {{"ask", "a.png", ""}, "The question is empty."},
      {{"ask", "a.png", "-q", " \t"}, "The question is empty."},
      {{"ask", "What?", "--temperature", "nan"}, "--temperature takes a number from 0 up"},
      {{"ask", "What?", "--max-tokens", "1000000000"}, "--max-tokens takes a whole number from 1 to 1000000"},
      {{"ask", "What?", "--think", "--no-think"}, "exclude each other"},
      {{"ask", "What?", "--min-pixels", "9", "--max-pixels", "8"},
       "--min-pixels is larger than --max-pixels."},
      {{"ask", "What?", "--stop", ""}, "--stop is empty."},
      {{"ask", "What?", "--logprobs", "3"}, "--logprobs is shown with --json only."},
      {{"ask", "What?", "--model", ""}, "--model is empty."},
      {{"ask", "caf\xe9"}, "is not UTF-8 text."},
      {{"ask", "What?", "--tempreature", "0"}, "Did you mean --temperature?"},
      {{"aks", "What?"}, "Did you mean `fovea ask`?"},
      {{"a.png", "What?"}, "Did you mean `fovea ask ...`?"},
      {{"What is this?"}, "Did you mean `fovea ask ...`?"},
      {{"--hepl"}, "Did you mean `fovea --help`?"},
  };
  for (const auto& [arguments, message] : cases) {
    fovea_.err.text.clear();
    EXPECT_EQ(fovea_.run(arguments), kWrongArguments) << message;
    EXPECT_THAT(fovea_.err.text, HasSubstr(message));
  }
  EXPECT_THAT(fovea_.out.text, IsEmpty());
  EXPECT_THAT(fovea_.record->requests, IsEmpty());
}

TEST_F(AskTest, MissingFilesEndWithFourBeforeAnythingIsLoaded) {
  EXPECT_EQ(fovea_.run({"ask", "cat.jpg", "What?"}), kUnreadableMedia);
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no file cat.jpg here."));
  EXPECT_THAT(fovea_.loads, IsEmpty());
}

TEST_F(AskTest, UnusableModelsEndWithThree) {
  EXPECT_EQ(fovea_.run({"ask", "What?", "--model", "no-such-model"}), kModelUnusable);
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no model no-such-model here."));
  EXPECT_EQ(fovea_.run({"ask", "What?", "--model", "a.png"}), kModelUnusable);
  EXPECT_THAT(fovea_.err.text, HasSubstr("a.png is a file, and a model is a folder."));
  fovea_.load_error =
      std::make_shared<Error>(Error{ErrorCode::kDamagedModel, "Model file damaged: x", {}, {}});
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kModelUnusable);
  EXPECT_THAT(fovea_.err.text, HasSubstr("fovea: Model file damaged: x\n"));
  fovea_.load_error = std::make_shared<Error>(Error{ErrorCode::kOutOfMemory, "Too big.", {}, {}});
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kOutOfMemory);
}

TEST_F(AskTest, AFolderIsAModel) {
  std::filesystem::create_directory("mine");
  EXPECT_EQ(fovea_.run({"ask", "What?", "--model", "mine"}), kOk);
  EXPECT_EQ(fovea_.loads.at(0).model_folder, "mine");
}

TEST_F(AskTest, AFailureKeepsTheTextSoFar) {
  fovea_.script.steps = {says("half an ans"),
                         fails(ErrorCode::kModelError, "Numbers that are none.", "Try fp32.")};
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kAnswerFailed);
  EXPECT_EQ(fovea_.out.text, "half an ans\n");
  EXPECT_THAT(fovea_.err.text, HasSubstr("fovea: Numbers that are none.\n       Try fp32.\n"));
}

TEST_F(AskTest, FailuresHaveTheirOwnStatus) {
  for (const auto& [code, status] :
       std::vector<std::pair<ErrorCode, ExitCode>>{{ErrorCode::kInvalidImage, kUnreadableMedia},
                                                   {ErrorCode::kInvalidVideo, kUnreadableMedia},
                                                   {ErrorCode::kOutOfMemory, kOutOfMemory},
                                                   {ErrorCode::kInvalidArgument, kWrongArguments},
                                                   {ErrorCode::kTooLong, kAnswerFailed},
                                                   {ErrorCode::kEngineFailed, kAnswerFailed}}) {
    fovea_.script.steps = {fails(code, "It failed.")};
    EXPECT_EQ(fovea_.run({"ask", "What?"}), status);
  }
  fovea_.script.refusal = std::make_shared<Error>(Error{ErrorCode::kBusy, "Busy.", {}, {}});
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kAnswerFailed);
  EXPECT_THAT(fovea_.err.text, HasSubstr("fovea: Busy."));
}

TEST_F(AskTest, CtrlCKeepsTheTextAndEndsWith130) {
  fovea_.script.steps = {says("begun")};  // and then nothing until it is cancelled
  std::thread presses([this] {
    std::this_thread::sleep_for(100ms);
    fovea_.interrupt.trigger();
  });
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kInterrupted);
  presses.join();
  EXPECT_EQ(fovea_.out.text, "begun\n");
  EXPECT_THAT(fovea_.err.text, HasSubstr("Stopped"));
  EXPECT_EQ(fovea_.record->cancelled, 1);
}

TEST_F(AskTest, CtrlCWhileLoadingEndsWith130) {
  fovea_.interrupt.trigger();
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kInterrupted);
  EXPECT_THAT(fovea_.record->requests, IsEmpty());
}

TEST_F(AskTest, AnAnswerThatIsCutOffSaysSo) {
  fovea_.script.steps = {says("word"), finishes(1, FinishReason::kLength)};
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("The answer was cut off after 1 token; --max-tokens allows more."));
}

TEST_F(AskTest, AClosedPipeStopsTheAnswerQuietly) {
  fovea_.script.steps = {says("first "), says("second "), says("third ")};
  fovea_.out.closes_after = 8;
  EXPECT_EQ(fovea_.run({"ask", "What?", "--quiet"}), kOutputClosed);
  EXPECT_EQ(fovea_.record->cancelled, 1);
  EXPECT_THAT(fovea_.err.text, IsEmpty());
}

TEST_F(AskTest, AFullDiskIsAnError) {
  fovea_.out.closes_after = 3;
  fovea_.out.fault_then = Output::Fault::kFailed;
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kAnswerFailed);
  EXPECT_THAT(fovea_.err.text, HasSubstr("fovea: The answer could not be written.\n"));
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
  ScriptStep words = says("STOP.");
  std::get<TextDelta>(words.event).logprobs = {{7, -0.5F, {{7, -0.5F}, {9, -1.5F}}}};
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
  fovea_.script.preview_error =
      std::make_shared<Error>(Error{ErrorCode::kInvalidImage, "a.png is cut off.", {}, {}});
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--preview"}), kUnreadableMedia);
}

TEST_F(AskTest, TimingsShowEveryStageThatTookTime) {
  fovea_.script.steps = {{0ms, Preprocessed{{seen()}, 812}}, says("STOP."), finishes(3)};
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--timings"}), kOk);
  EXPECT_EQ(fovea_.out.text, "STOP.\n");
  EXPECT_THAT(fovea_.err.text, HasSubstr("image decode"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("350 ms  17.5 %"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("1.00 s  50.0 %"));
  EXPECT_THAT(fovea_.err.text, Not(HasSubstr("paint")));
  EXPECT_THAT(fovea_.err.text, HasSubstr("first token after 1.00 s; then 20.0 tokens/s (50 ms each)"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("812 tokens of question (768 of them pictures), 3 of answer"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("412 MB at its peak"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("1 x 48 x 64 patches"));
}

TEST_F(AskTest, AStageThatIsLongInSumLeavesNoGap) {
  // The bars share one track: each begins where the last ended, and the last ends at the track's end.
  EXPECT_EQ(fovea_.run({"ask", "What?", "--timings"}), kOk);
  const std::size_t begin = fovea_.err.text.find("  image decode");
  ASSERT_NE(begin, std::string::npos);
  std::size_t cells = 0;
  for (std::size_t at = begin; (at = fovea_.err.text.find("█", at)) != std::string::npos; at += 3) ++cells;
  EXPECT_EQ(cells, 79U - 2 - 14 - 1 - 18);
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
  Host host{fovea_.out, fovea_.err, fovea_.in, fovea_.interrupt, {}, Resources(std::filesystem::path())};
  EXPECT_EQ(run_program({"debug", "golden", "CASES.json"}, verbs, host), kOk);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(run_program({}, verbs, host), kOk);
  EXPECT_THAT(fovea_.out.text, Not(HasSubstr("golden")));
}

}  // namespace
}  // namespace fovea::cli
